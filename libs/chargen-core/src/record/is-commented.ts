import type { DataPath } from '../content/index.js';
import { lineEnd } from './text-lines.js';
import { readSource } from './yaml-source.js';
import { commentsIn, entryEnd, findPlace, indicatorEnd } from './yaml-tokens.js';

/**
 * Whether somebody wrote a comment into the pair or list item at a path: behind its colon or dash, up to the end of
 * its last line. Writing that anew would lose it.
 */
export function isCommented(text: string, at: DataPath): boolean {
  const read = readSource(text.replace(/^\uFEFF/, ''));
  // A text that cannot be read is not edited either.
  if (read.kind === 'refused') return false;
  const { source } = read;
  const entry = findPlace(source.root, at)?.holder?.entry;
  if (entry === undefined) return false;
  const start = indicatorEnd(entry, 'seq-item-ind') ?? indicatorEnd(entry, 'map-value-ind') ?? 0;
  const end = lineEnd(source.text, entryEnd(entry, 'trimmed'));
  return commentsIn(entry).some((offset) => offset >= start && offset < end);
}
