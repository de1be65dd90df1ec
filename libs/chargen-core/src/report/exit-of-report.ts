import type { StopReason } from '../run/index.js';
import type { RunReport } from './outcome.js';

/** What `chargen` and `chargen-ci` end with for a run; docs/exit-codes.md has all codes of `chargen`. */
export type RunExit = 0 | 1 | 3 | 4 | 5 | 6 | 130;

/** The exit code of a run that was stopped, by what stopped it. */
export const EXIT_OF_STOP: Readonly<Record<StopReason['kind'], RunExit>> = {
  'wait-over': 3,
  'in-flight': 3,
  'not-submitting': 3,
  declined: 0,
  interrupted: 130,
  uncertain: 5,
  'over-budget': 4,
  'other-key': 6,
  'no-key': 6,
  'no-batch': 6,
  billing: 6,
  quota: 6,
  service: 6,
  store: 6,
};

/**
 * The exit code of a run. Nx itself knows fewer. A run with failures is never "not finished": who comes back later
 * would find the same failures.
 */
export function exitOfReport(report: Pick<RunReport, 'stop' | 'totals' | 'entities'>): RunExit {
  const hasFailed = report.totals.failed > 0 || report.entities.some((one) => one.verdict === 'failed');
  const exit = report.stop === undefined ? undefined : EXIT_OF_STOP[report.stop.kind];
  if (exit !== undefined && (exit !== 3 || !hasFailed)) return hasFailed && exit === 0 ? 1 : exit;
  if (hasFailed) return 1;
  return report.totals.pending + report.totals.waits > 0 ? 3 : 0;
}

/** Whether something is at Google for what a stopped run left undone, so that coming back is all that is needed. */
export function isAtGoogle(stop: { readonly kind: string; readonly jobs?: number | undefined }): boolean {
  return (stop.kind === 'wait-over' && stop.jobs !== 0) || stop.kind === 'in-flight';
}
