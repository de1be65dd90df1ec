import { isDeepStrictEqual } from 'node:util';
import { appendFlow, appendPair, isFlow, opensLine, tailsOf } from './collection-edits.js';
import { isDataMap, pathText, valueAt, type DataPath, type Json } from './data.js';
import { asWritten, type DataChange } from './data-change.js';
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
import { planned, spliceOne, type EditPlan, type SpliceOutcome } from './verified-edit.js';
import { flowText, itemLines, pairLines } from './yaml-render.js';
import type { YamlSource } from './yaml-source.js';
import {
  entriesOf,
  entryEnd,
  findPlace,
  indicatorEnd,
  isListToken,
  isMapToken,
  pairStart,
  valueStart,
  type Collection,
  type Entry,
  type Found,
} from './yaml-tokens.js';

/**
 * Adds an item to the end of the list at a path, in the list's own style. If the key has no value, or the
 * map that the path leads to has no such key, the list is made: at the end of the file for a top-level key, else at
 * the end of the map. Throws on a number that JSON cannot hold.
 */
export function appendItem(text: string, at: DataPath, item: Json): SpliceOutcome {
  return spliceOne(text, (source) => planAppend(source, at, [item]));
}

/** At least one item. */
export function planAppend(source: YamlSource, at: DataPath, items: readonly Json[]): EditPlan {
  const { text } = source;
  const wanted = items.map(asWritten);
  const eol = prevailingEol(text) ?? '\n';
  const list = valueAt(source.data.fast, at);
  const length = Array.isArray(list) ? list.length : 0;
  const changes = wanted.map((value, index): DataChange => ({ at: [...at, length + index], value }));
  const place = findPlace(source.root, at);
  if (place !== undefined && isListToken(place.value)) {
    const { value, holder } = place;
    if (!isFlow(value)) return planned(appendToBlock(text, value, wanted, eol), ...changes);
    const isEmpty = entriesOf(value).length === 0;
    return planned(
      [
        isEmpty && holder !== undefined ? openList(text, place, holder, wanted, eol) : undefined,
        appendFlow(value, wanted.map(flowText).join(', ')),
      ],
      ...changes,
    );
  }
  if (place?.holder !== undefined && list === null && isMapToken(place.holder.collection)) {
    return planned([openList(text, place, place.holder, wanted, eol)], ...changes);
  }
  if (place === undefined || source.root === undefined) {
    const edits = listEdits(source, at, wanted, eol);
    if (edits !== undefined) return planned(edits, ...changes);
  }
  const where = at.length === 0 ? 'The file' : `What stands at ${pathText(at)}`;
  return { kind: 'refused', why: `${where} is not a list.` };
}

function appendToBlock(
  text: string,
  list: Collection,
  items: readonly Json[],
  eol: Eol,
): (Edit | undefined)[] {
  const last = entriesOf(list).at(-1);
  const dash = last && indicatorEnd(last, 'seq-item-ind');
  if (last === undefined || dash === undefined) return [];
  const column = columnOf(text, dash - 1);
  const lines = items.flatMap((item) => itemLines(item, ' '.repeat(column)));
  return tailsOf(last).map((tail) => {
    const end = lineEnd(text, entryEnd(last, tail));
    return insertLines(text, skipDeeperComments(text, end, column), lines, eol);
  });
}

/** A comment that is indented into the last item is about that item, and stays with it. */
function skipDeeperComments(text: string, from: number, column: number): number {
  let at = from;
  for (;;) {
    const indent = /^( *)#/.exec(text.slice(at, lineEnd(text, at + 1)))?.[1];
    if (at >= text.length || indent === undefined || indent.length <= column) return at;
    at = lineEnd(text, at + 1);
  }
}

/** Makes a block list out of `key:` or `key: []`; a comment behind stays in its line. */
function openList(
  text: string,
  place: Found,
  holder: { readonly collection: Collection; readonly entry: Entry },
  items: readonly Json[],
  eol: Eol,
): Edit | undefined {
  const { collection, entry } = holder;
  const start = pairStart(entry);
  const colon = indicatorEnd(entry, 'map-value-ind');
  if (collection.type !== 'block-map' || start === undefined || colon === undefined) return undefined;
  const end = entryEnd(entry, 'trimmed');
  let from = place.value?.offset ?? end;
  while (from > colon && text[from - 1] === ' ') from -= 1;
  if (text.slice(colon, from).includes('\n')) return undefined;
  const rest = text.slice(end, lineEnd(text, end));
  const indent = ' '.repeat(columnOf(text, start) + 2);
  const lines = items.flatMap((item) => itemLines(item, indent));
  return {
    start: from,
    end: lineEnd(text, end),
    insert: rest.endsWith('\n') ? rest + lines.join(eol) + eol : rest + eol + lines.join(eol),
  };
}

/** A new list as the last pair of the map that it belongs to; undefined if there is no such map. */
function listEdits(
  source: YamlSource,
  at: DataPath,
  items: readonly Json[],
  eol: Eol,
): (Edit | undefined)[] | undefined {
  const key = at.at(-1);
  if (typeof key !== 'string') return undefined;
  const { text, root } = source;
  const lines = (indent: string): readonly string[] => pairLines(key, items, indent);
  if (root === undefined) {
    return at.length === 1 ? [insertLines(text, source.end, lines(''), eol)] : undefined;
  }
  const map = findPlace(root, at.slice(0, -1))?.value;
  if (!isMapToken(map) || !isDataMap(valueAt(source.data.fast, at.slice(0, -1)))) return undefined;
  const inMap = appendPair(text, map, { key, value: items }, lines, eol);
  if (at.length > 1 || isFlow(map)) return inMap;
  const first = entriesOf(map)[0];
  const start = first && pairStart(first);
  const indent = ' '.repeat(start === undefined ? 0 : columnOf(text, start));
  return [insertLines(text, source.end, lines(indent), eol), ...inMap];
}

/**
 * Replaces the list item at a path; its last step is the index. An item that says the same already is left as
 * it stands. Throws on a number that JSON cannot hold.
 */
export function replaceItem(text: string, at: DataPath, item: Json): SpliceOutcome {
  return spliceOne(text, (source) => planReplace(source, at, item));
}

export function planReplace(source: YamlSource, at: DataPath, item: Json): EditPlan {
  const wanted = asWritten(item);
  const place = findPlace(source.root, at);
  if (place?.holder === undefined || !isListToken(place.holder.collection)) {
    return {
      kind: 'refused',
      why: `There is no list item at ${at.length === 0 ? 'the top level' : pathText(at)}.`,
    };
  }
  if (isDeepStrictEqual(valueAt(source.data.fast, at), wanted)) return { kind: 'unchanged' };
  return planned([replacement(source.text, place.holder, wanted)], { at, value: wanted });
}

/** Takes the item at a path out of a block list; its last step is the index. One of a flow list is left. */
export function removeItem(text: string, at: DataPath): SpliceOutcome {
  return spliceOne(text, (source) => planRemove(source, at));
}

export function planRemove(source: YamlSource, at: DataPath): EditPlan {
  const { text } = source;
  const entry = findPlace(source.root, at)?.holder?.entry;
  const dash = entry && indicatorEnd(entry, 'seq-item-ind');
  if (entry === undefined || dash === undefined || !opensLine(text, dash - 1)) {
    return { kind: 'refused', why: `There is no line that begins with the item at ${pathText(at)}.` };
  }
  const end = lineEnd(text, entryEnd(entry, 'trimmed'));
  return planned(removeLines(text, lineStart(text, dash - 1), end), { at, value: undefined });
}

function replacement(
  text: string,
  { collection, entry }: { readonly collection: Collection; readonly entry: Entry },
  item: Json,
): Edit | undefined {
  const end = entryEnd(entry, 'trimmed');
  if (isFlow(collection)) {
    const start = valueStart(entry);
    return start === undefined ? undefined : { start, end, insert: flowText(item) };
  }
  const dash = indicatorEnd(entry, 'seq-item-ind');
  if (dash === undefined) return undefined;
  const indent = ' '.repeat(columnOf(text, dash - 1));
  const lines = itemLines(item, indent).join(prevailingEol(text) ?? '\n');
  return { start: dash, end, insert: lines.slice(indent.length + 1) };
}
