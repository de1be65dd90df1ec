import { sha256Hex } from '../util/digest.js';
import { peekAt } from './loaded-body.js';
import type { EntityFolder, LoadedEntity, World } from './world.js';

/**
 * What other entities can see of an entity when their references, links and digests are made. `listed` is what a look
 * through the whole world finds: pictures by their ids. `view` is all the rest that an entity that names this one reads:
 * everything but the words of its scenes, which count only for who shows such a scene.
 */
export interface SeenByOthers {
  readonly listed: string;
  readonly view: string;
}

function seenByOthers(loaded: LoadedEntity): SeenByOthers {
  const { entity, inventory, asked } = peekAt(loaded);
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

/** What results about an entity, and about those that name it, are made from. */
export interface SeenEntity extends SeenByOthers {
  /** The digest of its files, with whether the world shows another entity in its place. */
  readonly source: string;
}

/** Of all entities of a world, by their folders; `known` are those of before. */
export function seenInWorld(
  world: World,
  known: (folder: EntityFolder) => SeenEntity | undefined,
): ReadonlyMap<string, SeenEntity> {
  return new Map(
    world.entities.map((loaded, index) => {
      const { folder, id, sourceDigest } = loaded;
      const isDouble = world.entities[index - 1]?.id === id;
      const source = isDouble ? `${sourceDigest} double` : sourceDigest;
      const before = known(folder);
      const { listed, view } = before?.source === source ? before : seenByOthers(loaded);
      return [folder.root, { source, listed, view }];
    }),
  );
}

/** What a look through the whole world finds. */
export function listedInWorld(world: World, seen: ReadonlyMap<string, SeenEntity>): string {
  return digestOf(world.entities.map(({ folder, id }) => [folder.root, id, seen.get(folder.root)?.listed]));
}

/** In this code's own order of fields: what this process compares with was written by the same code. */
function digestOf(parts: readonly unknown[]): string {
  return sha256Hex(JSON.stringify(parts)).slice(0, 32);
}
