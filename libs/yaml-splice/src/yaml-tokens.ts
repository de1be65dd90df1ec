import type { CST } from 'yaml';
import type { DataPath } from './data.js';
import { yamlLibrary } from './yaml-library.js';

/** A map or list as it stands in the text. */
export type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;
export type Entry = CST.CollectionItem;

/**
 * Blank lines at the end of a block scalar belong to it by the grammar, though not to its value unless it is
 * kept (`|+`). `trimmed` ends behind its last word, `whole` behind its last line.
 */
export type Tail = 'trimmed' | 'whole';

export interface Found {
  /** Undefined for a value that is not written out (`key:`). */
  readonly value: CST.Token | undefined;
  /** What holds it; undefined at the root. */
  readonly holder: { readonly collection: Collection; readonly entry: Entry } | undefined;
}

export function isMapToken(token: CST.Token | undefined): token is CST.BlockMap | CST.FlowCollection {
  return (
    token?.type === 'block-map' ||
    (token?.type === 'flow-collection' && token.start.type === 'flow-map-start')
  );
}

export function isListToken(token: CST.Token | undefined): token is CST.BlockSequence | CST.FlowCollection {
  return (
    token?.type === 'block-seq' ||
    (token?.type === 'flow-collection' && token.start.type === 'flow-seq-start')
  );
}

/** The pairs or items, without those parts that hold only comments or a trailing comma. */
export function entriesOf(collection: Collection): Entry[] {
  if (collection.type === 'block-seq') {
    return collection.items.filter((item) => item.start.some((token) => token.type === 'seq-item-ind'));
  }
  const items: readonly Entry[] = collection.items;
  return items.filter(
    (item) =>
      (item.key ?? item.value) !== undefined ||
      item.sep !== undefined ||
      item.start.some((token) => token.type === 'explicit-key-ind'),
  );
}

/** The pair of a map by the text of its key. */
export function pairOf(map: CST.BlockMap | CST.FlowCollection, key: string): Entry | undefined {
  return entriesOf(map).find((entry) => keyText(entry) === key);
}

function keyText(entry: Entry): string | undefined {
  const { CST } = yamlLibrary();
  const { key } = entry;
  return CST.isScalar(key) ? CST.resolveAsScalar(key).value : undefined;
}

/** What stands at a path of the data; undefined if the path leads nowhere, or through an alias. */
export function findPlace(root: CST.Token | undefined, path: DataPath): Found | undefined {
  let found: Found = { value: root, holder: undefined };
  for (const step of path) {
    const { value } = found;
    let entry: Entry | undefined;
    let collection: Collection;
    if (isMapToken(value)) {
      collection = value;
      entry = pairOf(value, String(step));
    } else if (isListToken(value) && typeof step === 'number') {
      collection = value;
      entry = entriesOf(value)[step];
    } else {
      return undefined;
    }
    // `[a: 1]` is a list of a map that has no token of its own.
    if (entry === undefined || (isListToken(collection) && entry.key !== undefined)) return undefined;
    found = { value: entry.value, holder: { collection, entry } };
  }
  return found;
}

const INDICATORS: ReadonlySet<string> = new Set([
  'seq-item-ind',
  'explicit-key-ind',
  'map-value-ind',
  'anchor',
  'tag',
]);

function lastIndicatorEnd(tokens: readonly CST.SourceToken[] | undefined): number | undefined {
  const last = tokens?.findLast((token) => INDICATORS.has(token.type));
  return last === undefined ? undefined : last.offset + last.source.length;
}

/** The end of the sign that announces a value: a dash, a colon or a comma. */
export function indicatorEnd(
  entry: Entry,
  type: 'seq-item-ind' | 'map-value-ind' | 'comma',
): number | undefined {
  const token = [...entry.start, ...(entry.sep ?? [])].find((one) => one.type === type);
  return token === undefined ? undefined : token.offset + token.source.length;
}

/** Where a pair begins: its `?`, anchor or tag, else its key. */
export function pairStart(entry: Entry): number | undefined {
  const first = entry.start.find((token) => INDICATORS.has(token.type));
  return first?.offset ?? entry.key?.offset ?? entry.sep?.[0]?.offset;
}

/** Where a value begins, anchor and tag included. */
export function valueStart(entry: Entry): number | undefined {
  if (entry.value === undefined) return undefined;
  const properties = (entry.sep ?? entry.start).find(
    (token) => token.type === 'anchor' || token.type === 'tag',
  );
  return properties?.offset ?? entry.value.offset;
}

/** Behind the last character of a pair or item that is neither comment nor white space. */
export function entryEnd(entry: Entry, tail: Tail): number {
  if (entry.value !== undefined) return tokenEnd(entry.value, tail);
  const afterColon = lastIndicatorEnd(entry.sep);
  if (afterColon !== undefined) return afterColon;
  if (entry.key) return tokenEnd(entry.key, tail);
  return lastIndicatorEnd(entry.start) ?? 0;
}

/** Behind the last character of a value that is neither comment nor white space. */
function tokenEnd(token: CST.Token, tail: Tail): number {
  switch (token.type) {
    case 'block-map':
    case 'block-seq': {
      const last = entriesOf(token).at(-1);
      return last === undefined ? token.offset : entryEnd(last, tail);
    }
    case 'flow-collection': {
      const close = token.end.findLast((one) => one.type === 'flow-map-end' || one.type === 'flow-seq-end');
      return close === undefined ? token.offset : close.offset + close.source.length;
    }
    case 'block-scalar': {
      const header = token.props.find((one) => one.type === 'block-scalar-header');
      const headerEnd = token.offset + sourceLength(header);
      const bodyStart = token.props.reduce((at, one) => at + sourceLength(one), token.offset);
      if (tail === 'whole' && token.source !== '') return bodyStart + token.source.length;
      const body = token.source.trimEnd();
      return body === '' ? headerEnd : bodyStart + body.length;
    }
    default:
      return token.offset + sourceLength(token);
  }
}

function sourceLength(token: CST.Token | undefined): number {
  return token !== undefined && 'source' in token ? token.source.length : 0;
}

/** Whether a value ends in a block scalar whose trailing blank lines are part of it (`|+`). */
export function endsKept(token: CST.Token | null | undefined): boolean {
  if (token?.type === 'block-scalar') {
    return token.props.some((one) => one.type === 'block-scalar-header' && one.source.includes('+'));
  }
  return token?.type === 'block-map' || token?.type === 'block-seq'
    ? endsKept(entriesOf(token).at(-1)?.value)
    : false;
}

/** Where the comments of a pair or item begin, those within its value among them. */
export function commentsIn({ start, key, sep, value }: Entry): number[] {
  const tokens = [...start, ...(key ? [key] : []), ...(sep ?? []), ...(value ? [value] : [])];
  return tokens.flatMap(commentsOf);
}

function commentsOf(token: CST.Token): number[] {
  switch (token.type) {
    case 'comment':
      return [token.offset];
    case 'block-map':
    case 'block-seq':
      return itemsOf(token).flatMap(commentsIn);
    case 'flow-collection':
      return [...itemsOf(token).flatMap(commentsIn), ...token.end.flatMap(commentsOf)];
    case 'block-scalar':
      return token.props.flatMap(commentsOf);
    case 'alias':
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
      return (token.end ?? []).flatMap(commentsOf);
    default:
      return [];
  }
}

/** With those parts that hold only comments. */
function itemsOf(collection: Collection): readonly Entry[] {
  return collection.items;
}
