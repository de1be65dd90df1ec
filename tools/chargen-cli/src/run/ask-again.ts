import { describeEstimate, plural, type LoadedEntity, type Scene, type WorldPlan } from 'chargen-core';
import { EXIT } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { alongLines } from '../output/plan-text.js';
import type { Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';
import { estimateRun } from './estimate-run.js';
import { runTarget } from './run-target.js';
import type { TargetRun } from './target-run.js';
import type { Started } from './start-target.js';

export interface AskAgain extends Pick<
  TargetRun,
  'workspace' | 'target' | 'selected' | 'variables' | 'events'
> {
  /** How many scenes could not be changed as it takes, and are not asked for. */
  readonly refused: number;
}

/**
 * Asks for what was asked for before. Without the cache of Nx, which may hold a result from before, or a refusal. With
 * scenes that could not be changed the run is done in part.
 */
export async function askAgain(
  { globals, io }: Pick<CommandCall, 'globals' | 'io'>,
  { refused, ...what }: AskAgain,
): Promise<Started> {
  const target: TargetRun = { ...what, preview: false, skipNxCache: true, globals, io };
  const result = await runTarget(target);
  const exitCode = result.exitCode === EXIT.done && refused > 0 ? EXIT.partial : result.exitCode;
  return { result: { ...result, exitCode }, target };
}

/** The plan of a run that asks again for scenes, as they will be once `changed` is written into their files. */
export function planAgain(
  workspace: Workspace,
  selected: Pick<Selected, 'selection' | 'takes'>,
  changed: (scene: Scene) => Partial<Scene> | undefined,
): Promise<WorldPlan> {
  const { world } = workspace;
  const entities = world.entities.map((loaded): LoadedEntity => {
    const { entity } = loaded;
    if (entity === undefined) return loaded;
    const scenes = entity.scenes.map((scene) => ({ ...scene, ...changed(scene) }));
    return { ...loaded, entity: { ...entity, scenes } };
  });
  const byId = new Map(entities.map((loaded) => [loaded.id, loaded]));
  const find: typeof world.find = (type, slug) => byId.get(`${type}/${slug}`);
  return estimateRun({ ...workspace, world: { ...world, entities, find } }, selected);
}

/** `3 pictures for about $0.21`, and what else than the scenes is among them. */
export function againLines({ totals }: WorldPlan): string[] {
  const { requests, cost, takes, along } = totals;
  return [
    `${plural(requests, 'picture')} for ${describeEstimate(cost)}`,
    ...(takes === 0 ? [] : [`  ${plural(takes, 'further take')} among these`]),
    ...alongLines(along),
  ];
}
