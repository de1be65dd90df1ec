import { planWorld, runScope, type EntityPlan, type LoadedEntity, type WorldPlan } from 'chargen-core';
import type { Workspace } from '../workspace/open-workspace.js';

/** What a run for these entities would make and cost, pictures of others that come first included. */
export function estimateRun(
  workspace: Workspace,
  chosen: readonly LoadedEntity[],
  onEntity?: (plan: EntityPlan) => Promise<void>,
): Promise<WorldPlan> {
  const scope = runScope(workspace.world, chosen);
  const entities = new Set(scope.entities);
  return planWorld(
    {
      ...workspace,
      chosen: (loaded) => entities.has(loaded),
      scenes: (entity, scene) => scope.has(entity, scene),
    },
    onEntity,
  );
}
