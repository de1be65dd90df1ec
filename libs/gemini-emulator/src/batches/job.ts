import * as z from 'zod';
import type { JsonObject } from '../wire/json.js';
import { nanoTime } from '../wire/time.js';

const jobFaultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('late-output'), polls: z.number() }),
  z.object({ kind: z.literal('stuck-pending') }),
  z.object({
    kind: z.literal('job-failed'),
    code: z.number().exactOptional(),
    message: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('job-expired') }),
  z.object({ kind: z.literal('job-cancelled'), served: z.number().exactOptional() }),
]);

const endSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('SUCCEEDED'),
    at: z.number(),
    succeeded: z.number(),
    failed: z.number(),
  }),
  z.object({ state: z.literal('FAILED'), at: z.number(), code: z.number(), message: z.string() }),
  z.object({ state: z.literal('CANCELLED'), at: z.number() }),
  z.object({ state: z.literal('EXPIRED'), at: z.number() }),
]);
export type JobEnd = z.infer<typeof endSchema>;

/** A batch job as it is kept on disk. Times are milliseconds since the epoch. */
export const jobSchema = z.object({
  id: z.string(),
  /** Makes the order of equal creation times, and the seed of the job's randomness. */
  ordinal: z.number(),
  owner: z.string(),
  model: z.string(),
  version: z.string(),
  displayName: z.string(),
  priority: z.string().exactOptional(),
  /** Undefined for an inline job. */
  fileName: z.string().exactOptional(),
  requestCount: z.number(),
  inputTokens: z.number(),
  /** What is wrong with the input as a whole: the job fails when it is due. */
  unreadable: z.string().exactOptional(),
  createdAt: z.number(),
  startAt: z.number(),
  dueAt: z.number(),
  /** A cancel that arrived while the job was running: the share of the items that were served by then. */
  cancelledShare: z.number().exactOptional(),
  fault: jobFaultSchema.exactOptional(),
  end: endSchema.exactOptional(),
});
export type Job = z.infer<typeof jobSchema>;

export type JobState = 'PENDING' | 'RUNNING' | JobEnd['state'];

/** 48 hours after its creation a job that is not done expires. */
export const JOB_LIFETIME = 48 * 3_600_000;

const TYPE = 'type.googleapis.com/google.ai.generativelanguage.v1main';

export interface OperationView {
  readonly state: JobState;
  /** The result as it appears twice, or undefined while there is none to show. */
  readonly output?: JsonObject;
}

/** The operation on the wire, field by field as recorded: no `done` before the end, no counter that is zero. */
export function operation(job: Job, { state, output }: OperationView): JsonObject {
  const name = `batches/${job.id}`;
  const ended = job.end !== undefined && job.end.state === state ? job.end : undefined;
  const created = nanoTime(job.createdAt, `${job.id} create`);
  const end = ended === undefined ? undefined : Math.max(ended.at, job.createdAt + 1);
  const [endUpdate, endTime] =
    end === undefined ? [] : [nanoTime(end, `${job.id} update`), nanoTime(end, `${job.id} end`)].sort();
  const updated =
    endUpdate !== undefined
      ? endUpdate
      : state === 'RUNNING'
        ? nanoTime(Math.max(job.startAt, job.createdAt + 1), `${job.id} running`)
        : created;
  return {
    name,
    metadata: {
      '@type': `${TYPE}.GenerateContentBatch`,
      model: `models/${job.model}`,
      displayName: job.displayName,
      ...(job.fileName === undefined ? {} : { inputConfig: { fileName: job.fileName } }),
      ...(output === undefined ? {} : { output }),
      createTime: created,
      ...(endTime === undefined ? {} : { endTime }),
      updateTime: updated,
      batchStats: stats(job, ended),
      state: `BATCH_STATE_${state}`,
      ...(job.priority === undefined ? {} : { priority: job.priority }),
      name,
    },
    ...(ended === undefined ? {} : { done: true }),
    ...result(ended, output),
  };
}

function result(end: JobEnd | undefined, output: JsonObject | undefined): JsonObject {
  switch (end?.state) {
    case undefined:
      return {};
    case 'SUCCEEDED':
      return output === undefined
        ? {}
        : { response: { '@type': `${TYPE}.GenerateContentBatchOutput`, ...output } };
    case 'FAILED':
      return { error: { code: end.code, message: end.message } };
    case 'CANCELLED':
      return { error: { code: 13, message: 'The batch was cancelled before it was processed.' } };
    case 'EXPIRED':
      return { error: { code: 4, message: 'The batch expired before it was processed.' } };
  }
}

function stats(job: Job, end: JobEnd | undefined): JsonObject {
  const counts =
    end?.state === 'SUCCEEDED'
      ? { successfulRequestCount: end.succeeded, failedRequestCount: end.failed }
      : end?.state === 'FAILED'
        ? { failedRequestCount: job.requestCount }
        : { pendingRequestCount: job.requestCount };
  return Object.fromEntries(
    Object.entries({ requestCount: job.requestCount, ...counts })
      .filter(([, count]) => count > 0)
      .map(([name, count]) => [name, String(count)]),
  );
}
