import { GeminiError, passesByWaiting } from '../../gemini/index.js';
import { LockTimeout, type LockHolder } from '../journal/lock.js';
import { RunStateError } from '../journal/run-directory.js';
import { enter } from '../journal/run-owner.js';
import { isJobAtGoogle } from '../journal/run-state.js';
import { wantedOf } from '../context.js';
import { describeUnshared, type SharedStoreTrouble } from '../describe-sharing.js';
import type { Unshared, Wanted } from '../../store/index.js';
import { WaitOver } from '../retry.js';
import { stopOfError, type StopReason } from '../stop.js';
import { openRuns } from '../waiting/remote-jobs.js';
import { pollDelay } from '../collect/poll-job.js';
import { Call } from './call.js';
import type { EngineOptions, EngineOutcome } from './options.js';
import { stopWith, type StepOutcome } from './step.js';
import { takeTurn } from './turn.js';

/** A process that plans, uploads or downloads is waited for at least this long, even if the time budget is shorter. */
const LOCK_PATIENCE_MS = 10 * 60_000;

/** How many poll intervals Google may be out of reach while it is waited for: an hour at the default. */
const TROUBLE_INTERVALS = 120;

/**
 * Brings everything that is wanted into the store, and first finishes what earlier runs, other machines and crashes
 * left open. What it knows is on the disk after every step, so it may be killed anywhere and called again.
 */
export async function runEngine(options: EngineOptions): Promise<EngineOutcome> {
  const entered = await enter();
  try {
    const call = new Call(options, entered.owner);
    const stop = await withJobs(call, await untilStopped(call));
    const unshared = await shareAll(call);
    await options.store.settle(await failedItems(call));
    return {
      nxTarget: options.nxTarget,
      failures: call.failures,
      held: call.held,
      stop,
      sharing: sharingTrouble(call, unshared),
      paid: call.paid,
      runId: call.runId,
      runIds: [...call.touched],
    };
  } finally {
    entered.leave();
  }
}

/** How many poll intervals a shared store that is out of reach is waited for at the end: two minutes at the default. */
const SHARING_INTERVALS = 4;

/** Gives the shared store what was paid for here. A machine that is thrown away afterwards has no other copy. */
async function shareAll(call: Call): Promise<Unshared | undefined> {
  const { clock, pollInterval, signal, store } = call.options;
  const until = Math.min(call.deadline, clock.now() + pollInterval * SHARING_INTERVALS);
  for (;;) {
    const unshared = await store.offer();
    const left = until - clock.now();
    if (unshared === undefined || unshared.retryInMs === undefined || left <= 0 || signal.aborted) {
      if (unshared !== undefined && unshared.answers > 0) {
        call.log.report({ kind: 'warning', message: describeUnshared(unshared) });
      }
      return unshared;
    }
    await clock.sleep(Math.min(left, Math.max(10, unshared.retryInMs)), signal);
  }
}

function sharingTrouble({ unclaimed }: Call, unshared: Unshared | undefined): SharedStoreTrouble {
  return {
    ...(unclaimed === undefined ? {} : { unclaimed }),
    ...(unshared === undefined || unshared.answers === 0
      ? {}
      : { unshared: { answers: unshared.answers, why: unshared.why } }),
  };
}

/** What came to nothing, and is not asked for in another job: other machines need not wait for it. */
async function failedItems(call: Call): Promise<Wanted[]> {
  const failed: Wanted[] = [];
  for (const [key, run] of call.failedIn) {
    if (!call.inFlight.has(key)) failed.push(...(await wantedOf(run, [key])));
  }
  return failed;
}

/** Turn after turn, each with the lock held and the waits between them without it. */
async function untilStopped(call: Call): Promise<StopReason | undefined> {
  const { clock, signal } = call.options;
  for (;;) {
    const step = await lockedTurn(call).catch((error: unknown) => afterError(call, error));
    switch (step.kind) {
      case 'finished':
        return undefined;
      case 'stop':
        return step.reason;
      case 'again':
        continue;
      case 'wait': {
        const left = call.deadline - clock.now();
        if (left <= 0) return { kind: 'wait-over' };
        await clock.sleep(Math.min(step.ms, left), signal);
        if (signal.aborted) return { kind: 'interrupted' };
      }
    }
  }
}

async function lockedTurn(call: Call): Promise<StepOutcome> {
  const { kind, signal, clock, pay } = call.options;
  const until = Math.max(call.deadline, clock.now() + LOCK_PATIENCE_MS);
  const onWait = (holder: LockHolder, file: string): void => {
    call.reportOnce(`lock ${holder.host} ${holder.pid}`, {
      kind: 'waiting',
      message:
        `Another process (pid ${holder.pid} on ${holder.host}, ${holder.what} since ${holder.since}) is at ` +
        `work in this workspace; waiting for it. If that machine is off, delete ${file}.`,
    });
  };
  const what = pay.kind === 'synchronous' ? 'now' : kind;
  const step = await call.lock.hold({ what, signal, until, onWait }, () => takeTurn(call));
  call.troubleSince = undefined;
  return step;
}

/** A stop reports that something is at Google only if it is, and else what was waited for. */
async function withJobs(call: Call, stop: StopReason | undefined): Promise<StopReason | undefined> {
  switch (stop?.kind) {
    case 'wait-over': {
      const { waitedFor = call.waitedFor } = stop;
      const jobs = await countJobsAtGoogle(call);
      return { kind: 'wait-over', jobs, ...(waitedFor === undefined ? {} : { waitedFor }) };
    }
    case 'interrupted':
    case 'billing':
    case 'quota':
      return { ...stop, jobs: await countJobsAtGoogle(call) };
    default:
      return stop;
  }
}

/** Google out of reach is no reason to leave jobs alone that run there; anything else ends the call. */
async function afterError(call: Call, error: unknown): Promise<StepOutcome> {
  const { clock, pollInterval, signal } = call.options;
  if (signal.aborted) return stopWith({ kind: 'interrupted' });
  if (error instanceof LockTimeout) return stopWith({ kind: 'wait-over' });
  if (error instanceof WaitOver) return stopWith({ kind: 'wait-over', waitedFor: error.message });
  if (error instanceof RunStateError || !(error instanceof GeminiError)) throw error;
  const { message, retryAfter } = error.info;
  call.troubleSince ??= clock.now();
  const lasted = clock.now() - call.troubleSince;
  const jobs = await countJobsAtGoogle(call);
  // No room for an upload passes like no room for a job: only the time for waiting ends it.
  const isBusy = error.info.kind === 'quota';
  const mayPass = passesByWaiting(error.info.kind) && call.options.pay.kind === 'batch';
  if (!mayPass || (!isBusy && (jobs === 0 || lasted > pollInterval * TROUBLE_INTERVALS))) {
    return stopWith(stopOfError(error.info));
  }
  const what = isBusy ? 'Google has no room now' : 'Google cannot be reached';
  call.waitedFor = `${what}: ${message}`;
  const ms = Math.max(retryAfter ?? 0, pollDelay(pollInterval, lasted * 10));
  call.log.report({
    kind: 'waiting',
    runId: call.runId,
    message: `${what} (${message})${jobs === 0 ? '' : '; its jobs go on'}. Looking again in ${Math.ceil(ms / 1000)} s.`,
  });
  return { kind: 'wait', ms };
}

/** Jobs of this kind that exist at Google, or may exist. */
async function countJobsAtGoogle(call: Call): Promise<number> {
  const runs = (await openRuns(call.runs)).filter(({ state }) => state.kind === call.options.kind);
  return runs.flatMap(({ state }) => state.jobs.filter(isJobAtGoogle)).length;
}
