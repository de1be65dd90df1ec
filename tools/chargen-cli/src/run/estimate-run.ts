import { planWorld, withProducers, type LoadedEntity, type WorldPlan } from 'chargen-core';
import type { Workspace } from '../workspace/open-workspace.js';

/** What a run for these entities would come to, with those whose pictures they show. */
export function estimateRun(workspace: Workspace, chosen: readonly LoadedEntity[]): Promise<WorldPlan> {
  const wanted = new Set(withProducers(workspace.world, chosen));
  return planWorld({ ...workspace, chosen: (loaded) => wanted.has(loaded) });
}
