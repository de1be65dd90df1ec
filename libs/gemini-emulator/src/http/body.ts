import type { Readable } from 'node:stream';
import type * as z from 'zod';
import { camelFields, type Json } from '../wire/json.js';
import { invalidArgument } from '../wire/errors.js';
import { jsonSchema } from '../wire/requests.js';

/** @throws WireError 400 with the service's own words when the body is larger than `limit` bytes */
export async function readBytes(stream: Readable, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    const bytes: Buffer = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
    size += bytes.length;
    // The rest is read and dropped: an answer sent while the client still writes would be lost as a reset.
    if (size <= limit) pieces.push(bytes);
    else pieces.length = 0;
  }
  if (size > limit) throw invalidArgument(`Request payload size exceeds the limit: ${limit} bytes.`);
  return Buffer.concat(pieces);
}

/** JSON with its fields in camelCase; an empty body is an empty object. */
export async function readJson(stream: Readable, limit: number): Promise<Json> {
  const bytes = await readBytes(stream, limit);
  if (bytes.length === 0) return {};
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return camelFields(jsonSchema.parse(value));
  } catch {
    throw invalidArgument('Invalid JSON payload received. Unexpected end of string or unknown token.');
  }
}

/** @throws WireError 400 naming the field that does not fit */
export function parseBody<T>(schema: z.ZodType<T>, value: Json): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidArgument(
    `Invalid value at '${(issue?.path ?? []).join('.')}': ${issue?.message ?? 'not valid'}`,
  );
}
