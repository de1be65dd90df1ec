import type { DatedPrices, ModelFacts, Retirement, TokenRange } from './model-facts.js';
import { FLASH_QUEUE } from './picture-models.js';
import { SOURCES } from './sources.js';

/**
 * An answer to an analysis, 300 to 1500 tokens, with its thoughts. gemini-3.5-flash-lite was seen to think nothing, other
 * models of text up to 1582 tokens.
 */
export const ANALYSIS_TOKENS: TokenRange = { low: 300, expected: 800, high: 3100 };

interface AnalysisFacts {
  readonly id: string;
  /** Left out if no price was found. */
  readonly prices?: readonly DatedPrices[];
  readonly takesTemperature?: boolean;
  readonly retirement?: Retirement;
}

function analysisModel({ id, prices = [], takesTemperature = true, retirement }: AnalysisFacts): ModelFacts {
  return {
    id,
    task: 'analyze',
    aspectRatios: [],
    imageSizes: [],
    maxReferences: 16,
    tokensPerImage: {},
    textTokens: ANALYSIS_TOKENS,
    prices,
    batch: 'yes',
    queuedTokens: FLASH_QUEUE,
    takesTemperature,
    ...(retirement === undefined ? {} : { retirement }),
    sources: { abilities: SOURCES.models, batch: SOURCES.batch, queuedTokens: SOURCES.queue },
  };
}

function price(input: number, output: number, from?: string): DatedPrices {
  return { input, output, source: SOURCES.textPricing, ...(from === undefined ? {} : { from }) };
}

/** Google sends requests for these two to their successors from that day on, at the successors' prices. */
const ENDS_IN_DECEMBER = { on: '2026-12-01', source: SOURCES.textDeprecations };

/** Models that describe pictures. From 3.6 on, temperature is deprecated (changelog of 2026-07-21). */
export const ANALYSIS_MODELS: readonly ModelFacts[] = [
  analysisModel({ id: 'gemini-3.5-flash-lite', prices: [price(0.3, 2.5)], takesTemperature: false }),
  analysisModel({ id: 'gemini-3.5-flash', prices: [price(1.5, 9)] }),
  analysisModel({ id: 'gemini-3.1-flash-lite', prices: [price(0.25, 1.5)] }),
  analysisModel({
    id: 'gemini-3.8-flash',
    prices: [price(0.75, 3.75), price(1.5, 7.5, '2027-01-01')],
    takesTemperature: false,
  }),
  analysisModel({ id: 'gemini-3.7-flash', takesTemperature: false }),
  analysisModel({ id: 'gemini-3.6-flash', takesTemperature: false }),
  analysisModel({ id: 'gemini-3.1-pro-preview', prices: [price(2, 12)] }),
  analysisModel({
    id: 'gemini-2.5-flash',
    prices: [price(0.3, 2.5)],
    retirement: { ...ENDS_IN_DECEMBER, successors: ['gemini-3.5-flash-lite', 'gemini-3.8-flash'] },
  }),
  analysisModel({
    id: 'gemini-2.5-pro',
    retirement: { ...ENDS_IN_DECEMBER, successors: ['gemini-3.8-flash', 'gemini-3.5-flash'] },
  }),
];
