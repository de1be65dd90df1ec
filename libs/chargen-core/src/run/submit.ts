import type { GeminiErrorInfo } from '../gemini/index.js';
import { saveJob, saveRun, type OpenRun, type RunContext } from './context.js';
import { failureAdvice } from './advice.js';
import { formatJobName } from './job-name.js';
import { adoptBatch, listWorkspaceJobs, remoteState } from './remote-jobs.js';
import { stageFiles, stageRequests } from './stage.js';
import type { ItemFailure, Job, PlanItem } from './run-state.js';
import { STATE_VERSION } from './run-state.js';
import type { WorkItem } from './work.js';

/** What became of an attempt to have a job made. */
export type SubmitOutcome =
  | { readonly kind: 'submitted' }
  /** Google has no room now (429): the job stays staged and is tried again later, without a second upload. */
  | { readonly kind: 'delayed'; readonly retryInMs: number; readonly message: string }
  | { readonly kind: 'rejected'; readonly error: GeminiErrorInfo }
  | { readonly kind: 'uncertain'; readonly why: string }
  /** Nothing was left to submit: the uploads that its items need were not accepted. */
  | { readonly kind: 'empty' };

/** Uploads what a job needs and writes it into the run as staged. Nothing is paid for here. */
export async function stageJob(
  context: RunContext,
  run: OpenRun,
  items: readonly WorkItem[],
  attempts: (key: string) => number,
): Promise<Job | undefined> {
  const n = Math.max(0, ...run.state.jobs.map((job) => job.n)) + 1;
  const { workspaceId } = context.settings;
  const planned: Job = {
    n,
    displayName: formatJobName({ workspaceId, kind: context.kind, runId: run.state.runId, n }),
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
  const { files, rejected } = await stageFiles(context, items);
  const usable = items.filter((item) => !item.files.some((file) => rejected.has(file.sha256)));
  const failures = items.flatMap((item): ItemFailure[] => {
    const file = item.files.find((one) => rejected.has(one.sha256));
    if (file === undefined) return [];
    return [
      {
        key: item.key,
        item: item.name,
        class: 'upload-rejected',
        message: `Google did not accept the reference ${rejected.get(file.sha256) ?? file.name}`,
        advice: failureAdvice('upload-rejected'),
        attempts: attempts(item.key) + 1,
      },
    ];
  });
  if (failures.length > 0) {
    await saveRun(context, run, { ...run.state, failures: [...run.state.failures, ...failures] });
    for (const failure of failures) context.listener({ kind: 'item-failed', failure });
  }
  if (usable.length === 0) {
    await saveJob(
      context,
      run,
      n,
      { stage: 'abandoned', keys: [], why: 'its uploads were not accepted' },
      'staged',
    );
    return undefined;
  }
  const input = await stageRequests(context, run.directory, n, usable, files);
  const uploads = new Set(
    usable.flatMap((item) => item.files.map((file) => files.get(file.sha256)?.name ?? '')),
  );
  uploads.delete('');
  await saveJob(
    context,
    run,
    n,
    { stage: 'staged', keys: usable.map((item) => item.key), inputFile: input.name, uploads: [...uploads] },
    'staged',
  );
  return run.state.jobs.find((job) => job.n === n);
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
      estimatedUsd: item.estimate.unknown > 0 ? null : item.estimate.expected,
    });
  }
  await run.directory.writePlan({ v: STATE_VERSION, runId: run.state.runId, items: [...merged.values()] });
}

/** The wait after a 429 that does not state one. */
const DELAY_MS = 30_000;

/**
 * Has a staged job made. The intent is durable before the request leaves; whatever is not a clear answer is
 * never sent again.
 */
export async function submitJob(context: RunContext, run: OpenRun, job: Job): Promise<SubmitOutcome> {
  const { inputFile } = job;
  if (inputFile === undefined) throw new Error(`The job ${job.displayName} was not staged.`);
  await saveJob(context, run, job.n, { stage: 'sending', sentAt: context.clock.now() });
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
    case 'rejected': {
      const { error } = outcome;
      if (error.kind === 'quota' || error.kind === 'storage-full') {
        await saveJob(context, run, job.n, { stage: 'staged', why: error.message });
        const retryInMs = error.retryAfter ?? Math.min(DELAY_MS, context.pollInterval);
        context.listener({
          kind: 'job-delayed',
          runId: run.state.runId,
          n: job.n,
          message: error.message,
          retryInMs,
        });
        return { kind: 'delayed', retryInMs, message: error.message };
      }
      const failures = job.keys.map((key): ItemFailure => ({
        key,
        item: key,
        class: 'job-rejected',
        message: error.message,
        advice: failureAdvice('job-rejected'),
        attempts: 1,
      }));
      await saveRun(context, run, {
        ...run.state,
        failures: [...run.state.failures, ...failures],
        jobs: run.state.jobs.map((one) =>
          one.n === job.n ? { ...one, stage: 'rejected' as const, why: error.message } : one,
        ),
      });
      context.listener({ kind: 'job-rejected', runId: run.state.runId, n: job.n, message: error.message });
      return { kind: 'rejected', error };
    }
    case 'uncertain': {
      await saveJob(context, run, job.n, { stage: 'uncertain', why: outcome.why });
      return settleUncertain(context, run, job, outcome.why);
    }
  }
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
    const batch = (await listWorkspaceJobs(context)).get(job.displayName);
    if (batch !== undefined) {
      await adoptBatch(context, run, job, batch);
      return { kind: 'submitted' };
    }
    const left = deadline - context.clock.now();
    if (left <= 0) break;
    await context.clock.sleep(Math.min(left, Math.max(10, context.settleMs / 4)), context.signal);
    if (context.signal.aborted) break;
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
