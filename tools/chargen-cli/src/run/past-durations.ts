import { listRuns } from 'chargen-core';
import { batchFolderOf } from '../workspace/open-results.js';
import type { Workspace } from '../workspace/open-workspace.js';

/** Milliseconds that runs of this workspace took from plan to end: the middle one; undefined before the first. */
export async function usualDuration(workspace: Workspace): Promise<number | undefined> {
  const entries = await listRuns(batchFolderOf(workspace));
  const times = entries.flatMap((entry) => {
    if (entry.kind !== 'run' || entry.run.phase !== 'completed') return [];
    // Single pictures that were made at once say nothing about batches.
    if (!entry.run.jobs.some((job) => job.batch !== undefined)) return [];
    const time = Date.parse(entry.run.updatedAt) - Date.parse(entry.run.createdAt);
    return time > 0 ? [time] : [];
  });
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}
