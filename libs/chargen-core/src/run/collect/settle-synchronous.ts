import { saveJob, wantedOf, type OpenRun, type RunContext } from '../context.js';
import { isOpen, isSynchronous, type Job } from '../journal/run-state.js';
import { applyResults } from './apply-results.js';
import { hasResults } from './fetch-results.js';

/** Why it is not known what became of a request, if the process that sent it ended. */
const PROCESS_ENDED = 'the process that sent it ended before the answer came';

/**
 * Settles synchronous requests that an earlier process left open. The lock is held while one is sent, so the
 * process that has the lock knows that their processes have ended. An answer that is on the disk is
 * collected; a request without one becomes uncertain, since Google may have billed it. True if something was collected.
 */
export async function settleSynchronous(context: RunContext, runs: readonly OpenRun[]): Promise<boolean> {
  let hasCollected = false;
  for (const run of runs) {
    for (const job of run.state.jobs.filter((one) => isOpen(one) && isSynchronous(one))) {
      if (await hasResults(run.directory.resultsPath(job.n))) {
        await applyResults(context, run, answered(context, job), true);
        hasCollected = true;
      } else if (job.stage !== 'uncertain') await markUncertain(context, run, job, PROCESS_ENDED);
    }
  }
  return hasCollected;
}

/** The job of a request whose answer is on the disk. */
export function answered(context: Pick<RunContext, 'clock'>, job: Job): Job {
  const now = context.clock.now();
  const endedAt = new Date(now).toISOString();
  return {
    ...job,
    remote: { state: 'SUCCEEDED', rawState: '', polledAt: now, unchangedSince: now, endedAt },
  };
}

/** The answer is lost and may have been billed: it is not asked for again until a person cancels the run. */
export async function markUncertain(context: RunContext, run: OpenRun, job: Job, why: string): Promise<void> {
  await saveJob(context, run, job.n, { stage: 'uncertain', why });
  const { runId } = run.state;
  await context.store.doubtful(
    await wantedOf(run, job.keys),
    `its answer was lost and may be billed; to give it up, run there: npx chargen cancel ${runId}`,
  );
  const items = await run.directory.readPlan();
  const item = items.get(job.keys[0] ?? '')?.name ?? job.displayName;
  context.listener({ kind: 'job-uncertain', runId, n: job.n, displayName: item, why });
}
