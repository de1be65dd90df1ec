import { z } from 'zod';
import { SCALES } from './report.js';

const aimSchema = z.union([z.strictObject({ atMost: z.number() }), z.strictObject({ exactly: z.number() })]);

const measureSchema = z.object({
  what: z.string(),
  value: z.number(),
  unit: z.string(),
  aim: aimSchema.optional(),
});

/** What a call of the benchmark measured, as it lies on disk. */
export const resultsSchema = z.object({
  v: z.literal(1),
  date: z.string(),
  scale: z.enum(SCALES),
  machine: z.object({
    node: z.string(),
    platform: z.string(),
    cores: z.number(),
    memoryGb: z.number(),
    /** Processes that wanted to run, over a minute, when it began and when it ended. */
    loadBefore: z.number(),
    loadAfter: z.number(),
  }),
  results: z.array(z.object({ name: z.string(), seconds: z.number(), measures: z.array(measureSchema) })),
});
export type Results = z.infer<typeof resultsSchema>;
