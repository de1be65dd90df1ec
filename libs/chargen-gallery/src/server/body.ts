import type { IncomingMessage } from 'node:http';
import { z } from 'zod';

/** Prompts are a few thousand characters; this is room for the longest. */
const MAX_BODY_BYTES = 256 * 1024;

export class BodyError extends Error {
  override readonly name = 'BodyError';
  constructor(
    readonly status: 400 | 413 | 415,
    message: string,
  ) {
    super(message);
  }
}

const entity = z.string().regex(/^(?:character|location|chapter)\/[^/]{1,200}$/);
const scene = z.string().regex(/^(?:character|location|chapter)\/[^/]{1,200}\/[^/]{1,200}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Why a picture is to be made again. */
const note = z.string().max(2000);

export const changeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lock'), scene, locked: z.boolean() }),
  z.strictObject({ kind: z.literal('reroll'), scene }),
  z.strictObject({ kind: z.literal('retry'), scene }),
  z.strictObject({ kind: z.literal('reject'), scene, note }),
  z.strictObject({ kind: z.literal('prompt'), scene, prompt: z.string().max(100_000) }),
  z.strictObject({
    kind: z.literal('add-scene'),
    entity,
    id: z.string().max(200),
    title: z.string().max(1000),
    prompt: z.string().max(100_000),
  }),
]);

export const proposeSchema = z.strictObject({ change: changeSchema });
export const applySchema = z.strictObject({ change: changeSchema, digest: sha256 });
export const runSchema = z.strictObject({ scenes: z.array(scene).min(1).max(5000) });
export const startSchema = runSchema.extend({ plan: sha256 });
const decided = { state: z.enum(['unreviewed', 'approved', 'rejected']), note };
const orderSchema = z.strictObject({
  scene,
  seen: sha256,
  ...decided,
  instead: z.strictObject(decided).optional(),
});
export const reviewSchema = z.strictObject({ orders: z.array(orderSchema).min(1).max(1000) });
export const nowSchema = z.strictObject({
  scenes: z.array(scene).min(1).max(200),
  cost: z.string().max(200),
});
export const adoptSchema = z.strictObject({ scene, picture: z.string().min(1).max(1000) });
export const editedSchema = z.strictObject({ scene, choice: z.enum(['keep', 'discard']) });
export const useTakeSchema = z.strictObject({ scene, take: z.number().int().min(1).max(999_999) });
export const emptySchema = z.strictObject({});

/** The JSON body of a request, checked. Throws BodyError with words for people. */
export async function readBody<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new BodyError(415, 'The body must be JSON.');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new BodyError(413, 'This is too long.');
    chunks.push(chunk);
  }
  let data: unknown;
  try {
    data = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new BodyError(400, 'The body is no JSON.');
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success)
    throw new BodyError(400, 'The page asks for something that this server does not know.');
  return parsed.data;
}
