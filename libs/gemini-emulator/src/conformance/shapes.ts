import type { Shape } from './shape.js';

/**
 * Shapes of the service's own answers, by public recordings of 2025 and 2026 and the published reference
 * (ai.google.dev/api/batch-api). A field that some recordings lack is optional.
 */

const text = (like?: RegExp): Shape => ({ kind: 'text', ...(like === undefined ? {} : { like }) });
const number: Shape = { kind: 'number' };
const any: Shape = { kind: 'any' };
const list = (of: Shape): Shape => ({ kind: 'list', of });
const object = (
  fields: Readonly<Record<string, Shape>>,
  optional?: Readonly<Record<string, Shape>>,
): Shape => ({
  kind: 'object',
  fields,
  ...(optional === undefined ? {} : { optional }),
});

const TIME = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
/** int64, which is a text in the JSON of the service. */
const COUNT = text(/^\d+$/);
const BATCH = text(/^batches\/[a-z0-9]{36}$/);
const FILE_NAME = text(/^files\/[a-z0-9-]{1,40}$/);
const RESULT_NAME = text(/^files\/batch-[a-z0-9]{36}$/);

export const MODEL: Shape = object(
  { name: text(/^models\//), supportedGenerationMethods: list(text()) },
  {
    baseModelId: text(),
    version: text(),
    displayName: text(),
    description: text(),
    inputTokenLimit: number,
    outputTokenLimit: number,
    temperature: number,
    maxTemperature: number,
    topP: number,
    topK: number,
    thinking: any,
  },
);

const FILE_FIELDS = {
  name: FILE_NAME,
  mimeType: text(),
  sizeBytes: COUNT,
  createTime: TIME,
  updateTime: TIME,
  expirationTime: TIME,
  sha256Hash: text(/^[A-Za-z0-9+/]{86}==$/),
  uri: text(/^https?:\/\/[^?]*\/v1beta\/files\/[a-z0-9-]+$/),
  state: text(/^(PROCESSING|ACTIVE|FAILED)$/),
  source: text(/^(UPLOADED|GENERATED|REGISTERED)$/),
} as const;

export const FILE: Shape = object(FILE_FIELDS, { displayName: text(), videoMetadata: any, error: any });

/** Of a file that a job made less is recorded than of an upload. */
export const RESULT_FILE: Shape = object(
  { name: RESULT_NAME, state: FILE_FIELDS.state, uri: text(/\/files\/batch-[a-z0-9]+/) },
  {
    displayName: text(),
    mimeType: FILE_FIELDS.mimeType,
    sizeBytes: COUNT,
    createTime: TIME,
    updateTime: TIME,
    expirationTime: TIME,
    sha256Hash: FILE_FIELDS.sha256Hash,
    source: FILE_FIELDS.source,
    downloadUri: text(),
  },
);

export const UPLOADED: Shape = object({ file: FILE });
/** The list holds results of jobs beside uploads, whose names are longer. */
export const FILE_LIST: Shape = object(
  { files: list(object({ name: text(/^files\//), uri: text() }, optionalOf(FILE))) },
  { nextPageToken: text() },
);
export const EMPTY: Shape = object({});
export const ERROR: Shape = object({
  error: object({ code: number, message: text(), status: text(/^[A-Z_]+$/) }, { details: list(any) }),
});

function operation(isDone: boolean): Shape {
  const stats = { requestCount: COUNT };
  const counts = { pendingRequestCount: COUNT, successfulRequestCount: COUNT, failedRequestCount: COUNT };
  const output = object({ responsesFile: RESULT_NAME });
  const metadata = {
    '@type': text(/^type\.googleapis\.com\/google\.ai\.generativelanguage\.\w+\.GenerateContentBatch$/),
    model: text(/^models\//),
    displayName: text(),
    inputConfig: object({ fileName: FILE_NAME }),
    createTime: TIME,
    updateTime: TIME,
    state: text(/^BATCH_STATE_(PENDING|RUNNING|SUCCEEDED|FAILED|CANCELLED|EXPIRED)$/),
    name: BATCH,
  };
  const optional = { priority: COUNT };
  if (!isDone) {
    return object({
      name: BATCH,
      metadata: object({ ...metadata, batchStats: object(stats, counts) }, optional),
    });
  }
  const { successfulRequestCount, ...others } = counts;
  return object({
    name: BATCH,
    metadata: object(
      {
        ...metadata,
        output,
        endTime: TIME,
        batchStats: object({ ...stats, successfulRequestCount }, others),
      },
      optional,
    ),
    done: { kind: 'true' },
    response: object({
      '@type': text(
        /^type\.googleapis\.com\/google\.ai\.generativelanguage\.\w+\.GenerateContentBatchOutput$/,
      ),
      responsesFile: RESULT_NAME,
    }),
  });
}

/** A job that waits or runs: it has neither `done` nor an output. */
export const OPEN_JOB = operation(false);
/** A job that has ended with its one request served. */
export const ENDED_JOB = operation(true);
/** All jobs that the key can see, in any state: only what all of them have is compared. */
export const JOB_LIST: Shape = object(
  {
    operations: list(
      object({ name: text(/^batches\//), metadata: any }, { done: any, response: any, error: any }),
    ),
  },
  { nextPageToken: text() },
);

const TOKENS = list(object({ modality: text(), tokenCount: number }));

const part = (fields: Readonly<Record<string, Shape>>): Shape =>
  object({}, { ...fields, thought: any, thoughtSignature: text() });

function resultLine(parts: Readonly<Record<string, Shape>>): Shape {
  const candidate = object(
    { content: object({ parts: list(part(parts)), role: text(/^model$/) }), finishReason: text(/^STOP$/) },
    {
      index: number,
      finishMessage: text(),
      safetyRatings: any,
      citationMetadata: any,
      avgLogprobs: number,
      groundingMetadata: any,
      tokenCount: number,
    },
  );
  const usage = object(
    { promptTokenCount: number, candidatesTokenCount: number, totalTokenCount: number },
    {
      thoughtsTokenCount: number,
      cachedContentTokenCount: number,
      promptTokensDetails: TOKENS,
      candidatesTokensDetails: TOKENS,
      cacheTokensDetails: TOKENS,
    },
  );
  const response = object(
    { candidates: list(candidate), usageMetadata: usage, modelVersion: text(), responseId: text(/^[\w-]+$/) },
    { promptFeedback: any, createTime: TIME, modelStatus: any },
  );
  return object({ response, key: text() });
}

export const TEXT_LINE = resultLine({ text: text() });
export const PICTURE_LINE = resultLine({
  text: text(),
  inlineData: object({
    mimeType: text(/^image\/(png|jpeg|webp)$/),
    // The beginnings of PNG, JPEG and WebP in base64.
    data: text(/^(iVBORw0KGgo|\/9j\/|UklGR)/),
  }),
});

function optionalOf(shape: Shape): Readonly<Record<string, Shape>> {
  if (shape.kind !== 'object') return {};
  const all = Object.entries({ ...shape.fields, ...shape.optional, downloadUri: text() });
  return Object.fromEntries(all.filter(([field]) => field !== 'name' && field !== 'uri'));
}
