import { isTerminal, type BatchSnapshot } from '../gemini/index.js';
import { saveJob, wantedOf, type OpenRun, type RunContext } from './context.js';
import type { Job } from './journal/run-state.js';
import { withRetries } from './retry.js';
import { remoteState } from './waiting/remote-jobs.js';

/**
 * Has the items of a cancelled job asked for anew by the next run. Its end is waited for a moment: after it nothing is
 * paid twice. Only then is the job marked, so that a call that is killed before leaves a job that is waited for.
 * Answers whether the end came.
 */
export async function moveJob(context: RunContext, run: OpenRun, n: number, name: string): Promise<boolean> {
  const snapshot = await untilEnded(context, name);
  const job = run.state.jobs.find((one) => one.n === n);
  if (job === undefined) throw new Error(`The run ${run.state.runId} has no job ${n}.`);
  await saveJob(context, run, n, {
    movedAt: context.clock.now(),
    ...(snapshot === undefined ? {} : { remote: remoteState(context, snapshot, job.remote) }),
  });
  const hasEnded = snapshot !== undefined && isTerminal(snapshot.state);
  // The results of a job that has ended may come later than its state: until then no other machine may ask.
  if (!hasEnded) await releaseClaims(context, run, job);
  return hasEnded;
}

/** In a shared store any machine may then ask for the items; the first one does. */
export async function releaseClaims({ store }: RunContext, run: OpenRun, { keys }: Job): Promise<void> {
  await store.release(await wantedOf(run, keys));
}

async function untilEnded(context: RunContext, name: string): Promise<BatchSnapshot | undefined> {
  const { clock, door, pace, settleMs, signal } = context;
  const deadline = clock.now() + settleMs;
  for (;;) {
    const snapshot = await withRetries(pace, signal, () => door.getBatch(name, signal));
    const left = deadline - clock.now();
    if (snapshot === undefined || isTerminal(snapshot.state) || left <= 0) return snapshot;
    await clock.sleep(Math.min(left, Math.max(10, settleMs / 6)), signal);
    signal.throwIfAborted();
  }
}
