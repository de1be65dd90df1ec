import { join } from 'node:path';
import type { World } from '../content/index.js';
import { scenePaths, scenesWithTakes, type Places } from '../plan/index.js';
import { readRecipe, readRefusal } from '../recipe/index.js';
import { exists } from '../util/exists.js';

/**
 * How many answers of each job at Google are in the world, as recipes and refusals beside the pictures show. A
 * fresh clone that has them all need not download the results of years.
 */
export async function deliveredByJob(
  workspaceRoot: string,
  world: World,
  places: Places,
): Promise<Map<string, number>> {
  const keys = new Map<string, Set<string>>();
  for (const { entity } of world.entities) {
    if (entity === undefined) continue;
    for (const scene of await scenesWithTakes(workspaceRoot, entity, places)) {
      const paths = scenePaths(entity, scene, places);
      const add = (job: string, key: string): void => {
        keys.set(job, (keys.get(job) ?? new Set()).add(key));
      };
      const recipe = await readRecipe(join(workspaceRoot, paths.recipe));
      // A recipe alone is no picture: a team may keep the one in git and not the other.
      if (
        recipe.kind === 'present' &&
        (await exists(join(workspaceRoot, paths.picture(recipe.value.picture.extension))))
      ) {
        add(recipe.value.provenance.job, recipe.value.key);
      }
      const refusal = await readRefusal(join(workspaceRoot, paths.refusal));
      if (refusal.kind === 'present') add(refusal.value.provenance.job, refusal.value.key);
    }
  }
  return new Map([...keys].map(([job, of]) => [job, of.size]));
}
