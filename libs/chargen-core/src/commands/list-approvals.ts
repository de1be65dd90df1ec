import { join } from 'node:path';
import type { Entity, LocatedDiagnostic, Scene } from '../content/index.js';
import { Planner, FoundPictures, sceneName, type Selection } from '../plan/index.js';
import { digestsOf, storeOf, type SceneContext } from '../pipeline/plan-scene.js';
import { approvalsOf, type SceneApproval } from '../record/approvals.js';
import { readJobHistory } from '../report/job-times.js';

export interface ListedApproval extends SceneApproval {
  /** `character/cidrella-vexweld/workshop-tinkering` */
  readonly name: string;
  readonly entity: Entity;
  readonly scene: Scene;
  /** Rejected, and no run has been started that makes it again. */
  readonly again: boolean;
}

export interface ApprovalList {
  /** Scenes that have a picture, sorted as in the world. */
  readonly scenes: readonly ListedApproval[];
  readonly diagnostics: readonly LocatedDiagnostic[];
}

/** What people decided about the pictures of the selected scenes. Writes nothing. */
export async function listApprovals(
  context: SceneContext,
  selection: Selection | undefined,
): Promise<ApprovalList> {
  const { workspaceRoot, world } = context;
  const digests = await digestsOf(context);
  const isStarted = await startedRuns(context);
  const scenes: ListedApproval[] = [];
  const diagnostics: LocatedDiagnostic[] = [];
  for (const { entity } of world.entities) {
    if (entity === undefined || (selection !== undefined && !selection.touches(entity))) continue;
    const found = await approvalsOf({ workspaceRoot, digests }, entity);
    diagnostics.push(...found.diagnostics);
    for (const scene of entity.scenes) {
      const approval = found.scenes.get(scene.id);
      if (approval?.picture === undefined || selection?.has(entity, scene) === false) continue;
      const again = approval.state === 'rejected' && !(await isStarted(entity, scene));
      scenes.push({ name: sceneName(entity, scene), entity, scene, again, ...approval });
    }
  }
  return { scenes, diagnostics };
}

/** Answers whether Google works on the picture that a scene asks for now. */
async function startedRuns(
  context: SceneContext,
): Promise<(entity: Entity, scene: Scene) => Promise<boolean>> {
  const { atGoogle } = await readJobHistory(join(context.workspaceRoot, context.places.stateDir, 'batch'));
  const keys = new Set(atGoogle.flatMap((job) => job.keys));
  if (keys.size === 0) return () => Promise.resolve(false);
  const digests = await digestsOf(context);
  const found = new FoundPictures(context.world, context.places, digests);
  const planner = new Planner({ ...context, store: storeOf(context), digests, found });
  return async (entity, scene) => {
    const { state } = await planner.plan(entity, scene);
    return state.kind === 'pending' && keys.has(state.key);
  };
}
