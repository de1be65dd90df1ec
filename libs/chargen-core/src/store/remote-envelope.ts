import { z } from 'zod';
import { sha256Hex } from '../util/digest.js';
import { newerFormat } from '../util/newer-format.js';
import { storeEntrySchema, type StoreEntry } from './stored-result.js';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

const headerSchema = z.object({
  v: z.literal(1),
  key: hex64,
  outcome: z.enum(['generated', 'refused', 'analyzed', 'asked', 'attempt']),
  /** Of the payload. */
  bytes: z.number().int(),
  sha256: hex64,
});

/** A result as it came from elsewhere, proven to be whole and to belong to its key. */
export interface Unpacked {
  readonly result: StoreEntry;
  readonly picture: Uint8Array | undefined;
}

export type UnpackOutcome =
  | { readonly kind: 'unpacked'; readonly unpacked: Unpacked }
  | { readonly kind: 'damaged' | 'newer'; readonly why: string };

const NEWLINE = 10;

/**
 * One object for a shared store: a line of JSON that names the key and the sha256 of the payload, then the payload,
 * which is the result as a line of JSON and, for a picture, its bytes as Google sent them.
 */
export function packEnvelope(result: StoreEntry, picture: Uint8Array | undefined): Uint8Array {
  const payload = Buffer.concat([Buffer.from(`${JSON.stringify(result)}\n`), picture ?? new Uint8Array()]);
  const header = {
    v: 1,
    key: result.key,
    outcome: result.kind,
    bytes: payload.byteLength,
    sha256: sha256Hex(payload),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), payload]);
}

/** Writers to a shared store are trusted; a cut line, a wrong file or another format is still reported. */
export function unpackEnvelope(key: string, bytes: Uint8Array): UnpackOutcome {
  const head = splitLine(bytes);
  const headLine = parseJson(head?.line);
  const newer = newerFormat(headLine);
  if (newer !== undefined) return { kind: 'newer', why: newer };
  const header = headerSchema.safeParse(headLine);
  if (head === undefined || !header.success) return damaged('it is no envelope of version 1');
  if (header.data.key !== key) return damaged('it is the envelope of another key');
  if (head.rest.byteLength !== header.data.bytes) return damaged('it was cut on its way');
  if (sha256Hex(head.rest) !== header.data.sha256) return damaged('its payload is not the one of its sha256');
  const body = splitLine(head.rest);
  const bodyLine = parseJson(body?.line);
  const newerResult = newerFormat(bodyLine);
  if (newerResult !== undefined) return { kind: 'newer', why: newerResult };
  const result = storeEntrySchema.safeParse(bodyLine);
  if (body === undefined || !result.success)
    return damaged('its result cannot be read by this version of chargen');
  if (result.data.key !== key) return damaged('its result is that of another key');
  if (result.data.kind !== 'generated') {
    return { kind: 'unpacked', unpacked: { result: result.data, picture: undefined } };
  }
  if (sha256Hex(body.rest) !== result.data.picture.sha256)
    return damaged('its picture is not the one it names');
  return { kind: 'unpacked', unpacked: { result: result.data, picture: body.rest } };
}

function damaged(why: string): UnpackOutcome {
  return { kind: 'damaged', why };
}

function splitLine(bytes: Uint8Array): { readonly line: string; readonly rest: Uint8Array } | undefined {
  const end = bytes.indexOf(NEWLINE);
  if (end < 0) return undefined;
  return { line: Buffer.from(bytes.subarray(0, end)).toString('utf8'), rest: bytes.subarray(end + 1) };
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
