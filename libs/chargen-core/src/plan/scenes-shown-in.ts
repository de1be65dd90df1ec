import { sceneName } from './places.js';
import type { PlannedScene } from './scene-state.js';

/** The names of the scenes whose pictures are references of this one. */
export function scenesShownIn({ references }: Pick<PlannedScene, 'references'>): string[] {
  return references.flatMap(({ reference }) =>
    reference.kind === 'scene' ? [sceneName(reference.entity, reference.scene)] : [],
  );
}
