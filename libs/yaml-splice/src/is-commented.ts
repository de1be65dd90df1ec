import type { DataPath } from './data.js';
import { lineEnd } from './text-lines.js';
import type { YamlSource } from './yaml-source.js';
import { commentsIn, entryEnd, findPlace, indicatorEnd } from './yaml-tokens.js';

/**
 * Whether a person wrote a comment into the pair or list item at a path: behind its colon or dash, up to the end of
 * its last line. Writing that anew would lose it.
 */
export function isCommented(source: YamlSource, at: DataPath): boolean {
  const entry = findPlace(source.root, at)?.holder?.entry;
  if (entry === undefined) return false;
  const start = indicatorEnd(entry, 'seq-item-ind') ?? indicatorEnd(entry, 'map-value-ind') ?? 0;
  const end = lineEnd(source.text, entryEnd(entry, 'trimmed'));
  return commentsIn(entry).some((offset) => offset >= start && offset < end);
}
