import type { GeminiDoor } from '../../gemini/index.js';
import { ageOfJob, pollDelay, pollJob } from '../collect/poll-job.js';
import { settleSynchronous } from '../collect/settle-synchronous.js';
import type { OpenRun, RunContext } from '../context.js';
import { hasEndedAtGoogle, unsettledKeys, type Job } from '../journal/run-state.js';
import { openRuns, reconcile } from '../waiting/remote-jobs.js';
import type { Work, WorkItem } from '../work.js';
import { askByBatch } from './batch-way.js';
import type { Call } from './call.js';
import {
  dropStale,
  finishRuns,
  heldKeys,
  inFlightKeys,
  needsAttention,
  reportResumed,
  sortRuns,
} from './own-runs.js';
import { stopWith, type StepOutcome, type Turn } from './step.js';
import { askAtOnce } from './synchronous-way.js';

/** One turn with the lock held: settle, collect, plan, submit. */
export async function takeTurn(call: Call): Promise<StepOutcome> {
  const { options } = call;
  options.signal.throwIfAborted();
  await call.cleanOnce();
  await call.noteEndedElsewhere();
  const unfinished = (await openRuns(call.runs)).filter(
    (run) => run.state.kind === options.kind && needsAttention(run),
  );
  const planned = await options.plan();
  const wanted = planned.items.filter((item) => !call.isHopeless(item));
  // Before a key is needed: what another machine paid for is not asked for again.
  if ((await options.store.bring(wanted)) > 0) {
    await options.onCollected();
    return { kind: 'again' };
  }
  if (wanted.length === 0 && unfinished.length === 0) return { kind: 'finished' };
  let door: GeminiDoor;
  try {
    door = await call.door();
  } catch (error) {
    // Nothing is wanted: an old run may wait for a call that has a key.
    if (wanted.length === 0) return { kind: 'finished' };
    const message = error instanceof Error ? error.message : String(error);
    return stopWith({ kind: 'no-key', message });
  }
  const context = call.context(door);
  return takeTurnAtGoogle(call, context, planned, wanted);
}

async function takeTurnAtGoogle(
  call: Call,
  context: RunContext,
  planned: Work,
  wanted: readonly WorkItem[],
): Promise<StepOutcome> {
  const { store, onCollected, pay } = call.options;
  const runs = await sortRuns(call, context.door);
  reportResumed(call, runs);
  call.watched.clear();
  for (const { state } of runs.own) call.watched.set(state.runId, unsettledKeys(state.jobs));
  const hasSettled = await settleSynchronous(context, ofKind(call, runs.open));
  const unsure = await reconcile(context, runs.own);
  const hasCollected = await pollAll(call, context, runs.own);
  await dropStale(call, context, runs, wanted);
  if (wanted.length === 0) await finishRuns(call, context, runs);
  if (hasSettled || hasCollected) {
    await store.offer();
    await onCollected();
    return { kind: 'again' };
  }
  call.inFlight = inFlightKeys(runs);
  call.held = heldKeys(runs, wanted);
  if (wanted.length === 0) return { kind: 'finished' };
  const fresh = wanted.filter(
    ({ key, asked }) => !call.inFlight.has(key) && (asked === undefined || !call.inFlight.has(asked.digest)),
  );
  const turn: Turn = { call, context, runs, planned, wanted, fresh, unsure };
  return pay.kind === 'batch' ? askByBatch(turn) : askAtOnce(turn, pay.confirm);
}

function ofKind(call: Call, runs: readonly OpenRun[]): OpenRun[] {
  return runs.filter(({ state }) => state.kind === call.options.kind);
}

async function pollAll(call: Call, context: RunContext, runs: readonly OpenRun[]): Promise<boolean> {
  let hasCollected = false;
  for (const run of runs) {
    for (const { n } of run.state.jobs) {
      // Read anew: polling one job replaces the state of its run.
      const job = run.state.jobs.find((one) => one.n === n);
      if (job?.stage !== 'submitted' || !isPollDue(context, run, job)) continue;
      context.signal.throwIfAborted();
      if (!(await pollJob(context, run, job))) continue;
      hasCollected = true;
      call.noteFailures(run);
    }
  }
  return hasCollected;
}

/** Another process that waits for the same job may have asked a moment ago. */
function isPollDue(context: RunContext, run: OpenRun, job: Job): boolean {
  // One that has ended is collected at once: a job of another machine was listed as ended and not polled yet.
  if (job.remote === undefined || hasEndedAtGoogle(job)) return true;
  const since = context.clock.now() - job.remote.polledAt;
  // A clock that was set back must not make a job wait for its future.
  return since < 0 || since >= pollDelay(context.pollInterval, ageOfJob(context, run, job)) * 0.9;
}
