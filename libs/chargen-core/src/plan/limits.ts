import { SPENDING_LIMITS, type Source } from '../catalogue/index.js';
import type { CostEstimate } from './cost.js';
import type { ChargenSettings } from './settings.js';
import { queueLimit } from './split-jobs.js';

/** A published limit of the workspace's tier that a run is likely to meet. */
export interface MetLimit {
  readonly kind: 'no-batch' | 'month' | 'ten-minutes' | 'queue';
  /** One sentence: the limit, where it is from, and what to do. */
  readonly text: string;
}

export interface LimitQuestion {
  readonly settings: Pick<ChargenSettings, 'tier'>;
  /** What the run costs at batch price. */
  readonly cost: CostEstimate;
  /** US dollars that were paid in this calendar month, as far as this machine knows. */
  readonly paidThisMonth: number;
  /** Estimated input tokens of all requests, by model. */
  readonly tokens: ReadonlyMap<string, number>;
}

/** Limits that a run is likely to meet, by the expected cost and by what is published, each with its date. */
export function metLimits({ settings, cost, paidThisMonth, tokens }: LimitQuestion): MetLimit[] {
  const { tier } = settings;
  const total = [...tokens.values()].reduce((sum, one) => sum + one, 0);
  if (total === 0) return [];
  if (tier === 'free') {
    const text =
      'The free tier has no Batch API (https://ai.google.dev/gemini-api/docs/rate-limits, read 2026-11-22): state your tier in nx.json, or make single pictures with chargen now.';
    return [{ kind: 'no-batch', text }];
  }
  const { month, tenMinutes } = SPENDING_LIMITS[tier];
  const limits: MetLimit[] = [];
  const inMonth = paidThisMonth + cost.expected;
  if (inMonth > month.usd) {
    const text = `It brings this month to about ${usd(inMonth)}, more than the ${usd(month.usd)} of ${tier} in a month (${from(month.source)}): make it in parts, or have the tier raised in Google AI Studio.`;
    limits.push({ kind: 'month', text });
  }
  if (cost.expected > tenMinutes.usd) {
    const text = `It costs about ${usd(cost.expected)}, more than the ${usd(tenMinutes.usd)} of ${tier} in ten minutes (${from(tenMinutes.source)}), and whether batches count is not published: if Google answers 429, chargen waits and sends the rest later, or make it in parts.`;
    limits.push({ kind: 'ten-minutes', text });
  }
  for (const [model, count] of tokens) {
    const limit = queueLimit(model, tier);
    if (count <= limit) continue;
    const text = `Its ${whole(count)} tokens for ${model} are more than the ${whole(limit)} that ${tier} may have queued (${QUEUE_PAGE}): its jobs are sent one after the other, which takes longer.`;
    limits.push({ kind: 'queue', text });
  }
  return limits;
}

const QUEUE_PAGE = 'https://ai.google.dev/gemini-api/docs/rate-limits, read 2026-11-22';

function from({ url, read }: Source): string {
  return `${url}, read ${read}`;
}

function usd(amount: number): string {
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
