import { missingTakes, RunDirectories, Selection } from 'chargen-core';
import { batchFolderOf } from '../workspace/open-results.js';
import type { Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';

/**
 * What runs were to make, so that to go on with them makes no more: one selection for the runs that asked for as many
 * takes. Takes that these did not get are named, since their scenes may be done. `gone` if nothing is there that they
 * were to make, or if that is not known, as of a run of another machine: what they left is then collected, and nothing
 * is asked for in its place.
 */
export async function selectionsOfRuns(
  workspace: Workspace,
  runIds: readonly string[],
): Promise<readonly (Selected | 'gone')[]> {
  const runs = new RunDirectories(batchFolderOf(workspace));
  const missing = runIds.length === 0 ? [] : await missingTakes(workspace);
  const byTakes = new Map<number | undefined, { selections: (readonly string[])[]; left: string[] }>();
  for (const runId of runIds) {
    const { selection, takes } = (await runs.directory(runId).readState()) ?? {};
    const part = byTakes.get(takes) ?? { selections: [], left: [] };
    if (selection !== undefined) part.selections.push(selection);
    part.left.push(...missing.flatMap(({ run, name }) => (run === runId ? [name] : [])));
    byTakes.set(takes, part);
  }
  return [...byTakes].map(([takes, { selections, left }]) => {
    const { entities: all } = workspace.world;
    const isWhole = selections.some((names) => names.length === 0);
    if (isWhole && left.length === 0) return { entities: all, selection: undefined, takes };
    const selection = new Selection([...(isWhole ? all.map(({ id }) => id) : selections.flat()), ...left]);
    const entities = all.filter(
      ({ id, entity }) => selection.hasName(id) || (entity !== undefined && selection.touches(entity)),
    );
    return entities.length === 0 ? 'gone' : { entities, selection, takes };
  });
}
