import { isDeepStrictEqual } from 'node:util';
import type { CST } from 'yaml';
import { appendFlowPair, opensLine, removeFlowPair, replaceValue } from './collection-edits.js';
import { hasKey, isDataMap, type Json } from './data.js';
import { asWritten, type DataChange } from './data-change.js';
import { readYaml } from './read-yaml.js';
import {
  columnOf,
  insertLines,
  lineEnd,
  lineStart,
  prevailingEol,
  removeLines,
  type Edit,
  type Eol,
} from './text-lines.js';
import {
  besideByteOrderMark,
  planned,
  spliceOne,
  type EditPlan,
  type SpliceOutcome,
} from './verified-edit.js';
import { flowText, pairLines } from './yaml-render.js';
import type { YamlSource } from './yaml-source.js';
import { entriesOf, entryEnd, isMapToken, pairOf, pairStart, type Entry } from './yaml-tokens.js';

/**
 * Replaces, adds or (undefined or an empty list) removes a top-level section that a machine writes. Every
 * character outside of it stays, and to add one and remove it again gives back the same text. The section is
 * a block list with the comment on one line above its key; in a file that is one flow map (`{…}`, JSON) it is
 * written in flow style, without the comment. Throws on a number that JSON cannot hold.
 */
export function spliceTopLevel(
  text: string,
  key: string,
  value: readonly Json[] | undefined,
  comment: string,
): SpliceOutcome {
  const section = sectionOf(key, value, comment);
  return besideByteOrderMark(
    text,
    (bare) => looksDone(bare, section, value) ?? spliceOne(bare, (source) => planSection(source, section)),
  );
}

export function sectionOf(key: string, value: readonly Json[] | undefined, comment: string): Section {
  const wanted = value === undefined || value.length === 0 ? undefined : asWritten(value);
  return { key, value: wanted, comment: comment.replace(/\s+/g, ' ').trim() };
}

export interface Section {
  readonly key: string;
  readonly value: Json | undefined;
  /** One line, without the `#`; empty for none. */
  readonly comment: string;
}

export function planSection(source: YamlSource, section: Section): EditPlan {
  const { key, value: wanted } = section;
  const { root } = source;
  const change: DataChange = { at: [key], value: wanted };
  if (root === undefined) {
    return wanted === undefined ? { kind: 'unchanged' } : planned([addToEmpty(source, section)], change);
  }
  if (!isMapToken(root)) return { kind: 'refused', why: 'The file is not a map of keys and values.' };
  const entry = pairOf(root, key);
  if (entry === undefined && wanted === undefined) return { kind: 'unchanged' };
  const edits =
    root.type === 'flow-collection'
      ? [flowEdit(source, root, entry, section)]
      : blockEdits(source, root, entry, section);
  return planned(edits, change);
}

/**
 * The answer for a text that has the section already, without the parser that knows places: that one needs ten
 * times as long, and a tool that writes into hundreds of files finds most of them done.
 */
function looksDone(
  text: string,
  section: Section,
  asked: readonly Json[] | undefined,
): SpliceOutcome | undefined {
  const parsed = readYaml(text);
  if (parsed.kind === 'broken') return undefined;
  return saysSection(text, parsed.data, section, asked) ? { kind: 'unchanged' } : undefined;
}

/** The same for a text that has been parsed already: whether the section need not be written. */
export function isSectionDone(
  text: string,
  data: unknown,
  {
    key,
    value,
    comment,
  }: { readonly key: string; readonly value: readonly Json[] | undefined; readonly comment: string },
): boolean {
  return saysSection(text.replace(/^\uFEFF/, ''), data, sectionOf(key, value, comment), value);
}

function saysSection(
  text: string,
  data: unknown,
  section: Section,
  asked: readonly Json[] | undefined,
): boolean {
  if (!isDataMap(data)) return false;
  const present = hasKey(data, section.key) ? data[section.key] : undefined;
  if (section.value === undefined) {
    // An author's own `key: []` says what an empty list says, and stays.
    const isEmpty = present === null || (Array.isArray(present) && present.length === 0);
    return !hasKey(data, section.key) || (asked !== undefined && isEmpty);
  }
  if (!isDeepStrictEqual(present, section.value)) return false;
  for (const eol of ['\n', '\r\n'] as const) {
    const body = sectionLines(section, '').join(eol);
    const at = text.indexOf(body);
    if (at === -1 || (at !== 0 && text[at - 1] !== '\n')) continue;
    const end = at + body.length;
    if (end !== text.length && !text.startsWith(eol, end)) continue;
    const outside = prevailingEol(text.slice(0, at) + text.slice(lineEnd(text, end)));
    if ((outside ?? eol) === eol) return true;
  }
  return false;
}

function sectionLines(section: Section, indent: string): string[] {
  const { key, value, comment } = section;
  if (value === undefined) return [];
  return [...(comment === '' ? [] : [`${indent}# ${comment}`]), ...pairLines(key, value, indent)];
}

function addToEmpty(source: YamlSource, section: Section): Edit | undefined {
  const eol = prevailingEol(source.text) ?? '\n';
  return insertLines(source.text, source.end, sectionLines(section, ''), eol);
}

function flowEdit(
  source: YamlSource,
  map: CST.FlowCollection,
  entry: Entry | undefined,
  { key, value }: Section,
): Edit | undefined {
  if (entry === undefined) return value === undefined ? undefined : appendFlowPair(map, key, value);
  return value === undefined
    ? removeFlowPair(source.text, map, entry)
    : replaceValue(source.text, entry, flowText(value));
}

function blockEdits(
  source: YamlSource,
  map: CST.BlockMap,
  entry: Entry | undefined,
  section: Section,
): (Edit | undefined)[] {
  const { text } = source;
  const entries = entriesOf(map);
  const first = entries[0] && pairStart(entries[0]);
  if (first === undefined) return [];
  const indent = ' '.repeat(columnOf(text, first));

  if (entry === undefined) {
    const eol = prevailingEol(text) ?? '\n';
    const lines = sectionLines(section, indent);
    return [insertLines(text, source.end, lines, eol), insertLines(text, lineStart(text, first), lines, eol)];
  }

  const range = sectionRange(text, entry, section.comment);
  if (range === undefined) return [];
  if (section.value === undefined) return removeLines(text, range.start, range.end);
  const eol = eolOfSection(text, range);
  const endsOpen = text[range.end - 1] !== '\n';
  return [{ ...range, insert: sectionLines(section, indent).join(eol) + (endsOpen ? '' : eol) }];
}

/** The lines of a section, with our comment above it. */
function sectionRange(
  text: string,
  entry: Entry,
  comment: string,
): { start: number; end: number } | undefined {
  const keyAt = pairStart(entry);
  if (keyAt === undefined || !opensLine(text, keyAt)) return undefined;
  let start = lineStart(text, keyAt);
  if (comment !== '' && start > 0) {
    const above = lineStart(text, start - 1);
    if (text.slice(above, start).trim() === `# ${comment}`) start = above;
  }
  return { start, end: lineEnd(text, entryEnd(entry, 'trimmed')) };
}

/** The line breaks around the section decide; those inside only if there are no others. */
function eolOfSection(text: string, { start, end }: { start: number; end: number }): Eol {
  return (
    prevailingEol(text.slice(0, start) + text.slice(end)) ?? prevailingEol(text.slice(start, end)) ?? '\n'
  );
}
