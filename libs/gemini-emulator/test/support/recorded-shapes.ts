import type { Shape } from './shape.js';

/** Shapes of the service's own answers, written down from public recordings of 2025 and 2026. */

export const NANO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/;
export const MICRO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
export const BATCH = /^batches\/[a-z0-9]{36}$/;
export const RESULT_FILE = /^files\/batch-[a-z0-9]{36}$/;
export const FILE = /^files\/[a-z0-9]{12}$/;
export const COUNT = /^[1-9]\d*$/;
export const RESPONSE_ID = /^[A-Za-z0-9_-]{22,24}$/;
const TYPE = 'type.googleapis.com/google.ai.generativelanguage.v1main';

/** Answer to a create in file mode, 2026-01-06. */
export const CREATED_FROM_FILE: Shape = {
  name: BATCH,
  metadata: {
    '@type': `${TYPE}.GenerateContentBatch`,
    model: 'models/gemini-3-pro-image',
    displayName: 'my batch name',
    inputConfig: { fileName: FILE },
    createTime: NANO,
    updateTime: NANO,
    batchStats: { requestCount: '2', pendingRequestCount: '2' },
    state: 'BATCH_STATE_PENDING',
    name: BATCH,
  },
};

/** The same job when it was done, 2026-01-06. */
export const SUCCEEDED_FROM_FILE: Shape = {
  name: BATCH,
  metadata: {
    '@type': `${TYPE}.GenerateContentBatch`,
    model: 'models/gemini-3-pro-image',
    displayName: 'my batch name',
    inputConfig: { fileName: FILE },
    output: { responsesFile: RESULT_FILE },
    createTime: NANO,
    endTime: NANO,
    updateTime: NANO,
    batchStats: { requestCount: '2', successfulRequestCount: '2' },
    state: 'BATCH_STATE_SUCCEEDED',
    name: BATCH,
  },
  done: true,
  response: { '@type': `${TYPE}.GenerateContentBatchOutput`, responsesFile: RESULT_FILE },
};

/** An inline job that is pending or running, 2025-12-10: no inputConfig, everything still counted as pending. */
export const inlineOpen = (state: 'PENDING' | 'RUNNING'): Shape => ({
  name: BATCH,
  metadata: {
    '@type': `${TYPE}.GenerateContentBatch`,
    model: 'models/gemini-3.5-flash-lite',
    displayName: 'test-batch-job',
    createTime: NANO,
    updateTime: NANO,
    batchStats: { requestCount: '3', pendingRequestCount: '3' },
    state: `BATCH_STATE_${state}`,
    name: BATCH,
  },
});

const TEXT_CANDIDATES: Shape = [
  { content: { parts: [{ text: /./ }], role: 'model' }, finishReason: 'STOP', index: 0 },
];

export const TEXT_RESPONSE: Shape = {
  candidates: TEXT_CANDIDATES,
  usageMetadata: {
    promptTokenCount: Number,
    candidatesTokenCount: Number,
    totalTokenCount: Number,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: Number }],
    thoughtsTokenCount: Number,
  },
  modelVersion: 'gemini-3.5-flash-lite',
  responseId: RESPONSE_ID,
};

const INLINE_RESULT: Shape = {
  inlinedResponses: { inlinedResponses: [{ response: TEXT_RESPONSE, metadata: { key: /^req_[123]$/ } }] },
};

/** The inline job when it was done: its result is there twice. */
export const INLINE_SUCCEEDED: Shape = {
  name: BATCH,
  metadata: {
    '@type': `${TYPE}.GenerateContentBatch`,
    model: 'models/gemini-3.5-flash-lite',
    displayName: 'test-batch-job',
    output: INLINE_RESULT,
    createTime: NANO,
    endTime: NANO,
    updateTime: NANO,
    batchStats: { requestCount: '3', successfulRequestCount: '3' },
    state: 'BATCH_STATE_SUCCEEDED',
    name: BATCH,
  },
  done: true,
  response: { '@type': `${TYPE}.GenerateContentBatchOutput`, ...(INLINE_RESULT as object) },
};

/** The end of an upload, 2025-09-10. */
export const UPLOADED: Shape = {
  file: {
    name: FILE,
    mimeType: 'application/jsonl',
    sizeBytes: COUNT,
    createTime: MICRO,
    updateTime: MICRO,
    expirationTime: MICRO,
    sha256Hash: /^[A-Za-z0-9+/]{86}==$/,
    uri: /^https?:\/\/[^/]+\/v1beta\/files\/[a-z0-9]{12}$/,
    state: 'ACTIVE',
    source: 'UPLOADED',
  },
};

/** A candidate that ran out of tokens before it said anything, 2025-10-24. */
export const MAX_TOKENS: Shape = {
  candidates: [{ content: { role: 'model' }, finishReason: 'MAX_TOKENS', index: 0 }],
  usageMetadata: {
    promptTokenCount: Number,
    totalTokenCount: Number,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: Number }],
    thoughtsTokenCount: Number,
  },
  modelVersion: 'gemini-3.5-flash-lite',
  responseId: RESPONSE_ID,
};

/** A picture with its tokens, as measured on gemini-3-pro-image. */
export const PICTURE: Shape = {
  candidates: [
    {
      content: { parts: [{ inlineData: { mimeType: 'image/png', data: /^iVBORw0KGgo/ } }], role: 'model' },
      finishReason: 'STOP',
      index: 0,
    },
  ],
  usageMetadata: {
    promptTokenCount: Number,
    candidatesTokenCount: Number,
    totalTokenCount: Number,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: Number }],
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
    thoughtsTokenCount: Number,
  },
  modelVersion: 'gemini-3-pro-image',
  responseId: RESPONSE_ID,
};

export const errorBody = (code: number, status: string, message: string | RegExp): Shape => ({
  error: { code, message, status },
});
