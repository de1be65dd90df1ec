import type { RunContext } from '../context.js';
import type { StopReason } from '../stop.js';
import type { Work, WorkItem } from '../work.js';
import type { Call } from './call.js';
import type { RunJob, Runs } from './own-runs.js';

/** What one turn of the engine comes to. */
export type StepOutcome =
  | { readonly kind: 'finished' }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Something was collected or taken over: plan again at once. */
  | { readonly kind: 'again' }
  | { readonly kind: 'stop'; readonly reason: StopReason };

export function stopWith(reason: StopReason): StepOutcome {
  return { kind: 'stop', reason };
}

/** What is to be asked for in a turn, once everything that was left is settled or known to be open. */
export interface Turn {
  readonly call: Call;
  readonly context: RunContext;
  readonly runs: Runs;
  readonly planned: Work;
  /** What is planned, without what failed for good in this call. */
  readonly wanted: readonly WorkItem[];
  /** Of these, what no job has. */
  readonly fresh: readonly WorkItem[];
  /** Jobs of which it is not known whether they exist. */
  readonly unsure: readonly RunJob[];
}
