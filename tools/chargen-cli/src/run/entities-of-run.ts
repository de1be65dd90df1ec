import { RunDirectories, Selection } from 'chargen-core';
import { batchFolderOf } from '../workspace/open-results.js';
import type { Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';

/**
 * The entities that a run makes pictures for; undefined (all) for a run of another machine, whose items are not
 * known here, or one whose entities are all gone.
 */
export async function entitiesOfRun(
  workspace: Workspace,
  runIds: readonly string[],
): Promise<Selected | undefined> {
  const runs = new RunDirectories(batchFolderOf(workspace));
  const ids = new Set<string>();
  for (const runId of runIds) {
    const plan = await runs.directory(runId).readPlan();
    if (plan.size === 0) return undefined;
    for (const { name } of plan.values()) ids.add(name.split('/').slice(0, 2).join('/'));
  }
  const chosen = workspace.world.entities.filter((loaded) => ids.has(loaded.id));
  if (chosen.length === 0) return undefined;
  return { entities: chosen, selection: new Selection(chosen.map(({ id }) => id)) };
}
