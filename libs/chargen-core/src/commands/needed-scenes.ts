import type { LoadedEntity, World } from '../content/index.js';
import { withAwaited, type Planner, type Selection } from '../plan/index.js';

/** What a run for a selection looks at: the selected scenes, and those that they wait for. */
export interface NeededScenes {
  /** By the scene's name. */
  has(name: string): boolean;
  /** It was not selected. */
  comesAlong(name: string): boolean;
  touches(loaded: LoadedEntity): boolean;
}

/** Undefined if nothing was selected, which means everything. */
export async function neededScenes(
  { world, selection }: { readonly world: World; readonly selection?: Selection | undefined },
  newPlanner: () => Planner,
): Promise<NeededScenes | undefined> {
  if (selection === undefined) return undefined;
  const names = new Set<string>();
  for (const { entity } of world.entities) {
    const selected = (entity?.scenes ?? []).filter(
      (scene) => entity !== undefined && selection.has(entity, scene),
    );
    if (entity === undefined || selected.length === 0) continue;
    const planner = newPlanner();
    const planned = await Promise.all(selected.map((scene) => planner.plan(entity, scene)));
    for (const { name } of await withAwaited(planned, planner)) names.add(name);
  }
  const entities = new Set([...names].map((name) => name.split('/').slice(0, 2).join('/')));
  return {
    has: (name) => names.has(name),
    comesAlong: (name) => !selection.hasName(name),
    // A file that cannot be read is reported if its entity was selected as a whole.
    touches: ({ id }) => entities.has(id) || selection.names.includes(id),
  };
}
