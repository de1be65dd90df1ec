import type { CST } from 'yaml';
import type { Json } from './data.js';
import { columnOf, insertLines, lineEnd, lineStart, type Edit, type Eol } from './text-lines.js';
import {
  endsKept,
  entriesOf,
  entryEnd,
  indicatorEnd,
  pairStart,
  valueStart,
  type Collection,
  type Entry,
  type Tail,
} from './yaml-tokens.js';
import { blockKey, flowPair, flowText } from './yaml-render.js';

/** The ends of an entry to try to put something behind, the one that looks better first. */
export function tailsOf(entry: Entry): readonly Tail[] {
  return endsKept(entry.value) ? ['whole'] : ['trimmed', 'whole'];
}

/** Puts text of flow style behind the last pair or item of a flow collection. */
export function appendFlow(collection: CST.FlowCollection, addition: string): Edit {
  const last = entriesOf(collection).at(-1);
  const at = last === undefined ? collection.offset + 1 : entryEnd(last, 'trimmed');
  return { start: at, end: at, insert: last === undefined ? addition : `, ${addition}` };
}

/** Puts a pair behind the last one of a flow map; its key is quoted unless the map's own first key is plain. */
export function appendFlowPair(map: CST.FlowCollection, key: string, value: Json): Edit {
  const isPlain = entriesOf(map)[0]?.key?.type === 'scalar';
  return appendFlow(map, isPlain ? `${blockKey(key)}: ${flowText(value)}` : flowPair(key, value));
}

/** Takes a pair out of a flow map, without the comments around it. */
export function removeFlowPair(text: string, map: CST.FlowCollection, entry: Entry): Edit | undefined {
  const start = pairStart(entry);
  if (start === undefined) return undefined;
  const end = entryEnd(entry, 'trimmed');
  const items: readonly Entry[] = map.items;
  const previous = entriesOf(map)[entriesOf(map).indexOf(entry) - 1];
  if (previous !== undefined) {
    const previousEnd = entryEnd(previous, 'trimmed');
    if (!text.slice(previousEnd, start).includes('#')) return { start: previousEnd, end, insert: '' };
  }
  const next = items[items.indexOf(entry) + 1];
  const comma = next && indicatorEnd(next, 'comma');
  if (comma === undefined) return { start, end, insert: '' };
  const rest = /^ */.exec(text.slice(comma))?.[0].length ?? 0;
  return { start, end: comma + rest, insert: '' };
}

/** Replaces the value of a pair by one on a single line; comments behind it stay. */
export function replaceValue(text: string, entry: Entry, value: string): Edit | undefined {
  const colon = indicatorEnd(entry, 'map-value-ind');
  const start = valueStart(entry);
  if (start === undefined) {
    const at = colon ?? entryEnd(entry, 'trimmed');
    return { start: at, end: at, insert: colon === undefined ? `: ${value}` : ` ${value}` };
  }
  const end = entryEnd(entry, 'trimmed');
  if (colon !== undefined && text.slice(colon, start).includes('\n')) {
    return { start: colon, end, insert: ` ${value}` };
  }
  return { start, end, insert: value };
}

/** Adds a pair to a map, in the map's own style: behind its last pair, else (in block style) before its first. */
export function appendPair(
  text: string,
  map: CST.BlockMap | CST.FlowCollection,
  pair: { readonly key: string; readonly value: Json },
  lines: (indent: string) => readonly string[],
  eol: Eol,
): (Edit | undefined)[] {
  if (map.type === 'flow-collection') return [appendFlowPair(map, pair.key, pair.value)];
  const entries = entriesOf(map);
  const first = entries[0];
  const last = entries.at(-1);
  const start = first && pairStart(first);
  if (last === undefined || start === undefined) return [];
  const indent = ' '.repeat(columnOf(text, start));
  const body = lines(indent);
  return [
    ...tailsOf(last).map((tail) => insertLines(text, lineEnd(text, entryEnd(last, tail)), body, eol)),
    // What follows keeps its own column: the first pair may stand behind the dash of a list item.
    { start, end: start, insert: body.join(eol).slice(indent.length) + eol + indent },
  ];
}

/** Whether nothing but white space stands before a place in its line. */
export function opensLine(text: string, at: number): boolean {
  return /^ *$/.test(text.slice(lineStart(text, at), at));
}

export function isFlow(collection: Collection): collection is CST.FlowCollection {
  return collection.type === 'flow-collection';
}
