import { saveJob, saveRun, type OpenRun, type RunContext } from '../context.js';
import { writePayments } from '../journal/payments.js';
import type { Job } from '../journal/run-state.js';
import { collectResults } from './collect.js';

/** Brings what a job delivered into the store, and writes down what it did not deliver. */
export async function applyResults(
  context: RunContext,
  run: OpenRun,
  job: Job,
  hasResults: boolean,
): Promise<void> {
  await saveJob(context, run, job.n, {}, 'applying');
  const { directory, state } = run;
  const items = await run.directory.readPlan(job.n);
  const collected = await collectResults(context, { directory, state, job, items, hasResults });
  // Before the job counts as collected: after a crash in between the same file is written again.
  await writePayments(directory, job.n, collected.payments);
  // A job that was moved says nothing of what it did not bring: the job that has it now does.
  const settledKeys = job.movedAt === undefined ? job.keys : collected.answered;
  const failures = [
    ...run.state.failures.filter((before) => !settledKeys.includes(before.key)),
    ...collected.failures,
  ];
  // The items of another machine's job are known only now; by them its file is found should the store be lost.
  const keys = job.foreign ? collected.answered : job.keys;
  const jobs = run.state.jobs.map((one) =>
    one.n === job.n ? { ...one, keys: [...keys], stage: 'collected' as const } : one,
  );
  await saveRun(context, run, { ...run.state, jobs, failures });
  context.onPaid(collected.payments);
  const { runId } = run.state;
  if (collected.late > 0) {
    const message =
      `${job.batch ?? job.displayName}, which was cancelled and moved, brought ${collected.late} of its items ` +
      `after another job had: both are billed. The answers that came first are kept; these are in ` +
      `results-${job.n}.jsonl of the run.`;
    context.listener({ kind: 'warning', runId, message });
  }
  for (const failure of collected.failures) context.listener({ kind: 'item-failed', runId, failure });
  context.listener({
    kind: 'collected',
    runId,
    n: job.n,
    generated: collected.generated,
    refused: collected.refused,
    unusable: collected.unusable,
    failed: collected.failures.length,
    doubled: collected.doubled,
    unknown: collected.unknown,
    missing: collected.failures.filter((one) => one.class === 'missing-answer').length,
  });
}
