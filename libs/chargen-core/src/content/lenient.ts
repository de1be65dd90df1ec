import { isDataMap, pathText, type DataMap } from './data.js';
import type { DataPath } from './entity.js';
import type { Notebook } from './notebook.js';
import { isBlank } from './required-text.js';
import { inUsualOrder } from './usual-order.js';

/** A text with the field that it was written in. */
export interface Written {
  readonly text: string;
  readonly at: DataPath;
}

/** One entry of something that is a list, or that an author wrote as a map or as a single value. */
export interface Item {
  readonly value: unknown;
  readonly at: DataPath;
  /** The key, if a map stands in place of the list. */
  readonly key?: string;
}

const MAX_DEPTH = 8;

/** Any value as one phrase: `granite; accents: gold, blue`. Empty for nothing. */
export function phraseOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return isBlank(value) ? '' : value.trim();
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (depth > MAX_DEPTH) return '';
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return list
      .map((item) => phraseOf(item, depth + 1))
      .filter((text) => text !== '')
      .join(', ');
  }
  if (isDataMap(value)) {
    return inUsualOrder(value)
      .map(([key, inner]) => [key.replaceAll('_', ' '), phraseOf(inner, depth + 1)] as const)
      .filter(([, text]) => text !== '')
      .map(([key, text]) => `${key}: ${text}`)
      .join('; ');
  }
  return '';
}

/**
 * The fields of a map that may hold anything. A clear value is taken, and reported in a note if it is not written
 * the usual way; what means nothing is passed over.
 */
export class Fields {
  constructor(
    readonly data: DataMap,
    readonly at: DataPath,
    readonly book: Notebook,
  ) {}

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** The value of a key; null and a missing key are the same to an author. */
  get(key: string): unknown {
    const value = Object.hasOwn(this.data, key) ? this.data[key] : undefined;
    return value ?? undefined;
  }

  /** The first of the keys that holds text. */
  text(...keys: readonly string[]): Written | undefined {
    for (const key of keys) {
      const value = this.get(key);
      if (value === undefined) continue;
      const text = phraseOf(value);
      if (text === '') continue;
      const at = [...this.at, key];
      if (typeof value === 'object') {
        this.book.note('read-as-text', `${pathText(at)} is not a text; its parts are read as one.`, at);
      }
      return { text, at };
    }
    return undefined;
  }

  /** The first of the keys that holds something, as a list of texts. */
  list(...keys: readonly string[]): readonly string[] {
    for (const key of keys) {
      const value = this.get(key);
      if (value === undefined) continue;
      const at = [...this.at, key];
      if (Array.isArray(value)) {
        const items: readonly unknown[] = value;
        return items.map((item) => phraseOf(item)).filter((text) => text !== '');
      }
      if (isDataMap(value)) {
        return inUsualOrder(value)
          .flatMap(([, inner]): unknown[] => (Array.isArray(inner) ? inner : [inner]))
          .map((inner) => phraseOf(inner))
          .filter((text) => text !== '');
      }
      const text = phraseOf(value);
      if (text === '') continue;
      this.book.note('read-as-list', `${pathText(at)} is a single value; it is read as a list of one.`, at);
      return [text];
    }
    return [];
  }

  /** Words that may be written as a list or as a text with commas. */
  words(key: string): readonly string[] {
    const value = this.get(key);
    if (typeof value !== 'string') return this.list(key);
    const at = [...this.at, key];
    if (value.includes(','))
      this.book.note('read-as-list', `${pathText(at)} is a text; it is read as a list.`, at);
    return value
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
  }

  /** A map below a key; anything else is passed over. */
  map(key: string): Fields | undefined {
    const value = this.get(key);
    return isDataMap(value) ? new Fields(value, [...this.at, key], this.book) : undefined;
  }

  /** The entries below a key, whether they stand in a list, in a map or alone. */
  items(key: string): readonly Item[] {
    const value = this.get(key);
    const at = [...this.at, key];
    if (value === undefined) return [];
    if (Array.isArray(value)) {
      const list: readonly unknown[] = value;
      return list.map((item, index) => ({ value: item, at: [...at, index] }));
    }
    if (isDataMap(value)) {
      this.book.note('map-for-list', `${pathText(at)} is a map; its entries are read as a list.`, at);
      return inUsualOrder(value).map(([inner, item]) => ({ value: item, at: [...at, inner], key: inner }));
    }
    return [{ value, at }];
  }
}

/** Terms of a text such as "text, watermark (any), blur.", parted at commas that stand in no brackets. */
export function splitTerms(text: string): readonly string[] {
  const terms: string[] = [];
  let depth = 0;
  let current = '';
  for (const letter of text) {
    if (letter === '(' || letter === '[') depth += 1;
    if (letter === ')' || letter === ']') depth = Math.max(0, depth - 1);
    if (depth === 0 && (letter === ',' || letter === ';')) {
      terms.push(current);
      current = '';
    } else current += letter;
  }
  terms.push(current);
  return terms
    .map((term) => term.replace(/\s+/g, ' ').trim().replace(/\.+$/, ''))
    .filter((term) => term !== '');
}
