import { z } from 'zod';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

const usageSchema = z.lazy(() =>
  z.object({
    promptTokens: z.number(),
    /** As Google counts them: text, thoughts are apart, drafts are in. */
    candidateTokens: z.number(),
    thoughtTokens: z.number(),
    totalTokens: z.number(),
  }),
);
export type Usage = z.infer<typeof usageSchema>;

/** Who asked, and what Google said about the answer. The times are Google's, so that every machine writes the same. */
export const provenanceSchema = z.lazy(() =>
  z.object({
    model: z.string(),
    modelVersion: z.string().optional(),
    responseId: z.string().optional(),
    run: z.string(),
    /** `batches/…` */
    job: z.string(),
    finishedAt: z.string(),
    usage: usageSchema.optional(),
    /** US dollars at batch price; null if the price is not known. */
    costUsd: z.number().nullable(),
  }),
);
export type Provenance = z.infer<typeof provenanceSchema>;

export const pictureSchema = z.lazy(() =>
  z.object({
    sha256: hex64,
    bytes: z.number().int(),
    mimeType: z.enum(['image/png', 'image/jpeg', 'image/webp']),
    extension: z.enum(['png', 'jpg', 'webp']),
    width: z.number().int(),
    height: z.number().int(),
  }),
);
export type StoredPicture = z.infer<typeof pictureSchema>;

/**
 * What people asked for with an answer, by any version of the tool: enough to lay it if another version asks for the
 * same in other words, and to write its recipe.
 */
const answeredSchema = z.object({
  /** sha256 of all authored fields. */
  digest: hex64,
  /** The version of the prompt compiler. */
  compiler: z.number().int(),
  /** sha256 of each picture that was sent with it. */
  pictures: z.array(hex64),
});

/** The same in a result, with what its recipe is written from if it is laid by another version. */
const answeredResultSchema = z.lazy(() =>
  answeredSchema.extend({
    /** The canonical request that was hashed; read by `recipe/`, which knows its form. */
    request: z.unknown(),
  }),
);
export type Answered = z.infer<typeof answeredSchema>;

/** Left out for answers whose request was not journalled here, and for previews. */
const answered = answeredResultSchema.optional();

const refusedResultSchema = z.lazy(() =>
  z.object({
    v: z.literal(1),
    kind: z.literal('refused'),
    key: hex64,
    /** Google's word: SAFETY, IMAGE_RECITATION, NO_IMAGE … */
    reason: z.string(),
    /** What the model said about it, if it said something. */
    message: z.string(),
    /** The scene's `attempt` that was refused; left out for the first. */
    attempt: z.number().int().optional(),
    answered,
    provenance: provenanceSchema,
  }),
);

/** What became of a key, for good: every answer is kept, also a refusal, since it was paid for. */
export const storedResultSchema = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({
      v: z.literal(1),
      kind: z.literal('generated'),
      key: hex64,
      picture: pictureSchema,
      /** Pictures that Google billed and did not mean as the answer. */
      drafts: z.number().int(),
      answered,
      provenance: provenanceSchema,
    }),
    refusedResultSchema,
    z.object({
      v: z.literal(1),
      kind: z.literal('analyzed'),
      key: hex64,
      answer: z.record(z.string(), z.unknown()),
      answered,
      provenance: provenanceSchema,
    }),
  ]),
);
export type StoredResult = z.infer<typeof storedResultSchema>;
export type GeneratedResult = Extract<StoredResult, { kind: 'generated' }>;
export type RefusedResult = Extract<StoredResult, { kind: 'refused' }>;
export type AnalyzedResult = Extract<StoredResult, { kind: 'analyzed' }>;

/**
 * The second index: an answer to what people asked for, under a key that is made from their words. A later answer to the
 * same words, with other pictures or newer wording, has the next number.
 */
const askedEntrySchema = z.lazy(() =>
  answeredSchema.extend({
    v: z.literal(1),
    kind: z.literal('asked'),
    key: hex64,
    /** The content key of the answer. */
    of: hex64,
  }),
);
export type AskedEntry = z.infer<typeof askedEntrySchema>;

/**
 * The refusal of a later attempt, under a key of its own: the refusal of the first one stays where it is in a shared
 * store, and other machines must not pay for the later one again.
 */
const attemptEntrySchema = z.lazy(() =>
  z.object({
    v: z.literal(1),
    kind: z.literal('attempt'),
    key: hex64,
    refusal: refusedResultSchema,
  }),
);
export type AttemptEntry = z.infer<typeof attemptEntrySchema>;

/** Everything that a store holds under a key. */
export const storeEntrySchema = z.lazy(() =>
  z.union([storedResultSchema, askedEntrySchema, attemptEntrySchema]),
);
export type StoreEntry = z.infer<typeof storeEntrySchema>;
