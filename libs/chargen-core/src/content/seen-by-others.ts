import { sha256Hex } from '../util/digest.js';
import type { LoadedEntity } from './world.js';

/**
 * What other entities can see of an entity when their references, links and digests are made. `listed` is what a look
 * through the whole world finds: pictures by their ids. `view` is all the rest that an entity that names this one reads:
 * everything but the words of its scenes, which count only for who shows such a scene.
 */
export interface SeenByOthers {
  readonly listed: string;
  readonly view: string;
}

export function seenByOthers({ entity, inventory, asked }: LoadedEntity): SeenByOthers {
  return {
    listed: digestOf([
      entity === undefined ? 'broken' : 'whole',
      entity?.pictures.map(({ id, role, paths }) => [id, role, paths]),
      inventory?.map(({ id, path }) => [id, path]),
    ]),
    view: digestOf([
      { ...entity, scenes: [] },
      asked?.entity,
      entity?.scenes.map(({ prompt, promptSource, parts, altText, negative, ...seen }) => seen),
    ]),
  };
}

/** In this code's own order of fields: what this process compares with was written by the same code. */
function digestOf(parts: readonly unknown[]): string {
  return sha256Hex(JSON.stringify(parts)).slice(0, 32);
}
