import { join } from 'node:path';
import { findScene, REAL_PLACES, ResultStore, useTake, type World } from 'chargen-core';
import { goneFromWorld } from '../changes/gone.js';
import type { GalleryWorkspace } from '../data/collect.js';
import type { UsedTake } from '../protocol.js';

/** Makes a take the picture of its scene. Pays nothing; what is in no folder and in no store here is not fetched. */
export async function useTakeOf(
  { root, settings }: GalleryWorkspace,
  world: World,
  name: string,
  take: number,
): Promise<UsedTake> {
  const found = findScene(world, name);
  if (found.kind === 'unknown') return goneFromWorld(name);
  const store = new ResultStore(join(root, REAL_PLACES.stateDir, 'store'));
  const context = {
    workspaceRoot: root,
    world,
    settings,
    places: REAL_PLACES,
    store,
    listener: () => undefined,
  };
  const outcome = await useTake(context, found.entity, found.scene, take);
  if (outcome.kind !== 'used') return { kind: 'refused', message: outcome.why };
  const { before, madeAgain } = outcome;
  const others =
    madeAgain.length === 0
      ? ''
      : ` Shown by ${madeAgain.join(', ')}, which the next run makes again and pays for.`;
  return { kind: 'used', before, message: `Take ${take} is the picture now.${others}` };
}
