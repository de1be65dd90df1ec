import { discardEditedPicture, findScene, keepEditedPicture, REAL_PLACES, type World } from 'chargen-core';
import { goneFromWorld } from '../changes/gone.js';
import type { GalleryWorkspace } from '../data/collect.js';
import type { SettledEdit } from '../protocol.js';

/** Keeps a picture that a person edited (its scene is locked), or brings back the one that was made. */
export async function settleEdited(
  { root, settings }: GalleryWorkspace,
  world: World,
  name: string,
  choice: 'keep' | 'discard',
): Promise<SettledEdit> {
  const found = findScene(world, name);
  if (found.kind === 'unknown') return goneFromWorld(name);
  const context = { workspaceRoot: root, world, settings, places: REAL_PLACES };
  const { entity, scene } = found;
  if (choice === 'keep') {
    const kept = await keepEditedPicture(context, entity, scene);
    switch (kept.kind) {
      case 'not-edited':
        return notEdited(name, kept.state);
      case 'refused':
        return { kind: 'refused', message: `${kept.file} could not be changed: ${kept.why}.` };
      case 'written':
      case 'unchanged':
        return { kind: 'settled', message: `${name} is kept as it is: its scene is locked in ${kept.file}.` };
    }
  }
  const discarded = await discardEditedPicture(context, entity, scene);
  if (discarded.kind === 'not-edited') return notEdited(name, discarded.state);
  const kept = discarded.kept.length === 0 ? '' : ` Your version is kept at ${discarded.kept.join(', ')}.`;
  return discarded.kind === 'restored'
    ? { kind: 'settled', message: `The picture that was made for ${name} is back.${kept}` }
    : { kind: 'settled', message: `${name} has no picture now; a run makes or lays one.${kept}` };
}

function notEdited(name: string, state: string): SettledEdit {
  return { kind: 'refused', message: `The picture of ${name} was not edited: the scene is ${state}.` };
}
