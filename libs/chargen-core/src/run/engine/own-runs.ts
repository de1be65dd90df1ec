import { randomBytes } from 'node:crypto';
import type { GeminiDoor } from '../../gemini/index.js';
import { saveRun, type OpenRun, type RunContext } from '../context.js';
import { newRunId } from '../journal/run-directory.js';
import { isUnderWay } from '../journal/run-owner.js';
import {
  isAskedBeside,
  isJobAtGoogle,
  isOpen,
  isSettled,
  isSynchronous,
  STATE_VERSION,
  type Job,
} from '../journal/run-state.js';
import type { StopReason } from '../stop.js';
import { deleteUploads } from '../submit/clean-uploads.js';
import { finishRun, openRuns } from '../waiting/remote-jobs.js';
import type { Work, WorkItem } from '../work.js';
import type { Call } from './call.js';

/** Runs as one turn sees them. */
export interface Runs {
  /** Not over, of both kinds and of all API keys. */
  readonly open: readonly OpenRun[];
  /** Those of this kind and API key: they are polled, collected and ended here. */
  readonly own: readonly OpenRun[];
  /** Those that another living call will add jobs to. */
  readonly ofLivingCalls: ReadonlySet<OpenRun>;
}

export interface RunJob {
  readonly run: OpenRun;
  readonly job: Job;
}

export async function sortRuns(call: Call, door: GeminiDoor): Promise<Runs> {
  const open = await openRuns(call.runs);
  const own = open.filter(
    ({ state }) => state.kind === call.options.kind && state.keyFingerprint === door.keyFingerprint,
  );
  const ofLivingCalls = new Set<OpenRun>();
  for (const run of open) {
    if (run.state.runId !== call.runId && (await isUnderWay(run.state.owner))) ofLivingCalls.add(run);
  }
  return { open, own, ofLivingCalls };
}

/** Whether a turn has something to do for it. A request that only a person can settle gives it none. */
export function needsAttention({ state }: OpenRun): boolean {
  return state.jobs.every(isSettled) || state.jobs.some((job) => !isSettled(job) && !isHeldBack(job));
}

/** A synchronous request whose answer was lost. */
function isHeldBack(job: Job): boolean {
  return isSynchronous(job) && job.stage === 'uncertain';
}

/** Jobs that Google has, or may have. */
export function jobsAtGoogle(runs: readonly OpenRun[]): RunJob[] {
  return runs.flatMap((run) => run.state.jobs.filter(isJobAtGoogle).map((job) => ({ run, job })));
}

/** A job whose items are not asked for beside it. */
function isWaitedFor(job: Job): boolean {
  return isOpen(job) && !isAskedBeside(job);
}

/**
 * Keys that Google works on or may have answered, and those that another living call has staged and will send; with them
 * the digests of what people asked for, by which another version of the tool knows the same items.
 */
export function inFlightKeys({ open, ofLivingCalls }: Runs): Set<string> {
  const keys = open.flatMap((run) =>
    run.state.jobs
      .filter((job) => isWaitedFor(job) || (job.stage === 'staged' && ofLivingCalls.has(run)))
      .flatMap((job) => [...job.keys, ...(job.asked ?? [])]),
  );
  return new Set(keys);
}

/** Why a wanted key is not asked for while others are: its answer to a synchronous request was lost. */
export function heldKeys({ open }: Runs, wanted: readonly WorkItem[]): Map<string, StopReason> {
  const held = new Map<string, StopReason>();
  for (const { state } of open) {
    for (const job of state.jobs.filter(isHeldBack)) {
      const { displayName, why = 'the answer was lost' } = job;
      for (const { key, name } of wanted.filter((item) => isAskedBy(item, job))) {
        held.set(key, { kind: 'uncertain', runId: state.runId, displayName, why, item: name });
      }
    }
  }
  return held;
}

/** By its key, or by what people asked for, as `inFlightKeys` knows it. */
function isAskedBy({ key, asked }: WorkItem, job: Job): boolean {
  return job.keys.includes(key) || (asked !== undefined && job.asked?.includes(asked.digest) === true);
}

export function reportResumed(call: Call, { own }: Runs): void {
  for (const { state } of own) {
    if (state.runId === call.runId) continue;
    call.touched.add(state.runId);
    call.reportOnce(state.runId, {
      kind: 'run-resumed',
      runId: state.runId,
      phase: state.phase,
      openJobs: state.jobs.filter(isOpen).length,
    });
  }
}

/** Jobs that were never sent: kept if all they hold is still wanted, else dropped. Nothing was paid. */
export async function dropStale(
  call: Call,
  context: RunContext,
  runs: Runs,
  wanted: readonly WorkItem[],
): Promise<void> {
  const keys = new Set<string>(wanted.map((item) => item.key));
  for (const run of runs.open) {
    if (run.state.kind !== call.options.kind || runs.ofLivingCalls.has(run)) continue;
    const sameApiKey = runs.own.includes(run);
    const jobs = run.state.jobs.map((job) => {
      const isUsable = sameApiKey && job.stage === 'staged' && job.keys.every((key) => keys.has(key));
      const isStale = job.stage === 'planned' || (job.stage === 'staged' && !isUsable);
      return isStale ? { ...job, stage: 'abandoned' as const, why: 'it was never sent' } : job;
    });
    if (jobs.every((job, index) => job === run.state.jobs[index])) continue;
    await saveRun(context, run, { ...run.state, jobs });
  }
}

/** Runs end when nothing more is wanted: until then their uploads may serve the next job. */
export async function finishRuns(call: Call, context: RunContext, runs: Runs): Promise<void> {
  for (const run of runs.open) {
    const { runId, kind, keyFingerprint, jobs } = run.state;
    if (kind !== call.options.kind || runs.ofLivingCalls.has(run) || !jobs.every(isSettled)) continue;
    // Before the phase: after a crash in between, the next call finds the run open and deletes the rest.
    if (keyFingerprint === context.door.keyFingerprint) {
      await deleteUploads(context, run, runId !== call.runId);
    }
    await finishRun(context, run);
  }
}

/** The run that this call makes its jobs in; begun with the first of them. */
export async function ownRun(call: Call, context: RunContext, planned: Work): Promise<OpenRun> {
  if (call.runId !== undefined) {
    const directory = call.runs.directory(call.runId);
    const state = await directory.readState();
    if (state !== undefined) return { directory, state };
  }
  const { clock, kind, settings, selection, takes } = call.options;
  const runId = newRunId(clock.now(), randomBytes(3).toString('hex'));
  call.runId = runId;
  call.touched.add(runId);
  const now = new Date(clock.now()).toISOString();
  const run: OpenRun = {
    directory: call.runs.directory(runId),
    state: {
      v: STATE_VERSION,
      runId,
      workspaceId: settings.workspaceId,
      kind,
      keyFingerprint: context.door.keyFingerprint,
      phase: 'planned',
      createdAt: now,
      updatedAt: now,
      owner: call.owner,
      selection: [...selection],
      ...(takes === undefined ? {} : { takes }),
      jobs: [],
      failures: [],
    },
  };
  await saveRun(context, run, run.state);
  context.listener({
    kind: 'run-planned',
    runId,
    items: planned.items.length + planned.waiting,
    entities: planned.entities,
    estimate: planned.estimate,
  });
  return run;
}
