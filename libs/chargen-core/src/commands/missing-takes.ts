import { join } from 'node:path';
import type { Entity, LoadedEntity, Scene } from '../content/index.js';
import { FoundPictures, Planner, type Selection } from '../plan/index.js';
import { digestsOf, storeOf, type SceneContext } from '../pipeline/plan-scene.js';
import { unservedTakes, type UnservedTake } from '../run/index.js';
import { findScene } from './choose.js';

/** A take that a run planned and did not get, and that no run asks for by itself: its scene has its picture. */
export interface MissingTake extends Pick<UnservedTake, 'run' | 'class' | 'why'> {
  /** `location/harbour/dawn@2`: a `Selection` of this name asks for it. */
  readonly name: string;
  readonly loaded: LoadedEntity;
  readonly entity: Entity;
  /** The scene itself. */
  readonly scene: Scene;
}

/**
 * By name, sorted. One whose request is another by now is not among them: it was planned for words that no file asks for
 * any more.
 */
export async function missingTakes(context: SceneContext, selection?: Selection): Promise<MissingTake[]> {
  const { workspaceRoot, places, world } = context;
  const unserved = await unservedTakes(join(workspaceRoot, places.stateDir, 'batch'));
  const missing: MissingTake[] = [];
  if (unserved.length === 0) return missing;
  const digests = await digestsOf(context);
  const found = new FoundPictures(world, places, digests);
  const planner = new Planner({ ...context, store: storeOf(context), digests, found });
  for (const { scene: named, take, key, run, class: of, why } of unserved) {
    const one = findScene(world, named);
    if (one.kind === 'unknown' || selection?.hasName(named) === false) continue;
    const { loaded, entity, scene } = one;
    const planned = await planner.spare(entity, scene, take);
    // Of a scene that names it, or asks for it, every run does.
    if (take === scene.take || planned.isUnasked !== true) continue;
    if (planned.state.kind !== 'pending' || planned.state.key !== key) continue;
    missing.push({ name: planned.name, loaded, entity, scene, run, class: of, why });
  }
  return missing.sort((a, b) => (a.name < b.name ? -1 : 1));
}
