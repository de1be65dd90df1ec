import canonicalize from 'canonicalize';
import { sha256Hex } from './digest.js';

/** A value that JSON can hold; what is hashed, journalled and written is always of this type. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * RFC 8785 text of a value, so that the digest can be computed again by any other RFC 8785 library.
 * Throws on NaN and infinities, which JSON cannot hold.
 */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('This value has no JSON form.');
  return text;
}

/** sha256 (hex) of the RFC 8785 text of a value. */
export function digestJson(value: Json): string {
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
