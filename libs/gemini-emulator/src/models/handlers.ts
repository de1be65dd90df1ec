import { fillIn } from '../answer/bytes.js';
import { countTokens, tokenDetails } from '../answer/tokens.js';
import type { ItemResult } from '../answer/types.js';
import type { Call, Handler } from '../http/context.js';
import { parseBody } from '../http/body.js';
import { pageOf } from '../http/paging.js';
import { json, type Reply } from '../http/reply.js';
import { isJsonObject, withoutFields, type Json, type JsonObject } from '../wire/json.js';
import { invalidArgument, modelClosed, modelNotFound, rpcStatusOf, WireError } from '../wire/errors.js';
import { generateRequestSchema } from '../wire/requests.js';
import { findModel, listedModels, MODELS, type ModelFacts } from './catalogue.js';

/** @throws WireError 404 with the recorded words when the model is gone, or closed to this key */
export function livingModel(
  call: Call,
  method: string,
): { readonly model: ModelFacts; readonly version: string } {
  const found = findModel(call.id, call.services.clock.now());
  switch (found.kind) {
    case 'lives':
      if (method === BATCH && !takesBatch(call, found.model)) throw modelNotFound(call.id, method);
      return found;
    case 'closed':
      throw modelClosed(found.model.id, found.successor);
    case 'unknown':
      throw modelNotFound(call.id, method);
  }
}

const BATCH = 'batchGenerateContent';

function takesBatch({ services }: Call, { id, batch }: ModelFacts): boolean {
  return batch && !services.withoutBatch.has(id);
}

function resource(call: Call, model: ModelFacts): JsonObject {
  return {
    name: `models/${model.id}`,
    version: '001',
    displayName: model.displayName,
    description: `${model.displayName}, as gemini-emulator stands in for it`,
    inputTokenLimit: model.inputTokenLimit,
    outputTokenLimit: model.outputTokenLimit,
    supportedGenerationMethods: [
      'generateContent',
      'countTokens',
      'createCachedContent',
      ...(takesBatch(call, model) ? [BATCH] : []),
    ],
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 2,
    thinking: true,
  };
}

export const listModels: Handler = (call) => {
  const models = listedModels(call.services.clock.now());
  const page = pageOf(
    models,
    (model) => ({ rank: MODELS.indexOf(model), name: model.id }),
    call.url.searchParams,
    { standard: 50, most: 1000 },
  );
  return json({
    models: page.items.map((model) => resource(call, model)),
    ...(page.nextPageToken === undefined ? {} : { nextPageToken: page.nextPageToken }),
  });
};

export const getModel: Handler = (call) => {
  const found = findModel(call.id, call.services.clock.now());
  if (found.kind === 'unknown') throw modelNotFound(call.id, 'getModel');
  return json(resource(call, found.model));
};

export const countTokensOf: Handler = (call) => {
  livingModel(call, 'countTokens');
  const inner = isJsonObject(call.body) ? call.body['generateContentRequest'] : undefined;
  const request = parseBody(generateRequestSchema, inner ?? call.body);
  const count = countTokens(request);
  return json({ totalTokens: count.total, promptTokensDetails: tokenDetails(count) });
};

export const generateContent: Handler = async (call) => json(await generate(call, 'generateContent'));

/** Server-sent events with `alt=sse`, else one JSON array: a chunk a part, and a last one with the reason. */
export const streamGenerateContent: Handler = async (call): Promise<Reply> => {
  const chunks = chunksOf(await generate(call, 'streamGenerateContent'));
  if (call.url.searchParams.get('alt') !== 'sse') return json(chunks);
  const body = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
  return {
    kind: 'text',
    status: 200,
    type: 'text/event-stream',
    body,
    headers: { 'content-disposition': 'attachment' },
  };
};

async function generate(call: Call, method: string): Promise<JsonObject> {
  const { services } = call;
  const { model, version } = livingModel(call, method);
  const { result, requestHash } = await services.items.answer({
    owner: call.owner,
    model,
    version,
    key: null,
    request: call.body,
    occasion: {
      route: method === 'generateContent' ? 'models.generateContent' : 'models.streamGenerateContent',
      model: model.id,
    },
    seed: services.items.nextCallSeed(),
  });
  if (result.kind === 'error') throw callError(result);
  services.ledger.add({
    type: 'item',
    at: new Date(services.clock.now()).toISOString(),
    key: null,
    requestHash,
    model: model.id,
    job: null,
    ...result.usage,
  });
  const response = fillIn(result.response, result.bytes);
  return isJsonObject(response) ? response : {};
}

/** google.rpc codes as the HTTP status they travel under. */
const HTTP_OF: Readonly<Record<number, number>> = {
  1: 499,
  3: 400,
  4: 504,
  5: 404,
  7: 403,
  8: 429,
  9: 400,
  13: 500,
  14: 503,
};

function callError({ code, message }: ItemResult & { kind: 'error' }): WireError {
  if (code === 3) return invalidArgument(message ?? 'Request contains an invalid argument.');
  const http = HTTP_OF[code] ?? 500;
  return new WireError(
    http,
    code === 9 ? 'FAILED_PRECONDITION' : rpcStatusOf(http),
    message ?? 'The operation failed.',
  );
}

function chunksOf(response: JsonObject): Json[] {
  const { candidates, ...rest } = response;
  const first = Array.isArray(candidates) ? jsonAt(candidates, 0) : undefined;
  const content = isJsonObject(first) ? first['content'] : undefined;
  const parts = isJsonObject(content) ? content['parts'] : undefined;
  if (!isJsonObject(first) || !Array.isArray(parts)) return [response];
  const candidate = withoutFields(first, 'content', 'finishReason');
  return [
    ...parts.map((part: Json) => ({
      candidates: [{ content: { parts: [part], role: 'model' }, ...candidate }],
      ...rest,
    })),
    {
      candidates: [
        { content: { role: 'model' }, finishReason: first['finishReason'] ?? 'STOP', ...candidate },
      ],
      ...rest,
    },
  ];
}

const jsonAt = (values: readonly Json[], index: number): Json | undefined => values[index];
