import type { Json } from './data.js';

/** Words that some YAML version reads as something else than a string. */
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i;
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * What JSON leaves as it is and YAML does not allow, or takes for a line break, or an editor hides: C1 controls
 * with NEL, the line and paragraph separators, direction overrides, the byte order mark, non-characters. Lone
 * surrogates are escaped by JSON.stringify.
 */
const UNSAFE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A key as it stands in block style. */
export function blockKey(key: string): string {
  return PLAIN_KEY.test(key) && !RESERVED.test(key) ? key : quoted(key);
}

/** A value on one line, in the part of YAML that is JSON. Throws on NaN and infinities, which JSON cannot hold. */
export function flowText(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`${value} cannot be written: JSON has no such number.`);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(flowText).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, inner]) => flowPair(key, inner));
  return `{${pairs.join(', ')}}`;
}

export function flowPair(key: string, value: Json): string {
  return `${quoted(key)}: ${flowText(value)}`;
}

/** The lines of a pair in block style, each with the indentation. */
export function pairLines(key: string, value: Json, indent: string): string[] {
  return isNested(value)
    ? [`${indent}${blockKey(key)}:`, ...blockLines(value, `${indent}  `)]
    : [`${indent}${blockKey(key)}: ${flowText(value)}`];
}

/** The lines of a list item in block style; the indentation is that of its dash. */
export function itemLines(value: Json, indent: string): string[] {
  if (!isNested(value)) return [`${indent}- ${flowText(value)}`];
  const [first = '', ...rest] = blockLines(value, `${indent}  `);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function blockLines(value: Json, indent: string): string[] {
  if (value === null || typeof value !== 'object') return [`${indent}${flowText(value)}`];
  if (isList(value)) return value.flatMap((item) => itemLines(item, indent));
  return Object.entries(value).flatMap(([key, inner]) => pairLines(key, inner, indent));
}

/** Whether a value takes lines of its own; an empty list or map has no block style. */
function isNested(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
