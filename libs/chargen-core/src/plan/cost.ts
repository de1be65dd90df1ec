import { BATCH_PRICE_FACTOR, judgeModel, type ImageSize, type TokenRange } from '../catalogue/index.js';
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

/** Tokens that one reference picture costs (258 each, measured for gemini-3-pro-image with two references). */
const TOKENS_PER_REFERENCE = 258;
/** At the medium media resolution that analysis asks for. */
const TOKENS_PER_ANALYZED_PICTURE = 560;
/** Thoughts and text beside a picture: 88 to 630 tokens were measured for gemini-3-pro-image. */
const TOKENS_BESIDE: TokenRange = { low: 88, expected: 300, high: 630 };
/** Hard prompts were answered with up to ten billed drafts; two is what to reckon with at the high end. */
const DRAFTS_HIGH = 2;
/**
 * An answer to an analysis, 300 to 1500 tokens, with its thoughts. gemini-3.5-flash-lite was seen to think nothing, other
 * models of text up to 1582 tokens.
 */
const ANALYSIS_TOKENS: TokenRange = { low: 300, expected: 800, high: 3100 };

/** About how many tokens a request has; four characters a token is the usual rule for English. */
export function inputTokens(request: CanonicalRequest): number {
  let tokens = 0;
  const perPicture =
    request.request.generationConfig.mediaResolution === undefined
      ? TOKENS_PER_REFERENCE
      : TOKENS_PER_ANALYZED_PICTURE;
  for (const part of request.request.contents.flatMap((content) => content.parts)) {
    tokens += 'text' in part ? Math.ceil(part.text.length / 4) : perPicture;
  }
  return tokens;
}

/** What a request will cost at batch price. */
export function estimateCost(request: CanonicalRequest, factor = BATCH_PRICE_FACTOR): CostEstimate {
  const verdict = judgeModel(request.model);
  const prices = verdict.kind === 'living' ? verdict.model.prices : undefined;
  if (verdict.kind !== 'living' || prices === undefined) return { ...NO_COST, unknown: 1 };
  const input = (inputTokens(request) * prices.input) / 1_000_000;
  const image = request.request.generationConfig.imageConfig;
  if (image === undefined) {
    const of = (tokens: number): number => (input + (tokens * prices.output) / 1_000_000) * factor;
    return {
      low: of(ANALYSIS_TOKENS.low),
      expected: of(ANALYSIS_TOKENS.expected),
      high: of(ANALYSIS_TOKENS.high),
      unknown: 0,
    };
  }
  const tokens = verdict.model.tokensPerImage[asSize(image.imageSize)];
  if (tokens === undefined || prices.imageOutput === undefined) return { ...NO_COST, unknown: 1 };
  const picture = (tokens * prices.imageOutput) / 1_000_000;
  const beside = verdict.model.tokensBeside ?? TOKENS_BESIDE;
  const extra = (count: number): number => (count * prices.output) / 1_000_000;
  return {
    low: (input + picture + extra(beside.low)) * factor,
    expected: (input + picture + extra(beside.expected)) * factor,
    high: (input + picture * DRAFTS_HIGH + extra(beside.high)) * factor,
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

/**
 * US dollars at batch price, from the counts that Google gave; null where the price is not known. Candidate
 * tokens hold the pictures and some text; the sum of the details is not used, since it was measured to be less
 * than what is billed.
 */
export function actualCost(answer: BilledAnswer, factor = BATCH_PRICE_FACTOR): number | null {
  const { usage } = answer;
  const verdict = judgeModel(answer.model);
  if (usage === undefined || verdict.kind !== 'living' || verdict.model.prices === undefined) return null;
  const { prices, tokensPerImage } = verdict.model;
  const perImage = tokensPerImage[answer.imageSize] ?? tokensPerImage['1K'] ?? 0;
  const imageTokens = perImage * answer.pictures;
  const textTokens = Math.max(0, outputTokens(usage) - imageTokens);
  const total =
    usage.promptTokens * prices.input +
    imageTokens * (prices.imageOutput ?? prices.output) +
    textTokens * prices.output;
  return roundMicro((total / 1_000_000) * factor);
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
