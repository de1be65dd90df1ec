import * as z from 'zod';

export const JOBS = ['text', 'picture'] as const;
export type JobKind = (typeof JOBS)[number];

const jobSchema = z.object({
  model: z.string(),
  displayName: z.string(),
  /** What the answer has to hold. */
  key: z.string(),
  /** `files/…` of its requests. */
  inputFile: z.string().optional(),
  /**
   * `sending` is written before the create leaves: after a kill the job is looked for by its name, and never sent a
   * second time while it may exist.
   */
  stage: z.enum(['planned', 'sending', 'created', 'collected', 'given-up']),
  /** Milliseconds since 1970. */
  sentAt: z.number().optional(),
  batch: z.string().optional(),
});

const pointSchema = z.object({
  /** Stable, kebab-case, for scripts. */
  point: z.string(),
  says: z.string(),
  verdict: z.enum(['as-expected', 'different', 'failed']),
  deviations: z.array(
    z.object({ at: z.string(), kind: z.enum(['missing', 'unknown', 'type', 'value']), message: z.string() }),
  ),
  /** What the client said, if the step came to nothing. */
  error: z.string().optional(),
});
/** One thing that was looked at. */
export type Point = z.infer<typeof pointSchema>;

const exchangeSchema = z.object({
  method: z.string(),
  path: z.string(),
  command: z.string().exactOptional(),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

export const checkStateSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  startedAt: z.string(),
  /** Uploads and the looks at them are over. */
  isPrepared: z.boolean(),
  uploads: z.array(z.string()),
  /** `files/…` of results. */
  results: z.array(z.string()),
  jobs: z.object({ text: jobSchema, picture: jobSchema }),
  points: z.array(pointSchema),
  exchanges: z.array(z.object({ point: z.string(), exchange: exchangeSchema })),
  isOver: z.boolean(),
});
/** A check as it stands; written after every step, so that a killed one goes on and pays nothing twice. */
export type CheckState = z.infer<typeof checkStateSchema>;

export interface NewCheck {
  /** Unique: part of the names of its jobs. Letters, digits and dashes. */
  readonly id: string;
  readonly now: number;
  readonly textModel: string;
  readonly pictureModel: string;
}

export function newCheck({ id, now, textModel, pictureModel }: NewCheck): CheckState {
  const job = (kind: JobKind, model: string): CheckState['jobs']['text'] => ({
    model,
    displayName: `conformance/${id}/${kind}`,
    key: `conformance/${kind}@${id}`,
    stage: 'planned',
  });
  return {
    v: 1,
    id,
    startedAt: new Date(now).toISOString(),
    isPrepared: false,
    uploads: [],
    results: [],
    jobs: { text: job('text', textModel), picture: job('picture', pictureModel) },
    points: [],
    exchanges: [],
    isOver: false,
  };
}
