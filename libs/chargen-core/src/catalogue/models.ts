import { ASPECT_RATIOS, CLASSIC_RATIOS, type AspectRatio, type ImageSize } from './aspect-ratio.js';

/** Prices in US dollars for one million tokens, at the full (not batch) rate. */
export interface TokenPrices {
  readonly input: number;
  /** Text and thoughts. */
  readonly output: number;
  /** Image tokens, where the model makes pictures. */
  readonly imageOutput?: number;
}

/** How many tokens: at least, mostly, at most. */
export interface TokenRange {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

export interface LivingModel {
  readonly id: string;
  readonly status: 'living';
  readonly task: 'generate' | 'analyze';
  readonly aspectRatios: readonly AspectRatio[];
  readonly imageSizes: readonly ImageSize[];
  /** How many pictures one request may hold, 0 for none. */
  readonly maxReferences: number;
  /** Image tokens billed for one picture of each size. */
  readonly tokensPerImage: Partial<Record<ImageSize, number>>;
  /** Thoughts and text billed beside a picture, if they were measured for this model. */
  readonly tokensBeside?: TokenRange;
  /** Undefined where no price was published: the estimate then says "unknown", never $0. */
  readonly prices?: TokenPrices;
  /** Queued input tokens that Google admits per tier, where published. */
  readonly queuedTokens?: { readonly tier1: number; readonly tier2: number; readonly tier3: number };
  /** False where the request field is deprecated for this model and must not be sent. */
  readonly takesTemperature: boolean;
}

export interface RetiredModel {
  readonly id: string;
  readonly status: 'retired';
  readonly task: 'generate' | 'analyze';
  /** ISO date, where it is known. */
  readonly since?: string;
  readonly successor: string;
}

export type CatalogueModel = LivingModel | RetiredModel;

export const DEFAULT_GENERATION_MODEL = 'gemini-3-pro-image';
export const DEFAULT_ANALYSIS_MODEL = 'gemini-3.5-flash-lite';

/** The Batch API costs half of the synchronous one. Source: ai.google.dev/gemini-api/docs/batch-api. */
export const BATCH_PRICE_FACTOR = 0.5;

const PRO_QUEUE = { tier1: 2_000_000, tier2: 270_000_000, tier3: 1_000_000_000 };
const FLASH_QUEUE = { tier1: 3_000_000, tier2: 400_000_000, tier3: 500_000_000 };

function analysisModel(id: string, input: number, output: number, takesTemperature: boolean): LivingModel {
  return {
    id,
    status: 'living',
    task: 'analyze',
    aspectRatios: [],
    imageSizes: [],
    maxReferences: 16,
    tokensPerImage: {},
    prices: { input, output },
    queuedTokens: FLASH_QUEUE,
    takesTemperature,
  };
}

function retired(
  id: string,
  task: RetiredModel['task'],
  successor: string,
  since: string | undefined,
): RetiredModel {
  return { id, status: 'retired', task, successor, ...(since === undefined ? {} : { since }) };
}

/**
 * What is known of each model: pricing page and model cards as read in October and November 2026.
 * A model that is not listed may still be asked for; its price is then unknown.
 */
export const CATALOGUE: readonly CatalogueModel[] = [
  {
    id: 'gemini-3-pro-image',
    status: 'living',
    task: 'generate',
    aspectRatios: CLASSIC_RATIOS,
    imageSizes: ['1K', '2K', '4K'],
    maxReferences: 14,
    tokensPerImage: { '1K': 1120, '2K': 1120, '4K': 2000 },
    prices: { input: 2, output: 12, imageOutput: 120 },
    queuedTokens: PRO_QUEUE,
    takesTemperature: true,
  },
  {
    id: 'gemini-3.1-flash-lite-image',
    status: 'living',
    task: 'generate',
    aspectRatios: ASPECT_RATIOS,
    imageSizes: ['1K'],
    maxReferences: 14,
    tokensPerImage: { '1K': 1120 },
    prices: { input: 0.25, output: 1.5, imageOutput: 30 },
    queuedTokens: FLASH_QUEUE,
    takesTemperature: true,
  },
  {
    id: 'gemini-nano-banana-2.1',
    status: 'living',
    task: 'generate',
    aspectRatios: ASPECT_RATIOS,
    imageSizes: ['1K', '2K', '4K'],
    maxReferences: 14,
    tokensPerImage: { '1K': 1120, '2K': 1680, '4K': 3780 },
    // About 900 were measured at its usual thinking level; half and double that as the range.
    tokensBeside: { low: 450, expected: 900, high: 1800 },
    prices: { input: 1.5, output: 7.5, imageOutput: 30 },
    takesTemperature: true,
  },
  analysisModel('gemini-3.5-flash-lite', 0.3, 2.5, false),
  analysisModel('gemini-3.5-flash', 1.5, 9, true),
  analysisModel('gemini-3.1-flash-lite', 0.25, 1.5, true),
  analysisModel('gemini-3.8-flash', 0.75, 3.75, false),
  retired('gemini-2.0-flash-preview-image-generation', 'generate', DEFAULT_GENERATION_MODEL, undefined),
  retired('gemini-2.5-flash-image-preview', 'generate', DEFAULT_GENERATION_MODEL, '2026-01-15'),
  retired('gemini-2.5-flash-image', 'generate', DEFAULT_GENERATION_MODEL, '2026-10-02'),
  retired('gemini-3-pro-image-preview', 'generate', DEFAULT_GENERATION_MODEL, '2026-06-25'),
  retired('gemini-3.1-flash-image-preview', 'generate', 'gemini-3.1-flash-lite-image', '2026-06-25'),
  retired('gemini-3.1-flash-image', 'generate', 'gemini-3.1-flash-lite-image', '2026-10-29'),
  retired('imagen-3.0-generate-002', 'generate', DEFAULT_GENERATION_MODEL, '2025-11-10'),
  retired('imagen-4.0-generate-001', 'generate', DEFAULT_GENERATION_MODEL, '2026-08-17'),
  retired('gemini-1.5-flash', 'analyze', DEFAULT_ANALYSIS_MODEL, undefined),
  retired('gemini-2.0-flash', 'analyze', DEFAULT_ANALYSIS_MODEL, '2026-06-01'),
  retired('gemini-2.0-flash-lite', 'analyze', DEFAULT_ANALYSIS_MODEL, '2026-06-01'),
  retired('gemini-2.0-pro', 'analyze', 'gemini-3.5-flash', undefined),
  retired('gemini-2.5-flash-lite', 'analyze', DEFAULT_ANALYSIS_MODEL, '2026-08-20'),
];

export function findModel(id: string): CatalogueModel | undefined {
  return CATALOGUE.find((model) => model.id === id);
}

export type ModelVerdict =
  | { readonly kind: 'living'; readonly model: LivingModel }
  | { readonly kind: 'retired'; readonly model: RetiredModel }
  | { readonly kind: 'unlisted'; readonly id: string };

/** What the catalogue says of a model id; an unlisted one is allowed, with unknown price and abilities. */
export function judgeModel(id: string): ModelVerdict {
  const model = findModel(id);
  if (model === undefined) return { kind: 'unlisted', id };
  return model.status === 'living' ? { kind: 'living', model } : { kind: 'retired', model };
}
