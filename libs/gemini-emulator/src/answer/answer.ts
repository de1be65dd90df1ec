import { createHash } from 'node:crypto';
import type { ItemFault } from '../faults/types.js';
import type { ModelFacts } from '../models/catalogue.js';
import { PictureCache } from '../picture/picture-cache.js';
import type { PictureFormat } from '../picture/render.js';
import { nearestRatio, pixelSize } from '../picture/sizes.js';
import { randomInt, responseId, seededRandom, type Random } from '../random.js';
import type { Json, JsonObject } from '../wire/json.js';
import type { GenerateRequest } from '../wire/requests.js';
import { bytesName } from './bytes.js';
import { describe, makeFacts, type Facts } from './facts.js';
import type { MeasureCache, Measured } from './measure.js';
import { promptText, splitKey, userText } from './prompt.js';
import { refusalMessage, refusedCandidate } from './refusal.js';
import { answerSchema, SchemaError } from './schema.js';
import { countTokens, textTokens, tokenDetails, type TokenCount } from './tokens.js';
import type { Attachment, ItemResult, Usage } from './types.js';

/** One request, with all that its answer depends on. */
export interface Question {
  readonly model: ModelFacts;
  /** The model that really answers. */
  readonly version: string;
  readonly key: string | null;
  readonly request: GenerateRequest;
  /** Hex sha256 of model and request; decides the look of pictures. */
  readonly requestHash: string;
  readonly attachments: readonly Attachment[];
  readonly fault: ItemFault | undefined;
  readonly pictureFormat: 'png' | 'jpeg' | 'mixed';
  readonly heavyPictures: boolean;
  /** For what the service rolls anew each time: ids, thoughts, shapes of refusals. */
  readonly random: Random;
}

/** Of all emulators of this process: tests start many of them and ask each for the same pictures. */
const PICTURES = new PictureCache(128);

const INTERNAL =
  'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting';

/** Answers as the model would; nothing is thrown for a bad request, it becomes an error of the item (code 3). */
export async function answer(question: Question, measures: MeasureCache): Promise<ItemResult> {
  const { fault, request } = question;
  const input = countTokens(request);
  if (fault?.kind === 'item-error') {
    const standard =
      fault.code === 13 ? INTERNAL : fault.code === 1 ? null : `The item failed with code ${fault.code}.`;
    return {
      kind: 'error',
      code: fault.code,
      message: fault.message === undefined ? standard : fault.message,
    };
  }
  if (fault?.kind === 'refuse') return refused(question, input, fault);
  if (fault?.kind === 'prompt-blocked') {
    const usage = { promptTokenCount: input.total, totalTokenCount: input.total };
    return served(
      question,
      { promptFeedback: { blockReason: fault.blockReason ?? 'PROHIBITED_CONTENT' }, usageMetadata: usage },
      { inputTokens: input.total, outputTokens: 0, images: 0, kind: 'refusal' },
    );
  }
  if (fault?.kind === 'max-tokens') {
    return textResponse(question, input, undefined, 'MAX_TOKENS');
  }
  const modalities = request.generationConfig?.responseModalities?.map((one) => one.toUpperCase());
  if (question.model.output === 'image' && (modalities === undefined || modalities.includes('IMAGE'))) {
    return pictureAnswer(question, input, measures, modalities ?? ['TEXT', 'IMAGE']);
  }
  if (modalities?.includes('IMAGE') === true) {
    return invalid(
      `Model does not support the requested response modalities: ${modalities.join(',').toLowerCase()}`,
    );
  }
  return textAnswer(question, input, measures);
}

const invalid = (message: string): ItemResult => ({ kind: 'error', code: 3, message });

function served(
  question: Question,
  body: JsonObject,
  usage: Usage,
  bytes: ReadonlyMap<string, Buffer> = new Map(),
): ItemResult {
  return {
    kind: 'served',
    bytes,
    response: { ...body, modelVersion: question.version, responseId: responseId(question.random) },
    usage,
  };
}

function refused(question: Question, input: TokenCount, fault: ItemFault & { kind: 'refuse' }): ItemResult {
  const thoughts = 60 + randomInt(question.random, 200);
  const message = fault.finishMessage ?? refusalMessage(fault.finishReason);
  return served(
    question,
    {
      candidates: [refusedCandidate(fault.finishReason, message, fault.shape ?? 'empty-content')],
      // The candidates' count mirrors the thoughts, and the total counts them once: measured on refusals.
      usageMetadata: {
        promptTokenCount: input.total,
        candidatesTokenCount: thoughts,
        totalTokenCount: input.total + thoughts,
        promptTokensDetails: tokenDetails(input),
        thoughtsTokenCount: thoughts,
      },
    },
    { inputTokens: input.total, outputTokens: thoughts, images: 0, kind: 'refusal' },
  );
}

async function measureAll(question: Question, measures: MeasureCache): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const attachment of question.attachments) {
    if (!attachment.mimeType.startsWith('image/')) continue;
    measured.push(await measures.measure(attachment.sha256, () => attachment.read()));
  }
  return measured;
}

const CANNOT_READ =
  'Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting';

async function pictureAnswer(
  question: Question,
  input: TokenCount,
  measures: MeasureCache,
  modalities: readonly string[],
): Promise<ItemResult> {
  const { model, request, fault } = question;
  let pictures: Measured[];
  try {
    pictures = await measureAll(question, measures);
  } catch {
    return invalid(CANNOT_READ);
  }
  const config = request.generationConfig?.imageConfig;
  const imageSize = config?.imageSize ?? '1K';
  const problem = imageProblem(model, imageSize, config?.aspectRatio);
  if (problem !== undefined) return invalid(problem);
  if (fault?.kind === 'text-only') {
    return textResponse(
      question,
      input,
      `Here is a description instead of the picture: ${userText(request).slice(0, 300)}`,
      fault.finishReason ?? 'STOP',
    );
  }
  const wanted =
    config?.aspectRatio ??
    (pictures[0] === undefined ? '1:1' : nearestRatio(pictures[0], model.aspectRatios));
  const ratio =
    fault?.kind === 'wrong-aspect' ? (fault.aspectRatio ?? (wanted === '1:1' ? '16:9' : '1:1')) : wanted;
  const size = pixelSize(ratio, imageSize);
  if (size === undefined) return invalid(`No pixel size is known for ${ratio} at ${imageSize}.`);

  const drafts = fault?.kind === 'drafts' ? Math.max(0, Math.floor(fault.count)) : 0;
  const note = `${model.id} ${ratio} ${imageSize}`;
  const { parts, bytes } = await drawAll(question, { size, drafts, note, pictures });
  if (modalities.includes('TEXT') && Number.parseInt(question.requestHash.slice(0, 2), 16) % 3 === 0) {
    parts.unshift({ text: 'Here is the picture you asked for.' });
  }
  const imageTokens = (model.imageTokens[imageSize] ?? 1120) * (drafts + 1);
  return servedPictures(question, input, { parts, bytes, imageTokens });
}

function servedPictures(
  question: Question,
  input: TokenCount,
  { parts, bytes, imageTokens }: Drawn & { readonly imageTokens: number },
): ItemResult {
  const extra = 88 + randomInt(question.random, 543);
  const thoughts = 100 + randomInt(question.random, 250);
  return served(
    question,
    {
      candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: {
        promptTokenCount: input.total,
        candidatesTokenCount: imageTokens + extra,
        totalTokenCount: input.total + imageTokens + extra + thoughts,
        promptTokensDetails: tokenDetails(input),
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: imageTokens }],
        thoughtsTokenCount: thoughts,
      },
    },
    {
      inputTokens: input.total,
      outputTokens: imageTokens + extra + thoughts,
      images: bytes.size,
      kind: 'image',
    },
    bytes,
  );
}

/** Why the model does not take a size or a shape, in the words of the service. */
function imageProblem(
  model: ModelFacts,
  imageSize: string,
  aspectRatio: string | undefined,
): string | undefined {
  const invalidValue = (field: string, value: string, supported: readonly string[]): string =>
    `Invalid value at 'generation_config.image_config.${field}': "${value}" is not supported by models/${model.id}. Supported: ${supported.join(', ')}.`;
  if (!model.imageSizes.includes(imageSize)) return invalidValue('image_size', imageSize, model.imageSizes);
  if (aspectRatio === undefined || model.aspectRatios.includes(aspectRatio)) return undefined;
  return invalidValue('aspect_ratio', aspectRatio, model.aspectRatios);
}

interface Drawing {
  readonly size: Parameters<PictureCache['picture']>[0]['size'];
  /** Pictures that come before the last one, with a signature each. */
  readonly drafts: number;
  readonly note: string;
  readonly pictures: readonly Measured[];
}

interface Drawn {
  readonly parts: Json[];
  /** By the names that the parts have for them. */
  readonly bytes: ReadonlyMap<string, Buffer>;
}

async function drawAll(question: Question, { size, drafts, note, pictures }: Drawing): Promise<Drawn> {
  const { request, requestHash } = question;
  const format = formatOf(question);
  const { title, hash } = splitKey(question.key);
  const parts: Json[] = [];
  const bytes = new Map<string, Buffer>();
  for (let i = 0; i <= drafts; i += 1) {
    const draft = i < drafts;
    const name = bytesName(requestHash, i);
    const drawn = await PICTURES.picture({
      size,
      format,
      seed: draft ? `${requestHash} draft ${i}` : requestHash,
      title: draft ? `${title} (draft ${i + 1})` : title,
      notes: [`sha256:${(hash ?? requestHash).slice(0, 12)} ${note}`],
      prompt: userText(request),
      thumbnails: pictures.map((picture) => picture.thumbnail),
      heavy: question.heavyPictures,
    });
    bytes.set(name, drawn);
    parts.push({
      inlineData: { mimeType: `image/${format}`, data: name },
      ...(draft ? { thoughtSignature: signature(requestHash, i) } : {}),
    });
  }
  return { parts, bytes };
}

function formatOf({ pictureFormat, requestHash }: Question): PictureFormat {
  if (pictureFormat !== 'mixed') return pictureFormat;
  return Number.parseInt(requestHash.slice(2, 4), 16) % 2 === 0 ? 'png' : 'jpeg';
}

function signature(seed: string, index: number): string {
  return createHash('sha512').update(`${seed} ${index}`).digest('base64');
}

async function textAnswer(
  question: Question,
  input: TokenCount,
  measures: MeasureCache,
): Promise<ItemResult> {
  const { request, fault } = question;
  let pictures: Measured[];
  try {
    pictures = await measureAll(question, measures);
  } catch {
    return invalid(CANNOT_READ);
  }
  const config = request.generationConfig;
  const schema = config?.responseJsonSchema ?? config?.responseSchema;
  const json = schema !== undefined || config?.responseMimeType === 'application/json';
  const facts = makeFacts(promptText(request), splitKey(question.key).title, pictures);
  if (!json) return textResponse(question, input, plainText(facts, question), 'STOP');
  if (fault?.kind === 'schema-garbage') {
    return textResponse(question, input, garbage(fault.style ?? 'not-json'), 'STOP');
  }
  const random = seededRandom('schema', question.requestHash);
  let value: Json;
  try {
    value = answerSchema(schema ?? DEFAULT_SCHEMA, facts, random);
  } catch (error) {
    if (error instanceof SchemaError) return invalid(error.message);
    throw error;
  }
  return textResponse(question, input, JSON.stringify(value), 'STOP');
}

const DEFAULT_SCHEMA: JsonObject = {
  type: 'object',
  properties: { description: { type: 'string' }, colours: { type: 'array', items: { type: 'string' } } },
};

function plainText(facts: Facts, question: Question): string {
  if (facts.pictures.length > 0) return facts.pictures.map(describe).join(' ');
  return `This is gemini-emulator, standing in for ${question.version}. You said: ${userText(question.request).slice(0, 200)}`;
}

function garbage(style: 'not-json' | 'wrong-shape' | 'loop'): string {
  switch (style) {
    case 'not-json':
      return '{"description": "a picture of';
    case 'wrong-shape':
      return '{"unexpected": [1, 2, 3]}';
    case 'loop':
      return `{"description": "${'the picture shows the picture that '.repeat(200)}`;
  }
}

function textResponse(
  question: Question,
  input: TokenCount,
  text: string | undefined,
  finishReason: string,
): ItemResult {
  const thoughts = 20 + randomInt(question.random, 60);
  const output = text === undefined ? 0 : Math.max(1, textTokens(text));
  return served(
    question,
    {
      candidates: [
        {
          content: { ...(text === undefined ? {} : { parts: [{ text }] }), role: 'model' },
          finishReason,
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: input.total,
        ...(output > 0 ? { candidatesTokenCount: output } : {}),
        totalTokenCount: input.total + output + thoughts,
        promptTokensDetails: tokenDetails(input),
        thoughtsTokenCount: thoughts,
      },
    },
    { inputTokens: input.total, outputTokens: output + thoughts, images: 0, kind: 'text' },
  );
}
