import { join } from 'node:path';
import type { World } from '../content/index.js';
import { scenePaths, type Places } from '../plan/index.js';
import { readRecipe, readRefusal } from '../recipe/index.js';

/**
 * How many answers of each job at Google lie in the world, as recipes and refusals beside the pictures tell. A
 * fresh clone that has them all need not download the results of years.
 */
export async function deliveredByJob(
  workspaceRoot: string,
  world: World,
  places: Places,
): Promise<Map<string, number>> {
  const keys = new Map<string, Set<string>>();
  for (const { entity } of world.entities) {
    for (const scene of entity?.scenes ?? []) {
      if (entity === undefined) continue;
      const paths = scenePaths(entity, scene, places);
      const sidecars = [
        await readRecipe(join(workspaceRoot, paths.recipe)),
        await readRefusal(join(workspaceRoot, paths.refusal)),
      ];
      for (const sidecar of sidecars) {
        if (sidecar.kind !== 'present') continue;
        const { job } = sidecar.value.provenance;
        keys.set(job, (keys.get(job) ?? new Set()).add(sidecar.value.key));
      }
    }
  }
  return new Map([...keys].map(([job, of]) => [job, of.size]));
}
