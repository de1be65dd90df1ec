import { z } from 'zod';
import { SCALES } from './report.js';

const aimSchema = z.union([z.strictObject({ atMost: z.number() }), z.strictObject({ exactly: z.number() })]);

const measureSchema = z.object({
  what: z.string(),
  value: z.number(),
  unit: z.string(),
  aim: aimSchema.optional(),
});

/** One benchmark, and when and how it was measured: calls may differ in that. */
const resultSchema = z.object({
  name: z.string(),
  date: z.string(),
  scale: z.enum(SCALES),
  seconds: z.number(),
  /** Processes that wanted to run, over a minute, when it began and when it ended. */
  loadBefore: z.number(),
  loadAfter: z.number(),
  measures: z.array(measureSchema),
});
export type MeasuredResult = z.infer<typeof resultSchema>;

/** What calls of the benchmark measured on one machine, as it lies on disk. */
export const resultsSchema = z.object({
  v: z.literal(2),
  machine: z.object({
    node: z.string(),
    platform: z.string(),
    cores: z.number(),
    memoryGb: z.number(),
  }),
  results: z.array(resultSchema),
});
export type Results = z.infer<typeof resultsSchema>;
