import { isAskedBeside } from '../journal/run-state.js';
import { jobsAtGoogle } from './own-runs.js';
import type { Turn } from './step.js';

/** Said before the items are asked for anew: the call that moved them may have been killed long ago. */
export function reportMoved({ call, runs, fresh }: Turn): void {
  const keys = new Set<string>(fresh.map((item) => item.key));
  for (const { run, job } of jobsAtGoogle(runs.open)) {
    if (
      job.movedAt === undefined ||
      !isAskedBeside(job) ||
      !(job.foreign || job.keys.some((key) => keys.has(key)))
    )
      continue;
    const { runId } = run.state;
    const moved = new Date(job.movedAt).toISOString();
    call.reportOnce(`moved ${job.displayName}`, {
      kind: 'warning',
      runId,
      message:
        `${job.batch ?? job.displayName} was cancelled at ${moved} and its end is not known; as was agreed then, its ` +
        `items are asked for anew. What Google still serves of it is billed too, and is taken.`,
    });
  }
}
