import { z } from 'zod';
import { KNOWN_FILE, KNOWN_JOB, KNOWN_MODEL, unknownFields } from './known-fields.js';
import { redact } from './redact.js';
import {
  isTerminal,
  type BatchCounts,
  type BatchSnapshot,
  type BatchState,
  type ServedModel,
  type UploadedFile,
} from './door.js';

/** Counters are strings on the wire (int64), and absent if they are zero. */
const counter = z.union([z.string().regex(/^\d+$/).transform(Number), z.number()]).optional();

// Objects are loose: a field that is not known is kept, so that it is reported as it came.

/** A field of another form than was ever seen counts as absent. */
const text = z.string().optional().catch(undefined);
const output = z.looseObject({ responsesFile: text }).optional().catch(undefined);

const batchMetadata = z.looseObject({
  model: text,
  displayName: z.string().optional(),
  state: text,
  createTime: text,
  endTime: text,
  updateTime: text,
  output,
  batchStats: z
    .looseObject({
      requestCount: counter,
      pendingRequestCount: counter,
      successfulRequestCount: counter,
      failedRequestCount: counter,
    })
    .optional()
    .catch(undefined),
});

export const batchOperation = z.looseObject({
  name: z.string().regex(/^batches\/[^/]+$/),
  metadata: batchMetadata.optional(),
  done: z.boolean().optional().catch(undefined),
  response: output,
  error: z
    .looseObject({ code: z.number().optional().catch(undefined), message: text })
    .optional()
    .catch({}),
});

/** An error inside an answer of status 200, as it was seen, must never be read as an empty list. */
const noError = z.undefined().optional();

export const batchPage = z.object({
  operations: z.array(batchOperation).optional(),
  nextPageToken: z.string().optional(),
  error: noError,
});

export const fileResource = z.looseObject({
  name: z.string().regex(/^files\/[^/]+$/),
  uri: text,
  state: text,
  displayName: text,
  sizeBytes: z.union([z.string(), z.number()]).optional().catch(undefined),
  expirationTime: text,
  createTime: text,
});

export const filePage = z.object({
  files: z.array(fileResource).optional(),
  nextPageToken: z.string().optional(),
  error: noError,
});

/** Source: ai.google.dev/api/models, read 2026-11-28. */
export const modelResource = z.looseObject({
  name: z.string().regex(/^models\/[^/]+$/),
  displayName: text,
  supportedGenerationMethods: z.array(z.string()).optional().catch(undefined),
});

export const modelPage = z.object({
  models: z.array(modelResource).optional(),
  nextPageToken: z.string().optional(),
  error: noError,
});

export function toServedModel(model: z.infer<typeof modelResource>): ServedModel {
  const { name, displayName, supportedGenerationMethods: methods = [] } = model;
  return {
    id: name.replace(/^models\//, ''),
    displayName,
    // An empty list means that the methods are unknown: a model without any would not be listed.
    methods: methods.length === 0 ? undefined : methods,
    unknown: unknownFields(model, KNOWN_MODEL),
  };
}

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

/**
 * Whether an operation is over follows from what it carries, not from the name of its state: a name that was never
 * seen would be waited for endlessly. A known name is relied on until the operation reports that it is done.
 */
function stateOf(operation: z.infer<typeof batchOperation>, file: string | undefined): BatchState {
  const named = batchState(operation.metadata?.state ?? '');
  if (isTerminal(named)) return named;
  if (operation.error !== undefined) return operation.error.code === 1 ? 'CANCELLED' : 'FAILED';
  if (operation.done === true) return 'SUCCEEDED';
  return named === 'UNKNOWN' && file !== undefined ? 'SUCCEEDED' : named;
}

export function toSnapshot(operation: z.infer<typeof batchOperation>): BatchSnapshot {
  const metadata = operation.metadata;
  const rawState = metadata?.state ?? '';
  const stats = metadata?.batchStats;
  // Both places carry it; a job was seen with only the second.
  const responsesFile = metadata?.output?.responsesFile ?? operation.response?.responsesFile;
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
    state: stateOf(operation, responsesFile),
    rawState,
    createdAt: metadata?.createTime,
    endedAt: metadata?.endTime,
    counts,
    responsesFile,
    error:
      operation.error === undefined
        ? undefined
        : { code: operation.error.code, message: redact(operation.error.message ?? 'no message') },
    unknown: unknownFields(operation, KNOWN_JOB),
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
    rawState: state,
    displayName: file.displayName,
    sizeBytes: file.sizeBytes === undefined ? undefined : Number(file.sizeBytes),
    expiresAt: timeMs(file.expirationTime),
    createdAt: timeMs(file.createTime),
    unknown: unknownFields(file, KNOWN_FILE),
  };
}
