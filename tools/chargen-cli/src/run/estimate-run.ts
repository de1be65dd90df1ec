import { planWorld, type EntityPlan, type Selection, type WorldPlan } from 'chargen-core';
import type { Workspace } from '../workspace/open-workspace.js';

/** What a run for a selection would make and cost, pictures of others that come first included. */
export function estimateRun(
  workspace: Workspace,
  selection: Selection | undefined,
  onEntity?: (plan: EntityPlan) => Promise<void>,
): Promise<WorldPlan> {
  return planWorld({ ...workspace, selection }, onEntity);
}
