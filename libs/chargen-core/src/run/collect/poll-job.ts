import { hasServed, isTerminal, type BatchSnapshot } from '../../gemini/index.js';
import { applyResults } from './apply-results.js';
import { saveJob, type OpenRun, type RunContext } from '../context.js';
import { fetchResults } from './fetch-results.js';
import { listJobs, remoteState } from '../waiting/remote-jobs.js';
import { withRetries } from '../retry.js';
import type { RunEvent } from '../events.js';
import { jobTimesOf, STUCK_AT_LEAST_MS, stuckAfterMs } from '../journal/job-times.js';
import { readableStates } from '../journal/readable-states.js';
import type { Job, RemoteState } from '../journal/run-state.js';
import { reportUnknownFields } from '../unknown-fields.js';

/**
 * How long Google may call a job succeeded without giving its results before they are taken for lost. The file
 * was seen to come seconds later; what was paid for is not given up for hours.
 */
const OUTPUT_PATIENCE_MS = 72 * 3_600_000;

/** The same for a job that came to another end, of which it is not known that a file comes at all. */
const BROKEN_OUTPUT_PATIENCE_MS = 3_600_000;

/** One "not found" may be a hiccup: so many times the settling time must pass with the same answer. */
const GONE_SETTLE_FACTOR = 10;

/** Polls grow from the interval to ten times that, by the age of the job. */
export function pollDelay(interval: number, ageMs: number): number {
  const steps = Math.floor(ageMs / (interval * 20));
  return Math.min(interval * 10, interval * (1 + steps));
}

/** Milliseconds since Google made the job; by this machine's clock, so never below zero. */
export function ageOfJob(context: Pick<RunContext, 'clock'>, run: OpenRun, job: Job): number {
  const created = Date.parse(job.remote?.createdAt ?? run.state.createdAt);
  return Number.isNaN(created) ? 0 : Math.max(0, context.clock.now() - created);
}

/**
 * Asks after one submitted job, and collects it when it has ended. True when it is settled now. Another process
 * may have polled it a moment ago: then its answer is used.
 */
export async function pollJob(context: RunContext, run: OpenRun, job: Job): Promise<boolean> {
  const { door, signal } = context;
  const name = job.batch;
  if (name === undefined) throw new Error(`The job ${job.displayName} has no name at Google.`);
  const snapshot = await withRetries(context.pace, signal, () => door.getBatch(name, signal));
  if (snapshot === undefined) {
    // Asked a second way: right after a create, or with a permission missing, the first may err.
    const listed = (await listJobs(context)).get(job.displayName);
    const why = `Google no longer knows ${name}: it was deleted there. Its pictures cannot be fetched any more.`;
    return listed === undefined ? settleIfGone(context, run, job, why) : false;
  }
  const remote = remoteState(context, snapshot, job.remote);
  const back = isTerminal(snapshot.state) ? {} : { goneSince: undefined };
  await saveJob(context, run, job.n, { remote, ...back }, 'running');
  const known: Job = { ...job, remote };
  if (snapshot.state === 'UNKNOWN' && job.remote?.rawState !== snapshot.rawState) {
    const message =
      `Google calls the job ${name} "${snapshot.rawState}", which is a state that chargen does not know. It is ` +
      `waited for until it carries results or an error. To look it up: Gemini Batch API "${snapshot.rawState}"`;
    context.listener({ kind: 'warning', runId: run.state.runId, message });
  }
  reportUnknownFields(context, { what: 'job', name }, snapshot.unknown, run.state.runId);
  if (!isTerminal(snapshot.state)) {
    await reportPoll(context, run, known, snapshot);
    return false;
  }
  if (mustHaveResults(snapshot, job) && !isOverdue(context, snapshot, remote)) {
    // Seen with the real service: the state comes before the file does.
    await reportPoll(context, run, known, snapshot);
    return false;
  }
  const output = snapshot.responsesFile;
  if (output !== undefined) {
    await saveJob(context, run, job.n, {}, 'downloading');
    const expectedLines = (snapshot.counts.succeeded ?? 0) + (snapshot.counts.failed ?? 0);
    const path = run.directory.resultsPath(job.n);
    const fetched = await fetchResults(context, {
      output,
      path,
      expectedLines: expectedLines || job.keys.length,
    });
    if (fetched === 'gone') {
      const why = `Google no longer keeps the results of ${name}.`;
      return settleIfGone(context, run, known, why);
    }
  }
  context.listener({
    kind: 'job-ended',
    runId: run.state.runId,
    n: job.n,
    job: name,
    state: snapshot.state,
    error: remote.error,
  });
  await applyResults(context, run, known, output !== undefined);
  return true;
}

/** What was served is billed, also if the job failed or was cancelled: its file is waited for. */
function mustHaveResults(snapshot: BatchSnapshot, job: Job): boolean {
  if (snapshot.responsesFile !== undefined) return false;
  const { succeeded = 0, failed = 0, total = job.keys.length } = snapshot.counts;
  if (!hasServed(snapshot.state)) return succeeded > 0;
  // If every item failed there may be nothing to write into a file.
  return !(succeeded === 0 && failed > 0 && failed >= total);
}

function isOverdue(context: RunContext, snapshot: BatchSnapshot, remote: RemoteState): boolean {
  if (!hasServed(snapshot.state))
    return context.clock.now() - remote.unchangedSince > BROKEN_OUTPUT_PATIENCE_MS;
  const ended = Date.parse(snapshot.endedAt ?? snapshot.createdAt ?? '');
  return !Number.isNaN(ended) && context.clock.now() - ended > OUTPUT_PATIENCE_MS;
}

async function reportPoll(
  context: RunContext,
  run: OpenRun,
  job: Job,
  snapshot: BatchSnapshot,
): Promise<void> {
  const ageMs = ageOfJob(context, run, job);
  const stuck = isTerminal(snapshot.state) ? undefined : await stuckOf(context, job, ageMs);
  context.listener({
    kind: 'job-polled',
    runId: run.state.runId,
    n: job.n,
    job: snapshot.name,
    state: snapshot.state === 'UNKNOWN' ? snapshot.rawState : snapshot.state,
    items: snapshot.counts.total ?? job.keys.length,
    succeeded: snapshot.counts.succeeded,
    failed: snapshot.counts.failed,
    ageMs,
    stalledMs: context.clock.now() - (job.remote?.unchangedSince ?? context.clock.now()),
    nextPollMs: pollDelay(context.pollInterval, ageMs),
    ...(stuck === undefined ? {} : { stuck }),
  });
}

/** Undefined unless the job takes longer than its model did in this workspace. */
async function stuckOf(
  context: RunContext,
  { model, movedAt }: Job,
  ageMs: number,
): Promise<Extract<RunEvent, { kind: 'job-polled' }>['stuck']> {
  // The history is read only for a job that may be late: that takes a look at every run.
  if (ageMs <= STUCK_AT_LEAST_MS || movedAt !== undefined) return undefined;
  const known = jobTimesOf(await readableStates(context.runs)).find((one) => one.model === model);
  if (ageMs <= stuckAfterMs(known)) return undefined;
  if (known === undefined) return { model, usual: null };
  const { jobs, shortest, median, longest } = known;
  return { model, usual: { jobs, shortest, median, longest } };
}

/** Gives a job up only after Google has answered for a while that it, or its result file, is not there. */
async function settleIfGone(context: RunContext, run: OpenRun, job: Job, why: string): Promise<boolean> {
  const now = context.clock.now();
  const goneSince = job.goneSince ?? now;
  // Results are kept for six weeks: an older job needs no second look.
  const isOld = ageOfJob(context, run, job) > 45 * 24 * 3_600_000;
  if (!isOld && now - goneSince < context.settleMs * GONE_SETTLE_FACTOR) {
    await saveJob(context, run, job.n, { goneSince });
    return false;
  }
  const remote = job.remote ?? { state: 'UNKNOWN', rawState: '', polledAt: now, unchangedSince: now };
  context.listener({ kind: 'warning', runId: run.state.runId, message: why });
  await applyResults(context, run, { ...job, remote: { ...remote, state: 'GONE', error: why } }, false);
  return true;
}
