import type { RunContext } from '../context.js';
import type { RunDirectory } from '../journal/run-directory.js';
import type { Job, PlanItem, RunState } from '../journal/run-state.js';

/** What collecting needs: no key and no connection. */
export type CollectContext = Pick<RunContext, 'store' | 'settings' | 'listener' | 'readText' | 'attempts'>;

/** The same of a job that ended in this call, so that what it brings is reported. */
export type CollectNowContext = CollectContext & Pick<RunContext, 'reportOnce'>;

/** A job that has ended, and the file of its results if there is one. */
export interface EndedJob {
  readonly directory: RunDirectory;
  readonly state: RunState;
  readonly job: Job;
  readonly items: ReadonlyMap<string, PlanItem>;
  readonly hasResults: boolean;
  /** It was collected before and has come to its end: nothing is written into its folder any more. */
  readonly isOver?: boolean;
}
