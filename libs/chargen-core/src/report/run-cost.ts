import { sumOfPayments, type Payment } from '../run/index.js';

/** What the answers of one run cost, as far as one call collected them. */
export interface RunCost {
  readonly run: string;
  readonly answers: number;
  /** US dollars; null if one has no known price. */
  readonly costUsd: number | null;
}

/** Payments by the run that asked, sorted. */
export function costByRun(payments: readonly Payment[]): RunCost[] {
  const runs = new Map<string, Payment[]>();
  for (const one of payments) {
    const { run } = one.provenance;
    runs.set(run, [...(runs.get(run) ?? []), one]);
  }
  return [...runs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([run, paid]) => ({ run, answers: paid.length, costUsd: sumOfPayments(paid) }));
}
