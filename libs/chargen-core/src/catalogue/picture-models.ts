import { ASPECT_RATIOS, CLASSIC_RATIOS } from './aspect-ratio.js';
import type { ModelFacts, TokenRange } from './model-facts.js';
import { SOURCES } from './sources.js';

/** Thoughts and text beside a picture: 88 to 630 tokens were measured with gemini-3-pro-image in 66 answers. */
export const MEASURED_TEXT: TokenRange = { low: 88, expected: 300, high: 630 };

const PRO_QUEUE = { tier1: 2_000_000, tier2: 270_000_000, tier3: 1_000_000_000 };
export const FLASH_QUEUE = { tier1: 3_000_000, tier2: 400_000_000, tier3: 500_000_000 };

const GEMINI_3_PRO_IMAGE: ModelFacts = {
  id: 'gemini-3-pro-image',
  task: 'generate',
  aspectRatios: CLASSIC_RATIOS,
  imageSizes: ['1K', '2K', '4K'],
  maxReferences: 14,
  tokensPerImage: { '1K': 1120, '2K': 1120, '4K': 2000 },
  textTokens: MEASURED_TEXT,
  prices: [{ input: 2, output: 12, imageOutput: 120, source: SOURCES.pricing }],
  batch: 'yes',
  queuedTokens: PRO_QUEUE,
  takesTemperature: true,
  sources: { abilities: SOURCES.imageGeneration, batch: SOURCES.batch, queuedTokens: SOURCES.queue },
};

/** Models that make pictures and have no announced end. */
export const PICTURE_MODELS: readonly ModelFacts[] = [
  GEMINI_3_PRO_IMAGE,
  {
    id: 'gemini-3.1-flash-lite-image',
    task: 'generate',
    // Sources disagree: one lists the four long ratios and 512 as well. These are what all of them list.
    aspectRatios: CLASSIC_RATIOS,
    imageSizes: ['1K'],
    maxReferences: 14,
    tokensPerImage: { '1K': 1120 },
    textTokens: MEASURED_TEXT,
    prices: [{ input: 0.25, output: 1.5, imageOutput: 30, source: SOURCES.pricing }],
    batch: 'yes',
    queuedTokens: FLASH_QUEUE,
    takesTemperature: true,
    sources: {
      abilities: SOURCES.imageGeneration,
      batch: SOURCES.batchNotebook,
      queuedTokens: SOURCES.queue,
    },
  },
  {
    id: 'gemini-nano-banana-2.1',
    task: 'generate',
    aspectRatios: ASPECT_RATIOS,
    imageSizes: ['1K', '2K', '4K'],
    maxReferences: 14,
    tokensPerImage: { '1K': 1120, '2K': 1680, '4K': 3780 },
    // About 900 were measured at its usual thinking level; half and double that as the range.
    textTokens: { low: 450, expected: 900, high: 1800 },
    prices: [{ input: 1.5, output: 7.5, imageOutput: 30, source: SOURCES.pricing }],
    batch: 'unknown',
    takesTemperature: true,
    sources: { abilities: SOURCES.imageGeneration, batch: SOURCES.nanoBanana },
  },
];

/** Models that made pictures and whose abilities are still known: what `allowRetired` lets through is estimated. */
export const ENDED_PICTURE_MODELS: readonly ModelFacts[] = [
  {
    id: 'gemini-3.1-flash-image',
    task: 'generate',
    aspectRatios: ASPECT_RATIOS,
    imageSizes: ['512', '1K', '2K', '4K'],
    maxReferences: 14,
    tokensPerImage: { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 },
    textTokens: MEASURED_TEXT,
    prices: [{ input: 0.5, output: 3, imageOutput: 60, source: SOURCES.pricing }],
    batch: 'yes',
    queuedTokens: FLASH_QUEUE,
    takesTemperature: true,
    retirement: {
      on: '2026-10-29',
      successors: ['gemini-3.1-flash-lite-image', 'gemini-nano-banana-2.1', 'gemini-3-pro-image'],
      source: SOURCES.nanoBananaEnd,
    },
    sources: { abilities: SOURCES.imageGeneration, batch: SOURCES.models, queuedTokens: SOURCES.queue },
  },
  {
    id: 'gemini-2.5-flash-image',
    task: 'generate',
    aspectRatios: CLASSIC_RATIOS,
    imageSizes: ['1K'],
    maxReferences: 3,
    tokensPerImage: { '1K': 1290 },
    textTokens: { low: 0, expected: 0, high: 300 },
    prices: [{ input: 0.3, output: 2.5, imageOutput: 30, source: SOURCES.pricing }],
    batch: 'yes',
    queuedTokens: FLASH_QUEUE,
    takesTemperature: true,
    retirement: {
      on: '2026-10-02',
      successors: ['gemini-3-pro-image', 'gemini-3.1-flash-lite-image'],
      source: SOURCES.deprecations,
    },
    sources: {
      abilities: SOURCES.imageGeneration,
      batch: SOURCES.batchNotebook,
      queuedTokens: SOURCES.queue,
    },
  },
];
