import { RunDirectories, Selection } from 'chargen-core';
import { batchFolderOf } from '../workspace/open-results.js';
import type { Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';

/**
 * What runs were to make, so that to go on with them makes no more: one selection for the runs that asked for as many
 * takes. `gone` if nothing is there that they were to make, or if that is not known, as of a run of another machine:
 * what they left is then collected, and nothing is asked for in its place.
 */
export async function selectionsOfRuns(
  workspace: Workspace,
  runIds: readonly string[],
): Promise<readonly (Selected | 'gone')[]> {
  const runs = new RunDirectories(batchFolderOf(workspace));
  const byTakes = new Map<number | undefined, (readonly string[])[]>();
  for (const runId of runIds) {
    const { selection, takes } = (await runs.directory(runId).readState()) ?? {};
    byTakes.set(takes, [...(byTakes.get(takes) ?? []), ...(selection === undefined ? [] : [selection])]);
  }
  return [...byTakes].map(([takes, selections]) => {
    const { entities: all } = workspace.world;
    if (selections.some((names) => names.length === 0)) return { entities: all, selection: undefined, takes };
    const selection = new Selection(selections.flat());
    const entities = all.filter(
      ({ id, entity }) => selection.hasName(id) || (entity !== undefined && selection.touches(entity)),
    );
    return entities.length === 0 ? 'gone' : { entities, selection, takes };
  });
}
