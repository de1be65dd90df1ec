import type { Source } from './model-facts.js';

/** What Google publishes of spending for a usage tier, in US dollars. */
export interface SpendingLimits {
  /** In a calendar month, by all projects of a billing account together. */
  readonly month: { readonly usd: number; readonly source: Source };
  /** In any ten minutes. It is not published whether batch jobs count, nor for which accounts it holds. */
  readonly tenMinutes: { readonly usd: number; readonly source: Source };
}

const BILLING: Source = { url: 'https://ai.google.dev/gemini-api/docs/billing', read: '2026-10-17' };
const RATES: Source = { url: 'https://ai.google.dev/gemini-api/docs/rate-limits', read: '2026-10-17' };

function limits(month: number, tenMinutes: number): SpendingLimits {
  return { month: { usd: month, source: BILLING }, tenMinutes: { usd: tenMinutes, source: RATES } };
}

/** By paid tier. For tier 3 the page states $20,000 to more than $100,000 a month: the lowest value stands here. */
export const SPENDING_LIMITS = {
  tier1: limits(250, 10),
  tier2: limits(2_000, 50),
  tier3: limits(20_000, 200),
} as const satisfies Readonly<Record<string, SpendingLimits>>;
