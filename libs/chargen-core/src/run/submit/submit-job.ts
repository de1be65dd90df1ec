import type { GeminiErrorInfo } from '../../gemini/index.js';
import { saveJob, wantedOf, type OpenRun, type RunContext } from '../context.js';
import type { Job } from '../journal/run-state.js';
import { withRetries } from '../retry.js';
import { adoptBatch, listJobs, remoteState, sendingSettleMs } from '../waiting/remote-jobs.js';
import { aWhileAfter } from './patience.js';
import { failureOf, saveFailures } from './save-failures.js';

/** How long the answer to a create that has left is waited for after Ctrl-C or SIGTERM. */
const LAST_WAIT_MS = 8_000;

/** What became of an attempt to have a job made. */
export type SubmitOutcome =
  | { readonly kind: 'submitted' }
  /** Google has no room now (429): the job stays staged and is tried again later, without a second upload. */
  | { readonly kind: 'delayed'; readonly retryAfter: number | undefined; readonly message: string }
  /** Waiting does not cure it: the job stays staged until the key or its project was changed. */
  | { readonly kind: 'not-allowed'; readonly error: GeminiErrorInfo }
  | { readonly kind: 'rejected'; readonly error: GeminiErrorInfo }
  /** Its uploads are not there any more: it was given up before it existed, its items are to be staged anew. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'uncertain'; readonly why: string };

/**
 * Has a staged job made. The intent is durable before the request leaves. A request without a clear answer
 * is never sent again.
 */
export async function submitJob(context: RunContext, run: OpenRun, job: Job): Promise<SubmitOutcome> {
  const { inputFile } = job;
  if (inputFile === undefined) throw new Error(`The job ${job.displayName} was not staged.`);
  if (job.usableUntil !== undefined && context.clock.now() > job.usableUntil) {
    return giveUp(context, run, job, 'its uploads would expire under it');
  }
  await saveJob(context, run, job.n, { stage: 'sending', sentAt: context.clock.now() });
  if (context.signal.aborted) {
    // Nothing has left yet, and the next run need not wait until that is certain.
    await saveJob(context, run, job.n, { stage: 'staged' });
    context.signal.throwIfAborted();
  }
  const patience = aWhileAfter(context.clock, context.signal, LAST_WAIT_MS, () => {
    const message = `The answer to the create of "${job.displayName}" is waited for, ${LAST_WAIT_MS / 1000} s at most.`;
    context.listener({ kind: 'waiting', runId: run.state.runId, message });
  });
  const outcome = await context.door
    .createBatch({ model: job.model, inputFile, displayName: job.displayName }, patience.signal)
    .finally(patience.end);
  switch (outcome.kind) {
    case 'created': {
      const { batch } = outcome;
      await saveJob(
        context,
        run,
        job.n,
        { stage: 'submitted', batch: batch.name, remote: remoteState(context, batch, undefined) },
        'submitted',
      );
      context.listener({
        kind: 'job-submitted',
        runId: run.state.runId,
        n: job.n,
        job: batch.name,
        items: job.keys.length,
        model: job.model,
      });
      return { kind: 'submitted' };
    }
    case 'rejected':
      return refused(context, run, job, outcome.error);
    case 'uncertain': {
      const { why } = outcome;
      // This process gave the request up because it was asked to end: as uncertain as after a kill.
      if (patience.signal.aborted) return { kind: 'uncertain', why };
      if (outcome.hasEnded) return settleEnded(context, run, job, why);
      await saveJob(context, run, job.n, { stage: 'uncertain', why });
      return settleUncertain(context, run, job, why);
    }
  }
}

/** A 4xx answer: no job exists, so the next step cannot pay twice. */
async function refused(
  context: RunContext,
  run: OpenRun,
  job: Job,
  error: GeminiErrorInfo,
): Promise<SubmitOutcome> {
  const backToStaged = (): Promise<void> =>
    saveJob(context, run, job.n, { stage: 'staged', why: error.message });
  switch (error.kind) {
    case 'quota':
    case 'storage-full':
      await backToStaged();
      return { kind: 'delayed', retryAfter: error.retryAfter, message: error.message };
    case 'invalid-key':
    case 'billing':
    case 'no-quota':
    case 'forbidden':
    case 'unplanned':
      await backToStaged();
      return { kind: 'not-allowed', error };
    case 'not-found':
    case 'invalid-argument': {
      // The model may be meant, or the request file: a job that waited for days has lost it.
      await backToStaged();
      const { inputFile = '' } = job;
      const file = await withRetries(context.pace, context.signal, () =>
        context.door.findFile(inputFile, context.signal),
      );
      if (file?.state !== 'ACTIVE') return giveUp(context, run, job, 'its request file was gone at Google');
      return reject(context, run, job, error);
    }
    case 'transient':
    case 'unreadable':
      return reject(context, run, job, error);
  }
}

async function giveUp(context: RunContext, run: OpenRun, job: Job, why: string): Promise<SubmitOutcome> {
  await saveJob(context, run, job.n, { stage: 'abandoned', why });
  return { kind: 'stale' };
}

async function reject(
  context: RunContext,
  run: OpenRun,
  job: Job,
  error: GeminiErrorInfo,
): Promise<SubmitOutcome> {
  const items = await run.directory.readPlan();
  const failures = job.keys.map((key) =>
    failureOf(context, key, items.get(key)?.name ?? key, 'job-rejected', error.message),
  );
  const jobs = run.state.jobs.map((one) =>
    one.n === job.n ? { ...one, stage: 'rejected' as const, why: error.message } : one,
  );
  await saveFailures(context, run, failures, jobs);
  const { runId } = run.state;
  context.listener({ kind: 'job-rejected', runId, n: job.n, message: error.message });
  return { kind: 'rejected', error };
}

/**
 * Google answered the create with an error of its own: the call has ended there, so a job that is not listed for the
 * stated time was not made. The job stays `sending`, which settles itself as after a kill, without a person. Other
 * machines hold back only for as long.
 */
async function settleEnded(context: RunContext, run: OpenRun, job: Job, why: string): Promise<SubmitOutcome> {
  await saveJob(context, run, job.n, { stage: 'sending', why });
  const until = new Date(context.clock.now() + sendingSettleMs(context)).toISOString();
  const note = `Google answered its request with an error; whether a job was made is known at ${until}`;
  await context.store.doubtful(await wantedOf(run, job.keys), note, (sendingSettleMs(context) * 2) / 1000);
  const batch = (await listJobs(context)).get(job.displayName);
  if (batch === undefined) return { kind: 'uncertain', why };
  await adoptBatch(context, run, job, batch);
  return { kind: 'submitted' };
}

/** Reads the list of jobs at once and again within the stated time; a job of that name is adopted. */
async function settleUncertain(
  context: RunContext,
  run: OpenRun,
  job: Job,
  why: string,
): Promise<SubmitOutcome> {
  const deadline = context.clock.now() + context.settleMs;
  for (;;) {
    const batch = (await listJobs(context)).get(job.displayName);
    if (batch !== undefined) {
      await adoptBatch(context, run, job, batch);
      return { kind: 'submitted' };
    }
    const left = deadline - context.clock.now();
    if (left <= 0) break;
    await context.clock.sleep(Math.min(left, Math.max(10, context.settleMs / 4)), context.signal);
    if (context.signal.aborted) return { kind: 'uncertain', why };
  }
  const { runId } = run.state;
  await context.store.doubtful(
    await wantedOf(run, job.keys),
    `the answer to its request was lost; if no job of it exists, run there: npx chargen cancel ${runId}`,
  );
  context.listener({
    kind: 'job-uncertain',
    runId: run.state.runId,
    n: job.n,
    displayName: job.displayName,
    why,
  });
  return { kind: 'uncertain', why };
}
