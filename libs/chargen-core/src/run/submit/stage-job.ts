import { saveJob, saveRun, type OpenRun, type RunContext } from '../context.js';
import { formatJobName } from '../journal/job-name.js';
import type { ItemFailure, Job } from '../journal/run-state.js';
import { askedBy, type WorkItem } from '../work.js';
import { planItem } from './plan-item.js';
import { failureOf, saveFailures } from './save-failures.js';
import { stageFiles, stageRequests } from './stage.js';
import { expiryOf, NEEDED_LIFE_MS } from './uploads.js';

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
    asked: askedBy(items),
    foreign: false,
    stage: 'planned',
    uploads: [],
    tokens: sum(items.map((item) => item.inputTokens)),
    costHigh: sum(items.map((item) => item.estimate.high)),
  };
  await run.directory.writePlan(n, items.map(planItem));
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
  const soonest = Math.min(...used.map((file) => file.expiresAt), expiryOf(input, context.clock.now()));
  await saveJob(
    context,
    run,
    n,
    {
      stage: 'staged',
      keys: usable.map((item) => item.key),
      asked: askedBy(usable),
      inputFile: input.name,
      uploads: [...new Set(used.map((file) => file.name))],
      tokens: sum(usable.map((item) => item.inputTokens)),
      costHigh: sum(usable.map((item) => item.estimate.high)),
      usableUntil: soonest - NEEDED_LIFE_MS,
    },
    'staged',
  );
  return run.state.jobs.find((job) => job.n === n);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
