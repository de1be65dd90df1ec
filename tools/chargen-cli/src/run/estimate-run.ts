import { planWorld, type EntityPlan, type WorldPlan } from 'chargen-core';
import type { Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';

/** What a run for a selection would make and cost, pictures of others that come first included. */
export function estimateRun(
  workspace: Workspace,
  { selection, takes }: Pick<Selected, 'selection' | 'takes'>,
  onEntity?: (plan: EntityPlan) => Promise<void>,
): Promise<WorldPlan> {
  return planWorld({ ...workspace, selection, takes }, onEntity);
}
