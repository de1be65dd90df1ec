import { isJsonArray, isJsonObject, type Json } from '../wire/json.js';

/** What stands in a response for bytes; no request can contain its own hash, so no answer quotes one by chance. */
export const bytesName = (requestHash: string, index: number): string => `<bytes ${requestHash} ${index}>`;

/** The value with base64 in the places of bytes. */
export function fillIn(value: Json, bytes: ReadonlyMap<string, Buffer>): Json {
  if (typeof value === 'string') return bytes.get(value)?.toString('base64') ?? value;
  if (isJsonArray(value)) return value.map((inner) => fillIn(inner, bytes));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillIn(inner, bytes)]));
}

/** A multiple of three, so that base64 of the parts is the parts of base64. */
const STEP = 3 * 2 ** 18;

/** JSON text with base64 in the places of bytes, piece by piece, so that it is never there as a whole. */
export function* piecesOf(json: string, bytes: ReadonlyMap<string, Buffer>): Generator<string> {
  let rest = json;
  for (;;) {
    const next = nextName(rest, bytes);
    if (next === undefined) break;
    yield rest.slice(0, next.at);
    for (let i = 0; i < next.data.length; i += STEP) yield next.data.toString('base64', i, i + STEP);
    rest = rest.slice(next.at + next.length);
  }
  yield rest;
}

function nextName(
  text: string,
  bytes: ReadonlyMap<string, Buffer>,
): { readonly at: number; readonly length: number; readonly data: Buffer } | undefined {
  let first: { at: number; length: number; data: Buffer } | undefined;
  for (const [name, data] of bytes) {
    const at = text.indexOf(name);
    if (at >= 0 && (first === undefined || at < first.at)) first = { at, length: name.length, data };
  }
  return first;
}
