import { rm } from 'node:fs/promises';
import { isTerminal, type BatchSnapshot } from '../gemini/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { collectResults } from './collect.js';
import { saveJob, saveRun, type OpenRun, type RunContext } from './context.js';
import { remoteState } from './remote-jobs.js';
import { withRetries } from './retry.js';
import type { Job, PlanItem } from './run-state.js';

/** How long SUCCEEDED may be without its output before it is taken for an empty one. */
const OUTPUT_PATIENCE_MS = 15 * 60_000;

/** Polls grow from the interval to ten times that, by the age of the job. */
export function pollDelay(interval: number, ageMs: number): number {
  const steps = Math.floor(ageMs / (interval * 20));
  return Math.min(interval * 10, interval * (1 + steps));
}

/**
 * Asks after one submitted job, and collects it when it has ended. True when it is settled now. Another process
 * may have polled it a moment ago: then its answer is used.
 */
export async function pollJob(context: RunContext, run: OpenRun, job: Job): Promise<boolean> {
  const { door, signal, clock } = context;
  const name = job.batch;
  if (name === undefined) return false;
  const snapshot = await withRetries(context.pace, signal, () => door.getBatch(name, signal));
  if (snapshot === undefined) {
    const why = `Google no longer knows ${name}; it was deleted, or the API key is another one.`;
    await settle(context, run, job, undefined, why);
    return true;
  }
  const remote = remoteState(context, snapshot, job.remote);
  await saveJob(context, run, job.n, { remote }, run.state.phase === 'applying' ? 'applying' : 'running');
  const ageMs = ageOf(context, run, remote.createdAt);
  if (!isTerminal(snapshot.state)) {
    context.listener({
      kind: 'job-polled',
      runId: run.state.runId,
      n: job.n,
      job: name,
      state: snapshot.state === 'UNKNOWN' ? snapshot.rawState : snapshot.state,
      items: snapshot.counts.total ?? job.keys.length,
      succeeded: snapshot.counts.succeeded,
      failed: snapshot.counts.failed,
      ageMs,
      stalledMs: clock.now() - remote.unchangedSince,
      nextPollMs: pollDelay(context.pollInterval, ageMs),
    });
    return false;
  }
  const mustHaveOutput = snapshot.state === 'SUCCEEDED' || snapshot.state === 'PARTIALLY_SUCCEEDED';
  if (mustHaveOutput && snapshot.responsesFile === undefined) {
    // Seen with the real service: the state comes before the file does.
    if (clock.now() - remote.unchangedSince < OUTPUT_PATIENCE_MS) return false;
  }
  context.listener({
    kind: 'job-ended',
    runId: run.state.runId,
    n: job.n,
    job: name,
    state: snapshot.state,
    error: remote.error,
  });
  await settle(context, run, { ...job, remote }, snapshot, undefined);
  return true;
}

function ageOf(context: RunContext, run: OpenRun, createdAt: string | undefined): number {
  const created = Date.parse(createdAt ?? run.state.createdAt);
  return Number.isNaN(created) ? 0 : Math.max(0, context.clock.now() - created);
}

async function settle(
  context: RunContext,
  run: OpenRun,
  job: Job,
  snapshot: BatchSnapshot | undefined,
  why: string | undefined,
): Promise<void> {
  const { door, signal } = context;
  const { directory } = run;
  const path = directory.resultsPath(job.n);
  const output = snapshot?.responsesFile;
  if (output === undefined) {
    // No line will come: every item that was asked for is told as absent, with the job's own reason.
    await writeFileAtomic(path, '');
  } else {
    await saveJob(context, run, job.n, { remote: job.remote }, 'downloading');
    await rm(path, { force: true });
    await withRetries(context.pace, signal, () => door.downloadFile(output, path, signal));
  }
  await saveJob(context, run, job.n, { remote: job.remote }, 'applying');
  const collected = await collectResults(
    context,
    directory,
    run.state,
    withReason(job, why),
    await itemsByKey(run),
  );
  const failures = [
    ...run.state.failures.filter((before) => !job.keys.includes(before.key)),
    ...collected.failures,
  ];
  const jobs = run.state.jobs.map((one) => (one.n === job.n ? { ...one, stage: 'collected' as const } : one));
  await saveRun(context, run, { ...run.state, jobs, failures });
  for (const failure of collected.failures) context.listener({ kind: 'item-failed', failure });
  context.listener({
    kind: 'collected',
    runId: run.state.runId,
    n: job.n,
    generated: collected.generated,
    refused: collected.refused,
    failed: collected.failures.length,
    doubled: collected.doubled,
    unknown: collected.unknown,
    missing: collected.failures.filter((one) => one.class === 'missing-answer').length,
  });
  await cleanUp(context, job);
}

function withReason(job: Job, why: string | undefined): Job {
  if (why === undefined || job.remote === undefined) return job;
  return { ...job, remote: { ...job.remote, state: 'FAILED', error: why } };
}

async function itemsByKey(run: OpenRun): Promise<Map<string, PlanItem>> {
  const plan = await run.directory.readPlan();
  return new Map((plan?.items ?? []).map((item) => [item.key, item]));
}

/** The results are safe: the request file at Google is no longer needed. Failing here costs storage, not money. */
async function cleanUp(context: RunContext, job: Job): Promise<void> {
  try {
    if (job.inputFile !== undefined) await context.door.deleteFile(job.inputFile, context.signal);
  } catch {
    context.listener({
      kind: 'warning',
      message: `The request file ${job.inputFile ?? ''} could not be deleted at Google.`,
    });
  }
}

/** Deletes the references that a finished run uploaded and that no other open run needs. */
export async function deleteUploads(context: RunContext, finished: OpenRun): Promise<void> {
  const needed = new Set<string>();
  for (const id of await context.runs.list()) {
    const state = await context.runs.directory(id).readState();
    if (state === undefined || state.phase === 'completed' || state.phase === 'failed') continue;
    for (const job of state.jobs) for (const name of job.uploads) needed.add(name);
  }
  const mine = new Set(finished.state.jobs.flatMap((job) => job.uploads).filter((name) => !needed.has(name)));
  const gone = new Set<string>();
  for (const name of mine) {
    try {
      await context.door.deleteFile(name, context.signal);
      gone.add(name);
    } catch {
      context.listener({
        kind: 'warning',
        message: `The upload ${name} could not be deleted at Google; it expires by itself.`,
      });
    }
  }
  await context.uploads.forget(gone);
}
