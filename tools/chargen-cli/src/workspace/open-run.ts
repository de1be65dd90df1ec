import { isSettled, listRuns, type HistoryEntry, type RunSummary } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { batchFolderOf } from './open-results.js';
import type { Workspace } from './open-workspace.js';

/** A run by its id, or by the beginning of one that only it has. */
export async function runCalled(
  workspace: Pick<Workspace, 'workspaceRoot' | 'places'>,
  id: string,
): Promise<RunSummary> {
  const entries = await listRuns(batchFolderOf(workspace));
  const damaged = entries.find((one) => one.kind === 'damaged' && one.runId === id);
  if (damaged?.kind === 'damaged') throw new CliError(damaged.message, 5, 'run-state');
  const runs = entries.flatMap((one) => (one.kind === 'run' ? [one.run] : []));
  const exact = runs.find((one) => one.runId === id);
  if (exact !== undefined) return exact;
  const [found, ...others] = runs.filter((one) => one.runId.startsWith(id));
  if (found !== undefined && others.length === 0) return found;
  const known = runs.slice(0, 5).map((one) => one.runId);
  const hint = known.length === 0 ? 'There are no runs yet.' : `The latest are: ${known.join(', ')}.`;
  throw new CliError(
    `${found === undefined ? 'There is no run' : 'Several runs begin with'} "${id}". ${hint} All of them: chargen batch history`,
  );
}

/** A run that died before it had anything to ask is not: nothing of it is at Google, and a resume would ask for all. */
export function isUnfinished(run: RunSummary): boolean {
  return run.phase !== 'completed' && run.phase !== 'failed' && run.jobs.length > 0;
}

/** Something of it is at Google, or may be. A run that has all its answers may still have scenes to ask for. */
export function hasOpenJobs(run: RunSummary): boolean {
  return run.jobs.some((job) => !isSettled(job));
}

/** All runs of this world, and those that cannot be read, newest first. Other worlds of the workspace have their own. */
export async function runsOfWorld(workspace: Workspace): Promise<HistoryEntry[]> {
  const entries = await listRuns(batchFolderOf(workspace));
  const { otherIds } = workspace.options;
  return entries.filter((one) => one.kind === 'damaged' || !otherIds.includes(one.run.workspaceId));
}

/** Runs that are not over, oldest first. */
export async function unfinishedRuns(workspace: Workspace): Promise<RunSummary[]> {
  const entries = await runsOfWorld(workspace);
  return entries.flatMap((one) => (one.kind === 'run' && isUnfinished(one.run) ? [one.run] : [])).reverse();
}
