import { RunDirectories, Selection } from 'chargen-core';
import { batchFolderOf } from '../workspace/open-results.js';
import type { Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';

/**
 * What runs were to make, so that to go on with them makes no more. Undefined (all) for a run of the whole world; `gone`
 * if nothing is there that they were to make, or if that is not known, as of a run of another machine: what they left is
 * then collected, and nothing is asked for in its place.
 */
export async function selectionOfRuns(
  workspace: Workspace,
  runIds: readonly string[],
): Promise<Selected | 'gone' | undefined> {
  const runs = new RunDirectories(batchFolderOf(workspace));
  const names = new Set<string>();
  for (const runId of runIds) {
    const selection = (await runs.directory(runId).readState())?.selection;
    if (selection?.length === 0) return undefined;
    for (const name of selection ?? []) names.add(name);
  }
  const selection = new Selection([...names]);
  const entities = workspace.world.entities.filter(
    ({ id, entity }) => selection.hasName(id) || (entity !== undefined && selection.touches(entity)),
  );
  return entities.length === 0 ? 'gone' : { entities, selection };
}
