import { z } from 'zod';
import { failureSchema, RUN_PHASES } from './journal/run-state.js';

const estimate = z.lazy(() =>
  z.object({
    low: z.number(),
    expected: z.number(),
    high: z.number(),
    unknown: z.number(),
  }),
);

const run = { runId: z.string().describe('The run; also the name of its folder.') };
const job = { ...run, n: z.number().describe('The N of requests-N.jsonl and results-N.jsonl.') };
const progress = {
  done: z.number().describe('References that are ready, this one included.'),
  total: z.number().describe('References that the job needs.'),
};
const google = { job: z.string().describe('`batches/…` as Google names it.') };

function jobPolled() {
  return z.object({
    kind: z.literal('job-polled'),
    ...job,
    ...google,
    state: z.string(),
    items: z.number(),
    succeeded: z.number().optional(),
    failed: z.number().optional(),
    ageMs: z.number(),
    stalledMs: z.number().describe('How long Google has said the same.'),
    nextPollMs: z.number(),
    stuck: z
      .object({
        model: z.string(),
        usual: z
          .object({ jobs: z.number(), shortest: z.number(), median: z.number(), longest: z.number() })
          .nullable()
          .describe('Milliseconds that jobs of its model took in this workspace; null if there was none.'),
      })
      .optional()
      .describe('Only of a job that takes longer than the history of this workspace explains.'),
  });
}

/** What happens in a run, for the terminal, Nx and the log file. No event holds a secret. */
export const runEventSchema = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('run-planned'),
      ...run,
      items: z.number(),
      entities: z.number(),
      estimate: estimate.describe('US dollars for the whole run; `unknown` counts items without a price.'),
    }),
    z.object({ kind: z.literal('run-resumed'), ...run, phase: z.enum(RUN_PHASES), openJobs: z.number() }),
    z.object({ kind: z.literal('run-adopted'), ...run, ...google, state: z.string() }),
    z.object({ kind: z.literal('phase'), ...run, phase: z.enum(RUN_PHASES) }),
    z.object({ kind: z.literal('uploaded'), ...run, name: z.string(), bytes: z.number(), ...progress }),
    z.object({ kind: z.literal('upload-reused'), ...run, name: z.string(), ...progress }),
    z.object({
      kind: z.literal('job-submitted'),
      ...job,
      ...google,
      items: z.number(),
      model: z.string(),
    }),
    z.object({ kind: z.literal('job-rejected'), ...job, message: z.string() }),
    z.object({ kind: z.literal('job-delayed'), ...job, message: z.string(), retryInMs: z.number() }),
    z.object({ kind: z.literal('job-uncertain'), ...job, displayName: z.string(), why: z.string() }),
    z.object({ kind: z.literal('job-adopted'), ...job, ...google }),
    jobPolled(),
    z.object({
      kind: z.literal('job-ended'),
      ...job,
      ...google,
      state: z.string(),
      error: z.string().optional(),
    }),
    z.object({
      kind: z.literal('collected'),
      ...job,
      generated: z.number(),
      refused: z.number(),
      unusable: z.number().default(0),
      failed: z.number(),
      doubled: z.number(),
      unknown: z.number(),
      missing: z.number(),
    }),
    z.object({ kind: z.literal('item-failed'), ...run, failure: failureSchema }),
    z.object({ kind: z.literal('warning'), runId: z.string().optional(), message: z.string() }),
    z.object({ kind: z.literal('waiting'), runId: z.string().optional(), message: z.string() }),
    z.object({ kind: z.literal('run-ended'), ...run, phase: z.enum(RUN_PHASES) }),
  ]),
);
export type RunEvent = Readonly<z.infer<typeof runEventSchema>>;

/** One line of `logs.ndjson`: an event, and when it happened by this machine's clock. */
export const logEntrySchema = z.lazy(() =>
  z.object({ v: z.literal(1), at: z.iso.datetime() }).and(runEventSchema),
);
export type LogEntry = z.infer<typeof logEntrySchema>;

export type RunListener = (event: RunEvent) => void;
