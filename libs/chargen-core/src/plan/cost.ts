import {
  BATCH_PRICE_FACTOR,
  judgeModel,
  modelFacts,
  pictureUsd,
  pricesAt,
  pricesOfBatch,
  type DatedPrices,
  type DescribedModels,
  type ImageSize,
  type ModelFacts,
  type ModelTerms,
} from '../catalogue/index.js';
import type { CanonicalRequest } from '../recipe/index.js';
import type { Usage } from '../store/index.js';

/** US dollars. Undefined members are unknown, never zero. */
export interface CostEstimate {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  /** Items whose model has no published price; the sums leave them out. */
  readonly unknown: number;
}

/** What a synchronous request costs beside one of a batch. */
export const FULL_PRICE = 1;

export const NO_COST: CostEstimate = { low: 0, expected: 0, high: 0, unknown: 0 };

const UNKNOWN_COST: CostEstimate = { ...NO_COST, unknown: 1 };

/** Tokens that one reference picture costs (258 each, measured for gemini-3-pro-image with two references). */
const TOKENS_PER_REFERENCE = 258;
/** At the medium media resolution that analysis asks for. */
const TOKENS_PER_ANALYZED_PICTURE = 560;
/** Hard prompts were answered with up to ten billed drafts; two is what to reckon with at the high end. */
const DRAFTS_HIGH = 2;

/** About how many tokens a text has; four characters a token is the usual rule for English. */
export function textTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** About how many tokens a request has. */
export function inputTokens(request: CanonicalRequest): number {
  let tokens = 0;
  const perPicture =
    request.request.generationConfig.mediaResolution === undefined
      ? TOKENS_PER_REFERENCE
      : TOKENS_PER_ANALYZED_PICTURE;
  for (const part of request.request.contents.flatMap((content) => content.parts)) {
    tokens += 'text' in part ? textTokens(part.text) : perPicture;
  }
  return tokens;
}

/**
 * What a request will cost, at batch price unless another factor is given. Plans, the cap, the question before a run
 * and `now` all use this. A batch that is sent shortly before a price changes may be billed at either: `expected` is the
 * price of the moment, `low` and `high` hold both.
 */
export function estimateCost(
  request: CanonicalRequest,
  terms: ModelTerms,
  factor: number = BATCH_PRICE_FACTOR,
): CostEstimate {
  const verdict = judgeModel(request.model, terms);
  if (verdict.kind !== 'living') return UNKNOWN_COST;
  const { imageConfig } = request.request.generationConfig;
  const size = imageConfig === undefined ? undefined : asSize(imageConfig.imageSize);
  return costOfAnswer(verdict.model, { inputTokens: inputTokens(request), size }, terms.at, factor);
}

interface AskedAnswer {
  readonly inputTokens: number;
  /** Undefined if no picture is asked for. */
  readonly size: ImageSize | undefined;
}

/** What one picture of a size will cost, thoughts included, without the pictures and the text of its request. */
export function costOfPicture(model: ModelFacts, size: ImageSize, at: number, factor: number): CostEstimate {
  return costOfAnswer(model, { inputTokens: 0, size }, at, factor);
}

function costOfAnswer(model: ModelFacts, asked: AskedAnswer, at: number, factor: number): CostEstimate {
  const now = pricesAt(model, at);
  const possible = factor === FULL_PRICE ? (now === undefined ? [] : [now]) : pricesOfBatch(model, at);
  const costs = possible.map((prices) => costAt(model, prices, asked, factor));
  const [first] = costs;
  if (first === undefined) return UNKNOWN_COST;
  if (costs.some((one) => one.unknown > 0)) return UNKNOWN_COST;
  return {
    low: Math.min(...costs.map((one) => one.low)),
    expected: first.expected,
    high: Math.max(...costs.map((one) => one.high)),
    unknown: 0,
  };
}

function costAt(model: ModelFacts, prices: DatedPrices, asked: AskedAnswer, factor: number): CostEstimate {
  const input = (asked.inputTokens * prices.input) / 1_000_000;
  const picture = asked.size === undefined ? 0 : pictureUsd(model, prices, asked.size);
  if (picture === undefined) return UNKNOWN_COST;
  const text = (count: number): number => (count * prices.output) / 1_000_000;
  return {
    low: (input + picture + text(model.textTokens.low)) * factor,
    expected: (input + picture + text(model.textTokens.expected)) * factor,
    high: (input + picture * DRAFTS_HIGH + text(model.textTokens.high)) * factor,
    unknown: 0,
  };
}

function asSize(size: string | undefined): ImageSize {
  return size === '512' || size === '2K' || size === '4K' ? size : '1K';
}

/** What an answer held, as far as its price goes. */
export interface BilledAnswer {
  readonly model: string;
  readonly usage: Usage | undefined;
  /** Pictures in the answer, drafts included: each is billed as a whole one. */
  readonly pictures: number;
  readonly imageSize: ImageSize;
}

/** What an answer is priced by. */
export interface BillingTerms {
  readonly models: DescribedModels;
  /** When Google answered, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * US dollars at batch price, from the counts that Google gave; null if the price is not known. Candidate tokens hold
 * the pictures and some text; the sum of the details is not used, since it was measured to be less than what is billed.
 */
export function actualCost(
  answer: BilledAnswer,
  { models, at }: BillingTerms,
  factor: number = BATCH_PRICE_FACTOR,
): number | null {
  const { usage } = answer;
  const model = modelFacts(answer.model, models);
  const prices = model === undefined ? undefined : pricesAt(model, at);
  if (usage === undefined || model === undefined || prices === undefined) return null;
  const { tokensPerImage } = model;
  const size = model.imageSizes.includes(answer.imageSize) ? answer.imageSize : '1K';
  const picture = answer.pictures === 0 ? 0 : (pictureUsd(model, prices, size) ?? null);
  if (picture === null) return null;
  // Of a model whose picture has a price and no known tokens, all that is no thought is the picture.
  const perImage = tokensPerImage[size] ?? usage.candidateTokens;
  const wordTokens = Math.max(0, outputTokens(usage) - perImage * answer.pictures);
  const tokensUsd = (usage.promptTokens * prices.input + wordTokens * prices.output) / 1_000_000;
  return roundMicro((tokensUsd + picture * answer.pictures) * factor);
}

/**
 * Pictures, text and thoughts. In a refusal the candidates' count mirrors that of the thoughts, and only the total counts
 * them once (measured); an answer without a total is counted by its parts.
 */
function outputTokens({ promptTokens, candidateTokens, thoughtTokens, totalTokens }: Usage): number {
  const parts = candidateTokens + thoughtTokens;
  return totalTokens > promptTokens ? Math.min(parts, totalTokens - promptTokens) : parts;
}

/** The size that a picture of so many pixels was billed as. */
export function billedSize(width: number, height: number): ImageSize {
  const pixels = width * height;
  if (pixels > 10_000_000) return '4K';
  if (pixels > 2_500_000) return '2K';
  return pixels > 500_000 ? '1K' : '512';
}

/** A millionth of a dollar is enough, and keeps the files of all machines the same. */
export function roundMicro(usd: number): number {
  return Math.round(usd * 1_000_000) / 1_000_000;
}

export function addCosts(costs: Iterable<CostEstimate>): CostEstimate {
  let sum = NO_COST;
  for (const cost of costs) {
    sum = {
      low: sum.low + cost.low,
      expected: sum.expected + cost.expected,
      high: sum.high + cost.high,
      unknown: sum.unknown + cost.unknown,
    };
  }
  return sum;
}
