import { z } from 'zod';
import type { BatchCounts, BatchSnapshot, BatchState, UploadedFile } from './door.js';

/** Counters are strings on the wire (int64), and absent where they are zero. */
const counter = z.union([z.string().regex(/^\d+$/).transform(Number), z.number()]).optional();

const batchMetadata = z.object({
  model: z.string().optional(),
  displayName: z.string().optional(),
  state: z.string().optional(),
  createTime: z.string().optional(),
  endTime: z.string().optional(),
  updateTime: z.string().optional(),
  output: z.object({ responsesFile: z.string().optional() }).optional(),
  batchStats: z
    .object({
      requestCount: counter,
      pendingRequestCount: counter,
      successfulRequestCount: counter,
      failedRequestCount: counter,
    })
    .optional(),
});

export const batchOperation = z.object({
  name: z.string().regex(/^batches\/[^/]+$/),
  metadata: batchMetadata.optional(),
  done: z.boolean().optional(),
  response: z.object({ responsesFile: z.string().optional() }).optional(),
  error: z.object({ code: z.number().optional(), message: z.string().optional() }).optional(),
});

/** An error inside an answer of status 200, as it was seen, must never be read as an empty list. */
const noError = z.undefined().optional();

export const batchPage = z.object({
  operations: z.array(batchOperation).optional(),
  nextPageToken: z.string().optional(),
  error: noError,
});

export const fileResource = z.object({
  name: z.string().regex(/^files\/[^/]+$/),
  uri: z.string().optional(),
  state: z.string().optional(),
  displayName: z.string().optional(),
  sizeBytes: z.union([z.string(), z.number()]).optional(),
  expirationTime: z.string().optional(),
  createTime: z.string().optional(),
});

export const filePage = z.object({
  files: z.array(fileResource).optional(),
  nextPageToken: z.string().optional(),
  error: noError,
});

const STATES: Readonly<Record<string, BatchState>> = {
  PENDING: 'PENDING',
  QUEUED: 'PENDING',
  RUNNING: 'RUNNING',
  CANCELLING: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  PARTIALLY_SUCCEEDED: 'PARTIALLY_SUCCEEDED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  EXPIRED: 'EXPIRED',
};

/** Google writes BATCH_STATE_… on the wire and JOB_STATE_… in its guide; both are read. */
function batchState(raw: string): BatchState {
  return STATES[raw.replace(/^(?:BATCH|JOB)_STATE_/, '')] ?? 'UNKNOWN';
}

export function toSnapshot(operation: z.infer<typeof batchOperation>): BatchSnapshot {
  const metadata = operation.metadata;
  const rawState = metadata?.state ?? '';
  const stats = metadata?.batchStats;
  const counts: BatchCounts = {
    total: stats?.requestCount,
    pending: stats?.pendingRequestCount,
    succeeded: stats?.successfulRequestCount,
    failed: stats?.failedRequestCount,
  };
  return {
    name: operation.name,
    displayName: metadata?.displayName ?? '',
    model: (metadata?.model ?? '').replace(/^models\//, ''),
    state: batchState(rawState),
    rawState,
    createdAt: metadata?.createTime,
    endedAt: metadata?.endTime,
    counts,
    // Both places carry it; a job was seen with only the second.
    responsesFile: metadata?.output?.responsesFile ?? operation.response?.responsesFile,
    error:
      operation.error === undefined
        ? undefined
        : { code: operation.error.code, message: operation.error.message ?? 'no message' },
  };
}

function timeMs(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

export function toUploadedFile(file: z.infer<typeof fileResource>): UploadedFile {
  const state = file.state;
  return {
    name: file.name,
    uri: file.uri ?? '',
    state: state === 'PROCESSING' || state === 'ACTIVE' || state === 'FAILED' ? state : 'UNKNOWN',
    displayName: file.displayName,
    sizeBytes: file.sizeBytes === undefined ? undefined : Number(file.sizeBytes),
    expiresAt: timeMs(file.expirationTime),
    createdAt: timeMs(file.createTime),
  };
}
