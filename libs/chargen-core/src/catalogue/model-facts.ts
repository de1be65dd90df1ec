import type { AspectRatio, ImageSize } from './aspect-ratio.js';

/** Where a fact comes from. */
export interface Source {
  readonly url: string;
  /** The day on which it was read, as YYYY-MM-DD. */
  readonly read: string;
  /** What a reader must know of the source, such as that it is not the service's own page. */
  readonly note?: string;
}

/** Prices in US dollars for one million tokens, at the full (not batch) rate. */
export interface TokenPrices {
  readonly input: number;
  /** Text and thoughts. */
  readonly output: number;
  /** Image tokens, if the model makes pictures. */
  readonly imageOutput?: number;
  /** One picture of each size, if its price is known and its tokens are not. */
  readonly pictures?: Readonly<Partial<Record<ImageSize, number>>>;
}

/** Prices and the day on which they begin. */
export interface DatedPrices extends TokenPrices {
  /** The first day (UTC) of these prices, as YYYY-MM-DD; undefined for the first prices that are known. */
  readonly from?: string;
  readonly source: Source;
}

/** Tokens that are billed as text. */
export interface TokenRange {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

const MODEL_TASKS = ['generate', 'analyze'] as const;
export type ModelTask = (typeof MODEL_TASKS)[number];

/** Whether a model takes batch jobs; `unknown` if no source states it. */
export type BatchSupport = 'yes' | 'no' | 'unknown';

/** Google's announcement that a model ends. */
export interface Retirement {
  /** The first day (UTC) without the model, as YYYY-MM-DD; undefined if only the fact is known. */
  readonly on?: string;
  /** Models that take its place, the most similar one first. */
  readonly successors: readonly string[];
  readonly source: Source;
}

/** What is known of a model, each fact with its source. */
export interface ModelFacts {
  readonly id: string;
  readonly task: ModelTask;
  /** Empty for a model that makes no pictures. */
  readonly aspectRatios: readonly AspectRatio[];
  readonly imageSizes: readonly ImageSize[];
  /** How many pictures one request may show at most. */
  readonly maxReferences: number;
  /** Image tokens that are billed for one picture of each size. */
  readonly tokensPerImage: Readonly<Partial<Record<ImageSize, number>>>;
  /** Thoughts and text that come with one answer. */
  readonly textTokens: TokenRange;
  /** The oldest first; empty if no price is known: an estimate then shows "unknown", never $0. */
  readonly prices: readonly DatedPrices[];
  readonly batch: BatchSupport;
  /** Queued input tokens that Google admits in all batch jobs of the model together, by tier. */
  readonly queuedTokens?: { readonly tier1: number; readonly tier2: number; readonly tier3: number };
  /** False if the field is deprecated for this model and must not be sent. */
  readonly takesTemperature: boolean;
  /** Undefined if no end is announced. */
  readonly retirement?: Retirement;
  /** Sources of what the model takes and of its batch support. */
  readonly sources: {
    readonly abilities: Source;
    readonly batch: Source;
    readonly queuedTokens?: Source;
  };
}
