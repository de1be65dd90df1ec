import { adoptAs, findScene, REAL_PLACES, type World } from 'chargen-core';
import { goneFromWorld } from '../changes/gone.js';
import type { GalleryWorkspace } from '../data/collect.js';
import type { Adopted } from '../protocol.js';

/** Ties a picture of the workspace to a scene, as `chargen adopt --as` does. Pays nothing. */
export async function adoptPicture(
  { root, settings }: GalleryWorkspace,
  world: World,
  name: string,
  picture: string,
): Promise<Adopted> {
  const found = findScene(world, name);
  if (found.kind === 'unknown') return goneFromWorld(name);
  const context = { workspaceRoot: root, world, settings, places: REAL_PLACES };
  const { scenes } = await adoptAs(context, found.entity, found.scene, picture, true);
  const [one] = scenes;
  if (one?.kind === 'adopt') {
    return { kind: 'adopted', message: `${picture} is the picture of “${found.scene.title}” now.` };
  }
  const why =
    one === undefined
      ? 'it is not there any more'
      : one.kind === 'settled'
        ? `the scene is ${one.state}`
        : one.why;
  return { kind: 'refused', message: `${picture} cannot be adopted: ${why}.` };
}
