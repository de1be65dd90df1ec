import type { GeminiErrorInfo } from '../../gemini/index.js';
import { itemsByKey, saveJob, saveRun, type OpenRun, type RunContext } from '../context.js';
import { failureAdvice } from '../advice.js';
import { formatJobName } from '../journal/job-name.js';
import { adoptBatch, listJobs, remoteState } from '../waiting/remote-jobs.js';
import { stageFiles, stageRequests } from './stage.js';
import {
  STATE_VERSION,
  type FailureClass,
  type ItemFailure,
  type Job,
  type PlanItem,
} from '../journal/run-state.js';
import { writeDeadLetter } from '../journal/dead-letters.js';
import { withRetries } from '../retry.js';
import { NEEDED_LIFE_MS } from './uploads.js';
import type { WorkItem } from '../work.js';

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

/** Uploads what a job needs and writes it into the run as staged. Nothing is paid for here. */
export async function stageJob(
  context: RunContext,
  run: OpenRun,
  items: readonly WorkItem[],
): Promise<Job | undefined> {
  const n = Math.max(0, ...run.state.jobs.map((job) => job.n)) + 1;
  const { workspaceId } = context.settings;
  const { runId } = run.state;
  const planned: Job = {
    n,
    displayName: formatJobName({ workspaceId, kind: context.kind, runId, n }),
    model: items[0]?.request.model ?? '',
    keys: items.map((item) => item.key),
    foreign: false,
    stage: 'planned',
    uploads: [],
    tokens: sum(items.map((item) => item.inputTokens)),
    costHigh: sum(items.map((item) => item.estimate.high)),
  };
  await writePlan(run, items);
  await saveRun(context, run, { ...run.state, jobs: [...run.state.jobs, planned], phase: 'planned' });
  await saveRun(context, run, { ...run.state, phase: 'staging' });
  const { files, rejected } = await stageFiles(context, runId, items);
  const usable = items.filter((item) => !item.files.some((file) => rejected.has(file.sha256)));
  const failures = items.flatMap((item): ItemFailure[] => {
    const file = item.files.map((one) => rejected.get(one.sha256)).find((one) => one !== undefined);
    return file === undefined ? [] : [failureOf(context, item.key, item.name, file.class, file.message)];
  });
  if (failures.length > 0) await saveFailures(context, run, failures);
  if (usable.length === 0) {
    const why = 'what its items need could not be uploaded';
    await saveJob(context, run, n, { stage: 'abandoned', keys: [], why }, 'staged');
    return undefined;
  }
  const input = await stageRequests(context, run.directory, n, usable, files);
  const used = usable.flatMap((item) => item.files.flatMap((file) => files.get(file.sha256) ?? []));
  const expiries = [...used.map((file) => file.expiresAt), input.expiresAt ?? Number.POSITIVE_INFINITY];
  const soonest = Math.min(...expiries);
  await saveJob(
    context,
    run,
    n,
    {
      stage: 'staged',
      keys: usable.map((item) => item.key),
      inputFile: input.name,
      uploads: [...new Set(used.map((file) => file.name))],
      tokens: sum(usable.map((item) => item.inputTokens)),
      costHigh: sum(usable.map((item) => item.estimate.high)),
      ...(Number.isFinite(soonest) ? { usableUntil: soonest - NEEDED_LIFE_MS } : {}),
    },
    'staged',
  );
  return run.state.jobs.find((job) => job.n === n);
}

export function failureOf(
  context: RunContext,
  key: string,
  item: string,
  failureClass: FailureClass,
  message: string,
): ItemFailure {
  const advice = failureAdvice(failureClass);
  return { key, item, class: failureClass, message, advice, attempts: context.attempts(key) + 1 };
}

/** Writes failures that are not a line's: into the state, as dead letters, and for whoever listens. */
export async function saveFailures(
  context: RunContext,
  run: OpenRun,
  failures: readonly ItemFailure[],
  jobs: readonly Job[] = run.state.jobs,
): Promise<void> {
  const keys = new Set(failures.map((failure) => failure.key));
  const items = await itemsByKey(run);
  for (const failure of failures) {
    const { key, item: name, class: failureClass, message, advice, attempts } = failure;
    const letter = { name, key, class: failureClass, message, advice, attempts };
    await writeDeadLetter(run.directory, { ...letter, item: items.get(key) });
  }
  const others = run.state.failures.filter((failure) => !keys.has(failure.key));
  await saveRun(context, run, { ...run.state, jobs: [...jobs], failures: [...others, ...failures] });
  for (const failure of failures) {
    context.listener({ kind: 'item-failed', runId: run.state.runId, failure });
  }
}

async function writePlan(run: OpenRun, items: readonly WorkItem[]): Promise<void> {
  const before = await run.directory.readPlan();
  const merged = new Map<string, PlanItem>((before?.items ?? []).map((item) => [item.key, item]));
  for (const item of items) {
    merged.set(item.key, {
      name: item.name,
      key: item.key,
      request: item.request,
      files: item.files.map(({ name, role, sha256, mimeType, extension, path }) => ({
        name,
        role,
        sha256,
        mimeType,
        extension,
        ...(path === undefined ? {} : { path }),
      })),
      ...(item.asked === undefined ? {} : { asked: item.asked }),
      estimatedUsd: item.estimate.unknown > 0 ? null : item.estimate.expected,
    });
  }
  await run.directory.writePlan({ v: STATE_VERSION, runId: run.state.runId, items: [...merged.values()] });
}

/**
 * Has a staged job made. The intent is durable before the request leaves; whatever is not a clear answer is
 * never sent again.
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
  const outcome = await context.door.createBatch(
    { model: job.model, inputFile, displayName: job.displayName },
    context.signal,
  );
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
      await saveJob(context, run, job.n, { stage: 'uncertain', why: outcome.why });
      return settleUncertain(context, run, job, outcome.why);
    }
  }
}

/** A 4xx answer: no job exists, so whatever is done next cannot pay twice. */
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
  const items = await itemsByKey(run);
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
  context.listener({
    kind: 'job-uncertain',
    runId: run.state.runId,
    n: job.n,
    displayName: job.displayName,
    why,
  });
  return { kind: 'uncertain', why };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
