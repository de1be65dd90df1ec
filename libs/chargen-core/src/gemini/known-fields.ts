/**
 * The fields of the service's answers that are known, whether they are read here or not. Sources: recorded answers of
 * 2025 and 2026, the types of @google/genai 2.32.0 and ai.google.dev/api, read 2026-11-28. Of a model no recording is
 * known: its fields are from documents alone.
 */

/** `ANY` for a value whose inside is not looked into; a list names the fields of each entry. */
export type Known = typeof ANY | readonly [KnownFields] | KnownFields;
export interface KnownFields {
  readonly [field: string]: Known;
}

const ANY = 'any';

function fields(names: string): KnownFields {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, ANY]));
}

const STATUS = fields('code message details status');

const PART: KnownFields = {
  ...fields('text thought thoughtSignature fileData functionCall functionResponse executableCode'),
  ...fields('codeExecutionResult toolCall toolResponse videoMetadata mediaResolution mediaProcessing'),
  ...fields('audioTranscription speechMetadata partMetadata'),
  inlineData: fields('mimeType data displayName'),
};

const CANDIDATE: KnownFields = {
  ...fields('finishReason finishMessage index safetyRatings citationMetadata tokenCount avgLogprobs'),
  ...fields('logprobsResult groundingMetadata groundingAttributions urlContextMetadata continuationToken'),
  content: { role: ANY, parts: [PART] },
};

const RESPONSE: KnownFields = {
  // `turnToken` is in recordings of Google's own SDK tests.
  ...fields('modelVersion responseId createTime modelStatus turnToken initialPromptTokenCount'),
  candidates: [CANDIDATE],
  promptFeedback: fields('blockReason blockReasonMessage safetyRatings'),
  usageMetadata: {
    ...fields('promptTokenCount candidatesTokenCount responseTokenCount thoughtsTokenCount totalTokenCount'),
    ...fields('cachedContentTokenCount toolUsePromptTokenCount initialPromptTokenCount'),
    ...fields('promptTokensDetails candidatesTokensDetails responseTokensDetails cacheTokensDetails'),
    ...fields('toolUsePromptTokensDetails trafficType serviceTier'),
  },
};

/** A line of a result file; a synchronous answer is kept as one, too. */
export const KNOWN_RESULT_LINE: KnownFields = {
  key: ANY,
  metadata: ANY,
  response: RESPONSE,
  error: STATUS,
  status: STATUS,
};

const OUTPUT = fields('@type responsesFile inlinedResponses');

/** What `batches.get` answers. */
export const KNOWN_JOB: KnownFields = {
  ...fields('name done'),
  metadata: {
    ...fields('@type name model displayName state createTime startTime endTime updateTime'),
    ...fields('inputConfig priority webhookConfig'),
    output: OUTPUT,
    batchStats: fields('requestCount pendingRequestCount successfulRequestCount failedRequestCount'),
  },
  response: OUTPUT,
  error: STATUS,
};

/** What `files.get` answers. */
export const KNOWN_FILE: KnownFields = fields(
  'name displayName mimeType sizeBytes createTime updateTime expirationTime sha256Hash uri downloadUri state source ' +
    'error videoMetadata',
);

/** What `models.get` answers. */
export const KNOWN_MODEL: KnownFields = fields(
  'name baseModelId version displayName description inputTokenLimit outputTokenLimit supportedGenerationMethods ' +
    'supportedActions thinking temperature maxTemperature topP topK endpoints labels tunedModelInfo ' +
    'defaultCheckpointId checkpoints',
);

export interface UnknownField {
  /** `response.candidates[].content.parts[].sparkle`: entries of a list are not distinguished. */
  readonly at: string;
  /** As it came. */
  readonly value: unknown;
}

/** An answer with more of them than that is another answer altogether: the first ones show it. */
const AT_MOST = 8;

/** Each field that is not known, once, with the first value it came with. */
export function unknownFields(value: unknown, known: Known): readonly UnknownField[] {
  const found = new Map<string, unknown>();
  collect(value, known, '', found);
  return [...found].map(([at, first]) => ({ at, value: first }));
}

function collect(value: unknown, known: Known, at: string, found: Map<string, unknown>): void {
  if (known === ANY || typeof value !== 'object' || value === null || found.size >= AT_MOST) return;
  if (isList(known)) {
    if (Array.isArray(value)) for (const entry of value) collect(entry, known[0], `${at}[]`, found);
    return;
  }
  for (const [field, inner] of Object.entries(value)) {
    const path = at === '' ? field : `${at}.${field}`;
    // A client library may leave a name without a value behind.
    if (inner === undefined) continue;
    const next = Object.hasOwn(known, field) ? known[field] : undefined;
    if (next !== undefined) collect(inner, next, path, found);
    else if (!found.has(path) && found.size < AT_MOST) found.set(path, inner);
  }
}

function isList(known: Exclude<Known, typeof ANY>): known is readonly [KnownFields] {
  return Array.isArray(known);
}
