import { z } from 'zod';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

export const usageSchema = z.object({
  promptTokens: z.number(),
  /** As Google counts them: text, thoughts are apart, drafts are in. */
  candidateTokens: z.number(),
  thoughtTokens: z.number(),
  totalTokens: z.number(),
});
export type Usage = z.infer<typeof usageSchema>;

/** Who asked, and what Google said about the answer. The times are Google's, so that every machine writes the same. */
export const provenanceSchema = z.object({
  model: z.string(),
  modelVersion: z.string().optional(),
  responseId: z.string().optional(),
  run: z.string(),
  /** `batches/…` */
  job: z.string(),
  finishedAt: z.string(),
  usage: usageSchema.optional(),
  /** US dollars at batch price; null where the price is not known. */
  costUsd: z.number().nullable(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

export const pictureSchema = z.object({
  sha256: hex64,
  bytes: z.number().int(),
  mimeType: z.enum(['image/png', 'image/jpeg', 'image/webp']),
  extension: z.enum(['png', 'jpg', 'webp']),
  width: z.number().int(),
  height: z.number().int(),
});
export type StoredPicture = z.infer<typeof pictureSchema>;

/** What became of a key, for good: an answer that was given is kept, whatever it was, since it was paid for. */
export const storedResultSchema = z.discriminatedUnion('kind', [
  z.object({
    v: z.literal(1),
    kind: z.literal('generated'),
    key: hex64,
    picture: pictureSchema,
    /** Pictures that Google billed and did not mean as the answer. */
    drafts: z.number().int(),
    provenance: provenanceSchema,
  }),
  z.object({
    v: z.literal(1),
    kind: z.literal('refused'),
    key: hex64,
    /** Google's word: SAFETY, IMAGE_RECITATION, NO_IMAGE … */
    reason: z.string(),
    /** What the model said about it, where it said something. */
    message: z.string(),
    /** The scene's `attempt` that was refused; left out for the first. */
    attempt: z.number().int().optional(),
    provenance: provenanceSchema,
  }),
  z.object({
    v: z.literal(1),
    kind: z.literal('analyzed'),
    key: hex64,
    answer: z.record(z.string(), z.unknown()),
    provenance: provenanceSchema,
  }),
]);
export type StoredResult = z.infer<typeof storedResultSchema>;
export type GeneratedResult = Extract<StoredResult, { kind: 'generated' }>;
export type RefusedResult = Extract<StoredResult, { kind: 'refused' }>;
export type AnalyzedResult = Extract<StoredResult, { kind: 'analyzed' }>;
