import { hasServed, isTerminal, type BatchSnapshot } from '../../gemini/index.js';
import { saveJob, saveRun, wantedOf, type OpenRun, type RunContext } from '../context.js';
import { isJobName, parseJobName } from '../journal/job-name.js';
import type { RunDirectories } from '../journal/run-directory.js';
import { withRetries } from '../retry.js';
import {
  isJobAtGoogle,
  isFinished,
  isSettled,
  STATE_VERSION,
  type Job,
  type RemoteState,
  type RunState,
} from '../journal/run-state.js';

/**
 * All jobs of chargen that Google lists for the key, every page read, by display name. Those of other workspaces
 * too: a job that was sent before the workspace got another identity is still to be found.
 */
export async function listJobs(context: RunContext): Promise<Map<string, BatchSnapshot>> {
  const { door, signal } = context;
  return withRetries(context.pace, signal, async () => {
    const jobs = new Map<string, BatchSnapshot>();
    for await (const batch of door.listBatches(signal)) {
      if (isJobName(batch.displayName) && !jobs.has(batch.displayName)) jobs.set(batch.displayName, batch);
    }
    return jobs;
  });
}

/** Every run with a state, oldest first. */
export async function allRuns(runs: RunDirectories): Promise<OpenRun[]> {
  const all: OpenRun[] = [];
  for (const id of await runs.list()) {
    const directory = runs.directory(id);
    const state = await directory.readState();
    if (state !== undefined) all.push({ directory, state });
  }
  return all;
}

/** Runs that are not over, of both kinds, oldest first. A damaged one rejects: nothing may be submitted beside it. */
export async function openRuns(runs: RunDirectories): Promise<OpenRun[]> {
  const open: OpenRun[] = [];
  for (const id of await runs.list()) {
    const directory = runs.directory(id);
    if (await directory.isOver()) continue;
    const state = await directory.readState();
    if (state === undefined) await directory.removeIfEmpty();
    else if (!isFinished(state)) open.push({ directory, state });
  }
  return open;
}

/** What Google reports of a job, as it is kept in the state. */
export function remoteState(
  context: RunContext,
  snapshot: BatchSnapshot,
  before: RemoteState | undefined,
): RemoteState {
  const { counts } = snapshot;
  const now = context.clock.now();
  const same =
    before !== undefined &&
    before.rawState === snapshot.rawState &&
    before.succeeded === counts.succeeded &&
    before.failed === counts.failed;
  return {
    state: snapshot.state,
    rawState: snapshot.rawState,
    ...(counts.total === undefined ? {} : { total: counts.total }),
    ...(counts.pending === undefined ? {} : { pending: counts.pending }),
    ...(counts.succeeded === undefined ? {} : { succeeded: counts.succeeded }),
    ...(counts.failed === undefined ? {} : { failed: counts.failed }),
    ...(snapshot.createdAt === undefined ? {} : { createdAt: snapshot.createdAt }),
    ...(snapshot.endedAt === undefined ? {} : { endedAt: snapshot.endedAt }),
    polledAt: now,
    unchangedSince: same ? before.unchangedSince : now,
    ...(snapshot.error === undefined ? {} : { error: describeError(snapshot.error) }),
  };
}

function describeError(error: NonNullable<BatchSnapshot['error']>): string {
  return error.code === undefined ? error.message : `${error.message} (code ${String(error.code)})`;
}

/**
 * Settles what a crash left open: a create whose answer is not known is looked for by its name, in all pages of
 * the list. What was never sent is dropped, since nothing was paid. Returns the jobs that are still uncertain.
 */
export async function reconcile(
  context: RunContext,
  runs: readonly OpenRun[],
): Promise<{ readonly run: OpenRun; readonly job: Job }[]> {
  const unsure = runs.flatMap((run) =>
    run.state.jobs
      .filter((job) => isJobAtGoogle(job) && job.stage !== 'submitted')
      .map((job) => ({ run, job })),
  );
  if (unsure.length === 0) return [];
  const listed = await listJobs(context);
  const left: { run: OpenRun; job: Job }[] = [];
  for (const { run, job } of unsure) {
    const batch = listed.get(job.displayName);
    if (batch !== undefined) {
      await adoptBatch(context, run, job, batch);
      continue;
    }
    // `sending` means that this process ended around the create. Google ends such a call after ten minutes, so
    // a name that no page of the list holds after that was never made. A lost answer is another thing: there
    // the request did leave, and only a person may say that it came to nothing.
    if (job.stage === 'sending' && (await neverArrived(context, run, job))) continue;
    left.push({ run, job });
  }
  return left;
}

/**
 * Whether a job that is not listed was given up. One list may err, and a clock may have been set since the create:
 * so the list must lack it for the settling time as well, and a time to come counts as now.
 */
async function neverArrived(context: RunContext, run: OpenRun, job: Job): Promise<boolean> {
  const now = context.clock.now();
  const sentAt = Math.min(now, job.sentAt ?? now);
  const goneSince = Math.min(now, job.goneSince ?? now);
  if (now - sentAt >= sendingSettleMs(context) && now - goneSince >= context.settleMs) {
    await saveJob(context, run, job.n, { stage: 'abandoned', why: 'never arrived at Google' });
    await context.store.release(await wantedOf(run, job.keys));
    return true;
  }
  if (sentAt !== job.sentAt || goneSince !== job.goneSince) {
    await saveJob(context, run, job.n, { sentAt, goneSince });
  }
  return false;
}

/** How long a create may be under way after its process ended: ten minutes at the default of a minute. */
export function sendingSettleMs(context: Pick<RunContext, 'settleMs'>): number {
  return context.settleMs * 10;
}

export async function adoptBatch(
  context: RunContext,
  run: OpenRun,
  job: Job,
  batch: BatchSnapshot,
): Promise<void> {
  await saveJob(
    context,
    run,
    job.n,
    {
      stage: 'submitted',
      batch: batch.name,
      remote: remoteState(context, batch, undefined),
      goneSince: undefined,
    },
    'submitted',
  );
  context.listener({ kind: 'job-adopted', runId: run.state.runId, n: job.n, job: batch.name });
}

/** A run that ends: all its jobs are settled. */
export async function finishRun(context: RunContext, run: OpenRun): Promise<boolean> {
  if (!run.state.jobs.every(isSettled)) return false;
  const phase = run.state.failures.length > 0 ? 'failed' : 'completed';
  await saveRun(context, run, { ...run.state, phase });
  context.listener({ kind: 'run-ended', runId: run.state.runId, phase });
  return true;
}

/**
 * Takes over a job of this workspace that another machine made: as a run of its own, whose items are not known
 * here. Its results go to the store by key like any other's.
 */
export async function adoptForeign(context: RunContext, batch: BatchSnapshot): Promise<OpenRun | undefined> {
  const name = parseJobName(batch.displayName, context.settings.workspaceId);
  if (name === undefined) return undefined;
  const directory = context.runs.directory(name.runId);
  const present = await directory.readState();
  const now = new Date(context.clock.now()).toISOString();
  const job: Job = {
    n: name.n,
    displayName: batch.displayName,
    model: batch.model,
    keys: [],
    foreign: true,
    stage: 'submitted',
    uploads: [],
    batch: batch.name,
    remote: remoteState(context, batch, undefined),
    tokens: 0,
    costHigh: 0,
  };
  if (present?.jobs.some((one) => one.n === name.n) === true) return undefined;
  const state: RunState = {
    v: STATE_VERSION,
    runId: name.runId,
    workspaceId: name.workspaceId,
    kind: name.kind,
    keyFingerprint: context.door.keyFingerprint,
    phase: 'running',
    createdAt: present?.createdAt ?? batch.createdAt ?? now,
    updatedAt: now,
    jobs: [...(present?.jobs ?? []), job].sort((a, b) => a.n - b.n),
    failures: present?.failures ?? [],
  };
  const run: OpenRun = { directory, state };
  await saveRun(context, run, state);
  context.listener({ kind: 'run-adopted', runId: name.runId, job: batch.name, state: batch.state });
  return run;
}

/**
 * Goes on with runs of another key if this one sees their jobs: keys of one Google project share them, so that a
 * replaced key leaves no job behind.
 */
export async function takeOverKey(context: RunContext, runs: readonly OpenRun[]): Promise<boolean> {
  const { keyFingerprint } = context.door;
  const listed = await listJobs(context);
  let hasTaken = false;
  for (const run of runs) {
    const isSeen = run.state.jobs.some((job) => isJobAtGoogle(job) && listed.has(job.displayName));
    if (!isSeen) continue;
    await saveRun(context, run, { ...run.state, keyFingerprint });
    hasTaken = true;
  }
  return hasTaken;
}

export interface UnknownJobs {
  /** Jobs that another machine made, newest first. */
  readonly foreign: readonly BatchSnapshot[];
  /** Jobs that this machine had given up before Google listed them. */
  readonly lost: readonly { readonly run: OpenRun; readonly job: Job; readonly batch: BatchSnapshot }[];
}

/** Compares what Google lists of this workspace, for one kind of run, with what this machine knows. */
export async function unknownJobs(context: RunContext): Promise<UnknownJobs> {
  const known = new Map<string, { readonly run: OpenRun; readonly job: Job }>();
  for (const run of await allRuns(context.runs)) {
    for (const job of run.state.jobs) known.set(job.displayName, { run, job });
  }
  const foreign: BatchSnapshot[] = [];
  const lost: { run: OpenRun; job: Job; batch: BatchSnapshot }[] = [];
  for (const batch of (await listJobs(context)).values()) {
    const name = parseJobName(batch.displayName, context.settings.workspaceId);
    // The other kind's answers can be read only by its own command, and their keys never meet ours.
    if (name?.kind !== context.kind) continue;
    const here = known.get(batch.displayName);
    if (here === undefined) foreign.push(batch);
    else if (here.job.batch === undefined) lost.push({ ...here, batch });
  }
  return { foreign, lost };
}

/** Whether a foreign job may hold results: one that ended without any has nothing to collect. */
export function mayHoldResults(batch: BatchSnapshot): boolean {
  if (!isTerminal(batch.state)) return true;
  return batch.responsesFile !== undefined || hasServed(batch.state);
}
