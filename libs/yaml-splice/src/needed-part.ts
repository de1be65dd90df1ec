import { hasKey, isDataMap, valueAt } from './data.js';
import { lineEnd, lineStart, type Edit } from './text-lines.js';

/** What edits look at: a top-level entry, one item of the list that it holds, or the last lines of the file. */
export type Need =
  | { readonly kind: 'entry'; readonly key: string }
  | { readonly kind: 'item'; readonly key: string; readonly index: number }
  | { readonly kind: 'end' };

/** A text in which everything that is not needed is blank: of the same length, so that each offset stays. */
export interface NeededPart {
  readonly text: string;
  /** Entries and items of which only the key or the dash is left. */
  readonly blanked: readonly Range[];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface TopLevelEntry extends Range {
  readonly key: string;
  /** Behind its colon. */
  readonly valueStart: number;
}

/** Anchors, aliases and tags tie parts of a file together; tabs and lone CRs are read in more than one way. */
const UNUSUAL = /\t|\r(?!\n)|(?:^ *|[-:?,[{] *)[&*!]\S/m;
/** Comments and blank lines above the first key, with at most one `---` between them. */
const HEAD = /(?: *(?:#.*)?\r?\n)*(?:--- *(?:#.*)?\r?\n(?: *(?:#.*)?\r?\n)*)?/y;
/** A line that has neither an indentation nor a comment: a key of the root, or a dash of a list below one. */
const FLUSH_LINE = /^[^\s#]/gm;
const KEY = /(?:([\p{L}_][\p{L}\p{N}_ -]*?)|"([^"\\\n]*)"|'([^'\n]*)') *:(?=[ \r\n]|$)/uy;
const NOTHING_BEHIND = / *(?:#.*)?\r?\n/y;
/** Its indentation, and whether it is blank or a comment, a list item, or something else. */
const LINE = /( *)(?:(#|\r?\n|$)|(-(?=[ \r\n]|$))|)/y;

/**
 * Blanks what is not needed. The parser that knows places takes ten times as long as js-yaml, and an edit concerns
 * one entry or item of a file with hundreds. Undefined if it is not certain, from the lines alone, that both parsers
 * see the same top-level entries: then the whole text is to be parsed. `data` is what js-yaml reads.
 *
 * The first line that says something begins with a key in the first column, so that the root is a block map there,
 * and each of its keys begins a line. As many lines begin so as the map has keys: so each of them is a key, and none
 * is inside of a value. Items of a list are found in the same way.
 */
export function neededPart(text: string, data: unknown, needs: readonly Need[]): NeededPart | undefined {
  const entries = topLevelEntries(text, data);
  const last = entries?.at(-1);
  if (entries === undefined || last === undefined) return undefined;
  const blanks: Blank[] = [];
  for (const entry of entries) {
    const list = valueAt(data, [entry.key]);
    const count = Array.isArray(list) ? list.length : 0;
    const own = needs.flatMap((need): ('all' | number)[] => {
      if (need.kind === 'end') return entry === last ? [count === 0 ? 'all' : count - 1] : [];
      if (need.key !== entry.key) return [];
      return [need.kind === 'entry' ? 'all' : need.index];
    });
    if (own.length === 0) blanks.push({ ...entry, from: entry.valueStart });
    else if (!own.includes('all')) blanks.push(...otherItems(text, entry, count, new Set(own)));
  }
  return { text: withBlanks(text, blanks), blanked: blanks };
}

/** Whether an edit touches nothing that is blank in a part. */
export function isWithin({ blanked }: NeededPart, { start, end }: Edit): boolean {
  return blanked.every((blank) => end <= blank.start || start >= blank.end);
}

interface Blank extends Range {
  /** Where the blank begins, behind what is left of it. */
  readonly from: number;
}

function topLevelEntries(text: string, data: unknown): TopLevelEntry[] | undefined {
  if (!isDataMap(data) || UNUSUAL.test(text)) return undefined;
  HEAD.lastIndex = 0;
  HEAD.test(text);
  const head = HEAD.lastIndex;
  const keys: { key: string; at: number; valueStart: number }[] = [];
  FLUSH_LINE.lastIndex = head;
  for (let found = FLUSH_LINE.exec(text); found !== null; found = FLUSH_LINE.exec(text)) {
    const at = found.index;
    if (keys.length > 0 && /^-(?:\s|$)/.test(text.slice(at, at + 2))) continue;
    KEY.lastIndex = at;
    const match = KEY.exec(text);
    const key = match?.[1] ?? match?.[2] ?? match?.[3];
    if (key === undefined || !hasKey(data, key)) return undefined;
    keys.push({ key, at, valueStart: KEY.lastIndex });
  }
  const count = Object.keys(data).length;
  if (keys[0]?.at !== head || keys.length !== count || new Set(keys.map(({ key }) => key)).size !== count)
    return undefined;
  const starts = keys.map(({ at }) => withCommentsAbove(text, at));
  return keys.map(({ key, valueStart }, n) => ({
    key,
    valueStart,
    start: starts[n] ?? 0,
    end: starts[n + 1] ?? text.length,
  }));
}

/** A comment in the first column belongs to the key below it. */
function withCommentsAbove(text: string, at: number): number {
  let start = at;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (text[above] !== '#') break;
    start = above;
  }
  return start;
}

/** The items of an entry's list that are not needed; none if it is no list of which each item begins a line. */
function otherItems(
  text: string,
  { valueStart, end }: TopLevelEntry,
  count: number,
  needed: ReadonlySet<unknown>,
): Blank[] {
  NOTHING_BEHIND.lastIndex = valueStart;
  if (!NOTHING_BEHIND.test(text)) return [];
  const items: { start: number; from: number }[] = [];
  let column: number | undefined;
  for (let at = NOTHING_BEHIND.lastIndex; at < end; at = lineEnd(text, at + 1)) {
    LINE.lastIndex = at;
    const [, { length: indent } = '', silent, dash] = LINE.exec(text) ?? [];
    if (silent !== undefined) continue;
    column ??= dash === undefined ? Infinity : indent;
    if (dash !== undefined && indent === column) items.push({ start: at, from: at + indent + 1 });
    else if (indent <= column) return [];
  }
  if (items.length !== count) return [];
  return items.flatMap((item, n) => (needed.has(n) ? [] : [{ ...item, end: items[n + 1]?.start ?? end }]));
}

function withBlanks(text: string, blanks: readonly Blank[]): string {
  let result = '';
  let at = 0;
  for (const { from, end } of blanks) {
    const breaks = text[end - 1] === '\n' ? 1 : 0;
    result += text.slice(at, from) + ' '.repeat(end - from - breaks) + '\n'.repeat(breaks);
    at = end;
  }
  return result + text.slice(at);
}
