import { hasServed, isTerminal } from '../gemini/index.js';
import { unreachable } from '../util/unreachable.js';
import { type OpenRun, type RunContext } from './context.js';
import type { EngineOptions } from './engine/options.js';
import { WorkspaceLock } from './journal/lock.js';
import { adoptBatch, finishRun, listJobs, takeOverKey } from './waiting/remote-jobs.js';
import { RunDirectories, RunStateError } from './journal/run-directory.js';
import { hasResults } from './collect/fetch-results.js';
import { RunLog } from './journal/run-log.js';
import { moveJob, releaseClaims } from './move-job.js';
import { withRetries } from './retry.js';
import { isJobAtGoogle, isFinished, isSynchronous, type Job } from './journal/run-state.js';
import { failureOf, saveFailures } from './submit/save-failures.js';
import { UploadLedger } from './submit/uploads.js';

export interface CancelOptions extends Pick<
  EngineOptions,
  | 'workspaceRoot'
  | 'batchFolder'
  | 'settings'
  | 'store'
  | 'openDoor'
  | 'listener'
  | 'signal'
  | 'clock'
  | 'settleMs'
  | 'retryPause'
> {
  readonly runId: string;
  /**
   * What the jobs have not served is asked for anew by the next run, also if Google does not say that a job has ended;
   * what Google still serves of it then is billed in addition. Ask a person first. Default: false.
   */
  readonly andRetry?: boolean;
}

/** What became of one job of a run that was cancelled. */
export type CancelledJob = { readonly n: number; readonly displayName: string } & (
  | { readonly kind: 'cancel-asked'; readonly job: string }
  /** Cancelled, and its items are asked for anew. If it has not ended, what it still serves is billed in addition. */
  | { readonly kind: 'moved'; readonly job: string; readonly hasEnded: boolean }
  /** Too late: it has ended at Google. Its results are collected by the next run. */
  | { readonly kind: 'had-ended'; readonly job: string; readonly state: string }
  | { readonly kind: 'unknown-at-google'; readonly job: string }
  /** No page of Google's list has it: nothing was made, nothing is paid. */
  | { readonly kind: 'never-made' }
  | { readonly kind: 'not-sent' }
  /** A synchronous request whose answer is here: it is collected by the next run. */
  | { readonly kind: 'answered' }
  /** A synchronous request whose answer was lost: it may have been billed, and is asked for again from now on. */
  | { readonly kind: 'given-up' }
  /** It was settled before. */
  | { readonly kind: 'settled'; readonly stage: Job['stage'] }
);

export interface CancelReport {
  readonly runId: string;
  readonly jobs: readonly CancelledJob[];
  /** The run is over; otherwise the next run collects what was served before the cancel arrived. */
  readonly isOver: boolean;
}

/**
 * Cancels a run: known jobs at Google, jobs that were never sent here, and jobs whose create was lost only after
 * every page of Google's list was read again and does not have them. Nothing is deleted, and what Google served
 * (and bills) by then is collected by the next run. Rejects with `RunStateError` if there is no such run.
 */
export async function cancelRun(options: CancelOptions): Promise<CancelReport> {
  const { batchFolder, clock, signal, runId } = options;
  const runs = new RunDirectories(batchFolder);
  const lock = new WorkspaceLock(`${batchFolder}/.lock`, clock);
  const log = new RunLog(runs, clock, options.listener);
  return lock.hold(
    {
      what: `cancel ${runId}`,
      signal,
      until: Number.POSITIVE_INFINITY,
      onWait: (holder) => {
        const message = `Waiting for the process ${holder.pid} on ${holder.host} (${holder.what}).`;
        options.listener({ kind: 'waiting', message });
      },
    },
    async () => {
      const directory = runs.directory(runId);
      const state = (await runs.list()).includes(runId) ? await directory.readState() : undefined;
      if (state === undefined) throw new RunStateError(`There is no run "${runId}" in ${batchFolder}.`);
      const run: OpenRun = { directory, state };
      // One that died before it had a job is ended here like any other.
      const isSettled = state.jobs.length > 0 && state.jobs.every((job) => stageOf(job) === 'settled');
      if (isFinished(state) || isSettled) {
        return { runId, jobs: state.jobs.map(settled), isOver: isFinished(state) };
      }
      const context = await contextOf(options, run, runs, log);
      const needsItsKey =
        run.state.jobs.some(isJobAtGoogle) && context.door.keyFingerprint !== state.keyFingerprint;
      if (needsItsKey && !(await takeOverKey(context, [run]))) {
        throw new RunStateError(
          `The run ${runId} was made with another API key (fingerprint ${state.keyFingerprint}); only that key can cancel its jobs.`,
        );
      }
      const jobs: CancelledJob[] = [];
      for (const job of run.state.jobs)
        jobs.push(await cancelJob(context, run, job, options.andRetry ?? false));
      return { runId, jobs, isOver: await finishRun(context, run) };
    },
  );
}

function stageOf(job: Job): 'settled' | 'unsent' | 'unsure' | 'submitted' {
  switch (job.stage) {
    case 'planned':
    case 'staged':
      return 'unsent';
    case 'sending':
    case 'uncertain':
      return 'unsure';
    case 'submitted':
      return 'submitted';
    case 'rejected':
    case 'collected':
    case 'abandoned':
      return 'settled';
  }
}

function settled(job: Job): CancelledJob {
  return { n: job.n, displayName: job.displayName, kind: 'settled', stage: job.stage };
}

async function cancelJob(
  context: RunContext,
  run: OpenRun,
  job: Job,
  andRetry: boolean,
): Promise<CancelledJob> {
  const { n, displayName } = job;
  const stage = stageOf(job);
  switch (stage) {
    case 'settled':
      return settled(job);
    case 'unsent':
      await drop(context, run, job, 'cancelled before it was sent');
      return { n, displayName, kind: 'not-sent' };
    case 'unsure': {
      if (isSynchronous(job)) {
        if (await hasResults(run.directory.resultsPath(n))) return { n, displayName, kind: 'answered' };
        await drop(context, run, job, 'cancelled; its answer was lost, and may have been billed');
        return { n, displayName, kind: 'given-up' };
      }
      const found = await lookAgain(context, displayName);
      if (found === undefined) {
        await drop(context, run, job, 'cancelled; Google lists no job of this name');
        return { n, displayName, kind: 'never-made' };
      }
      await adoptBatch(context, run, job, found);
      return endAtGoogle(context, run, { n, displayName, job: found.name }, andRetry);
    }
    case 'submitted':
      if (job.batch === undefined) return settled(job);
      return endAtGoogle(context, run, { n, displayName, job: job.batch }, andRetry);
    default:
      return unreachable(stage);
  }
}

/**
 * Ends a job that does not exist. Its items fail as cancelled, so that a process that waits for this run does not
 * ask for them again at once.
 */
async function drop(context: RunContext, run: OpenRun, job: Job, why: string): Promise<void> {
  const items = await run.directory.readPlan();
  const message = isSynchronous(job)
    ? 'The run was cancelled; the answer to its request was lost.'
    : `The run was cancelled before Google had it (job "${job.displayName}").`;
  const failures = job.keys.map((key) =>
    failureOf(context, key, items.get(key)?.name ?? key, 'cancelled', message),
  );
  const jobs = run.state.jobs.map((one) =>
    one.n === job.n ? { ...one, stage: 'abandoned' as const, why } : one,
  );
  await saveFailures(context, run, failures, jobs);
  await releaseClaims(context, run, job);
}

/** All pages, at once and again for as long as a new job may take to be listed. */
async function lookAgain(context: RunContext, displayName: string) {
  const deadline = context.clock.now() + context.settleMs;
  for (;;) {
    const found = (await listJobs(context)).get(displayName);
    const left = deadline - context.clock.now();
    if (found !== undefined || left <= 0) return found;
    await context.clock.sleep(Math.min(left, Math.max(10, context.settleMs / 4)), context.signal);
    context.signal.throwIfAborted();
  }
}

interface NamedJob {
  readonly n: number;
  readonly displayName: string;
  /** `batches/…` */
  readonly job: string;
}

/** Cancels it, and with `andRetry` has what it has not served asked for anew. */
async function endAtGoogle(
  context: RunContext,
  run: OpenRun,
  { n, displayName, job }: NamedJob,
  andRetry: boolean,
): Promise<CancelledJob> {
  const cancelled = await cancelAtGoogle(context, n, displayName, job);
  if (!andRetry) return cancelled;
  // What a job that succeeded did not bring has failed, with a cause of its own: it is collected like any other.
  const isServed = cancelled.kind === 'had-ended' && hasServed(cancelled.state);
  if (isServed || cancelled.kind === 'unknown-at-google') return cancelled;
  const hasEnded = await moveJob(context, run, n, job);
  return cancelled.kind === 'had-ended' ? cancelled : { n, displayName, kind: 'moved', job, hasEnded };
}

async function cancelAtGoogle(
  context: RunContext,
  n: number,
  displayName: string,
  job: string,
): Promise<CancelledJob> {
  const { door, signal, pace } = context;
  const snapshot = await withRetries(pace, signal, () => door.getBatch(job, signal));
  if (snapshot === undefined) return { n, displayName, kind: 'unknown-at-google', job };
  if (isTerminal(snapshot.state)) return { n, displayName, kind: 'had-ended', job, state: snapshot.state };
  await withRetries(pace, signal, () => door.cancelBatch(job, signal));
  return { n, displayName, kind: 'cancel-asked', job };
}

async function contextOf(
  options: CancelOptions,
  run: OpenRun,
  runs: RunDirectories,
  log: RunLog,
): Promise<RunContext> {
  const { workspaceRoot, batchFolder, settings, store, clock, signal, settleMs, retryPause } = options;
  return {
    workspaceRoot,
    kind: run.state.kind,
    settings,
    door: await options.openDoor(),
    store,
    runs,
    uploads: new UploadLedger(`${batchFolder}/uploads.json`, clock, runs.scratch),
    clock,
    pace: {
      minTimeout: retryPause,
      clock,
      deadline: Number.POSITIVE_INFINITY,
      onWait: (message) => {
        log.report({ kind: 'waiting', runId: run.state.runId, message });
      },
    },
    listener: log.report,
    reportOnce: (_, event) => {
      log.report(event);
    },
    signal,
    pollInterval: settleMs,
    settleMs,
    deadline: Number.POSITIVE_INFINITY,
    readText: () => ({ kind: 'rejected', why: 'nothing is collected here' }),
    attempts: () => 0,
    onPaid: () => undefined,
  };
}
