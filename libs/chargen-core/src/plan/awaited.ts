import { sceneName } from './places.js';
import type { Planner } from './planner.js';
import type { PlannedScene } from './scene-state.js';

/**
 * These scenes, and those that they wait for, of any entity and over any number of waves: what a run has to make
 * for them. `known` gives a plan that stands already.
 */
export async function withAwaited(
  scenes: readonly PlannedScene[],
  planner: Planner,
  known: (name: string) => PlannedScene | undefined = () => undefined,
): Promise<PlannedScene[]> {
  const found = new Map<string, PlannedScene>();
  const queue = [...scenes];
  for (let planned = queue.pop(); planned !== undefined; planned = queue.pop()) {
    if (found.has(planned.name)) continue;
    found.set(planned.name, planned);
    const { state } = planned;
    if (state.kind !== 'waits') continue;
    for (const { reference } of planned.references) {
      if (reference.kind !== 'scene') continue;
      const { entity, scene } = reference;
      if (!state.on.includes(sceneName(entity, scene))) continue;
      queue.push(known(sceneName(entity, scene)) ?? (await planner.plan(entity, scene)));
    }
  }
  return [...found.values()];
}
