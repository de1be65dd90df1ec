import type { ChargenSettings } from '../plan/index.js';
import type { GeminiDoor } from '../gemini/index.js';
import type { Store, Wanted } from '../store/index.js';
import type { Clock } from '../util/clock.js';
import type { RunEvent, RunListener } from './events.js';
import type { RetryPace } from './retry.js';
import type { Payment } from './journal/payments.js';
import type { RunDirectories, RunDirectory } from './journal/run-directory.js';
import type { RunKind, RunPhase, RunState } from './journal/run-state.js';
import type { TextReader } from './collect/text-reader.js';
import type { UploadLedger } from './submit/uploads.js';

/** What every step of a run works with. */
export interface RunContext {
  readonly workspaceRoot: string;
  readonly kind: RunKind;
  readonly settings: ChargenSettings;
  readonly door: GeminiDoor;
  readonly store: Store;
  readonly runs: RunDirectories;
  readonly uploads: UploadLedger;
  readonly clock: Clock;
  readonly pace: RetryPace;
  readonly listener: RunListener;
  /** The same, but only the first event of an id in a call. */
  readonly reportOnce: (id: string, event: RunEvent) => void;
  readonly signal: AbortSignal;
  /** Milliseconds between two polls at first; they grow to ten times that. */
  readonly pollInterval: number;
  /** How long after a lost create the list of jobs must be read before its absence is believed. */
  readonly settleMs: number;
  /** Milliseconds since 1970 after which nothing more is waited for. */
  readonly deadline: number;
  /** Reads the text answers of analysis. */
  readonly readText: TextReader;
  /** How often asking for an item failed in this call, in all of its runs. */
  readonly attempts: (key: string) => number;
  /** Called once for each job that was collected, with what its answers cost. */
  readonly onPaid: (payments: readonly Payment[]) => void;
}

/** A run with its folder; the state is replaced as a whole and written before it is used. */
export interface OpenRun {
  readonly directory: RunDirectory;
  state: RunState;
}

/** Writes a run's next state durably, then makes it the present one. */
export async function saveRun(context: RunContext, run: OpenRun, next: RunState): Promise<void> {
  const updated: RunState = { ...next, updatedAt: new Date(context.clock.now()).toISOString() };
  await run.directory.writeState(updated);
  const changed = updated.phase !== run.state.phase;
  run.state = updated;
  if (changed) context.listener({ kind: 'phase', runId: updated.runId, phase: updated.phase });
}

/** Replaces one job of a run. */
export async function saveJob(
  context: RunContext,
  run: OpenRun,
  n: number,
  change: Partial<RunState['jobs'][number]>,
  phase: RunPhase = run.state.phase,
): Promise<void> {
  const jobs = run.state.jobs.map((job) => (job.n === n ? { ...job, ...change } : job));
  await saveRun(context, run, { ...run.state, jobs, phase });
}

/** What a shared store needs to know of some items of a run. */
export async function wantedOf(run: OpenRun, keys: readonly string[]): Promise<Wanted[]> {
  const items = await run.directory.readPlan();
  return keys.map((key) => ({ key, name: items.get(key)?.name, asked: items.get(key)?.asked }));
}
