import { sha256Hex } from './digest.js';

/** A value that JSON can hold; what is hashed, journalled and written is always of this type. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON with members that may be undefined, which JSON leaves out. */
export type LooseJson =
  | null
  | boolean
  | number
  | string
  | readonly LooseJson[]
  | { readonly [key: string]: LooseJson | undefined };

/**
 * RFC 8785 text of a value, so that the digest can be computed again by any other RFC 8785 library. Throws on NaN,
 * infinities and half characters, which JSON cannot hold. The numbers and texts of RFC 8785 are those of JavaScript, so
 * that only the order of keys is left to do.
 */
export function canonicalJson(value: LooseJson): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON form.`);
  if (typeof value === 'string' && !value.isWellFormed())
    throw new TypeError('Half a character has no JSON form.');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${canonicalJson(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

function isList(value: LooseJson): value is readonly LooseJson[] {
  return Array.isArray(value);
}

/** sha256 (hex) of the RFC 8785 text of a value. */
export function digestJson(value: LooseJson): string {
  return sha256Hex(canonicalJson(value));
}

/** A typed value as the JSON that a file would hold: undefined members are gone. Throws if it has none. */
export function asJson(value: unknown): Json {
  const data: unknown = JSON.parse(JSON.stringify(value));
  if (!isJson(data)) throw new TypeError('This value has no JSON form.');
  return data;
}

/** By hand: thousands of scenes pass here whenever the project graph is made, and a schema took half of its time. */
function isJson(value: unknown): value is Json {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return true;
    case 'object':
      return value === null || Object.values(value).every(isJson);
    default:
      return false;
  }
}
