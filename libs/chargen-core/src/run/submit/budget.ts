import type { Store } from '../../store/index.js';
import type { OpenRun } from '../context.js';
import type { StopReason } from '../stop.js';
import type { Work } from '../work.js';

/** Sums of the same parts in another order differ in their last digits. */
const ROUNDING_USD = 1e-9;

export interface BudgetQuestion {
  /** US dollars; undefined for no cap. */
  readonly cap: number | undefined;
  readonly planned: Work;
  /** The run of this call, once it has one. */
  readonly own: OpenRun | undefined;
  readonly store: Store;
}

/**
 * Whether the cap would be broken: what this call has spent (as Google counted it, if it did), and what
 * the plan still holds at the high end: items at Google and waves that cannot be planned yet are part of it.
 */
export async function overBudget(question: BudgetQuestion): Promise<StopReason | undefined> {
  const { cap, planned } = question;
  if (cap === undefined) return undefined;
  const { high, unknown } = planned.estimate;
  if (unknown > 0) return { kind: 'over-budget', estimated: high, cap, unknown };
  const estimated = (await spent(question)) + high;
  return estimated > cap + ROUNDING_USD ? { kind: 'over-budget', estimated, cap } : undefined;
}

async function spent({ own, store }: BudgetQuestion): Promise<number> {
  let total = 0;
  for (const job of own?.state.jobs ?? []) {
    if (job.stage !== 'collected') continue;
    for (const key of job.keys) {
      const result = await store.find(key);
      // No result: an error, which is not billed, or it is planned again and counted there.
      if (result !== undefined) total += result.provenance.costUsd ?? job.costHigh / job.keys.length;
    }
  }
  return total;
}
