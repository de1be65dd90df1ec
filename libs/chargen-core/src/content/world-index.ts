import { posix } from 'node:path';
import { nearest } from '../util/nearest.js';
import type { Entity, EntityType, Scene } from './entity.js';
import { peekAt } from './loaded-body.js';
import type { LoadedEntity, World } from './world.js';

/** A picture that can be referred to by an id from anywhere in the world. */
export interface KnownPicture {
  /** Not its entity: of a large world that need not stay in memory. */
  readonly owner: LoadedEntity;
  readonly paths: readonly [string, ...string[]];
}

/** What references are looked up in; made once for a world, on the first look. */
export interface WorldIndex {
  picture(id: string): KnownPicture | undefined;
  /** The entity in whose folder a file is. */
  ownerOf(path: string): Entity | undefined;
  scene(entity: Entity, id: string): Scene | undefined;
  nearestSlug(type: EntityType, slug: string): string | undefined;
  nearestPicture(id: string): string | undefined;
}

const INDEXES = new WeakMap<World, WorldIndex>();

export function indexOf(world: World): WorldIndex {
  const present = INDEXES.get(world);
  if (present !== undefined) return present;
  const made = makeIndex(world);
  INDEXES.set(world, made);
  return made;
}

/** The parts are made when first asked for: an entity that was kept for this process is read when it is looked at. */
function makeIndex(world: World): WorldIndex {
  let pictures: ReadonlyMap<string, KnownPicture> | undefined;
  const picturesOf = (): ReadonlyMap<string, KnownPicture> => (pictures ??= picturesById(world));
  const roots = new Map(world.entities.map((loaded) => [loaded.folder.root, loaded]));
  const scenes = new WeakMap<Entity, Map<string, Scene>>();
  const guesses = new Map<string, string | undefined>();
  const guess = (kind: string, wanted: string, known: () => Iterable<string>): string | undefined => {
    // A name that dangles is asked for by many scenes, and comparing it with every other is slow.
    const key = `${kind}\0${wanted}`;
    if (!guesses.has(key)) guesses.set(key, nearest(wanted, known()));
    return guesses.get(key);
  };
  return {
    picture: (id) => picturesOf().get(id),
    ownerOf(path) {
      for (
        let folder = posix.dirname(path);
        folder !== '.' && folder !== '/';
        folder = posix.dirname(folder)
      ) {
        const owner = roots.get(folder)?.entity;
        if (owner !== undefined) return owner;
      }
      return undefined;
    },
    scene(entity, id) {
      let known = scenes.get(entity);
      if (known === undefined) {
        known = new Map(entity.scenes.map((scene) => [scene.id, scene]));
        scenes.set(entity, known);
      }
      return known.get(id);
    },
    nearestSlug: (type, slug) => guess(type, slug, () => slugsOf(world, type)),
    nearestPicture: (id) => guess('picture', id, () => picturesOf().keys()),
  };
}

function picturesById({ entities }: World): Map<string, KnownPicture> {
  const pictures = new Map<string, KnownPicture>();
  const portraits = new Map<string, KnownPicture>();
  // The first stands: entities are sorted, so that the answer is the same on every machine.
  const add = (known: Map<string, KnownPicture>, name: string, picture: KnownPicture): void => {
    if (!known.has(name)) known.set(name, picture);
  };
  for (const owner of entities) {
    const { entity, inventory } = peekAt(owner);
    if (entity === undefined) continue;
    for (const { id, paths } of entity.pictures) add(pictures, id, { owner, paths });
    for (const { id, path } of inventory ?? []) add(pictures, id, { owner, paths: [path] });
    const portrait =
      entity.type === 'character' ? entity.pictures.find((one) => one.role === 'portrait') : undefined;
    if (portrait !== undefined) add(portraits, `${entity.slug}-portrait`, { owner, paths: portrait.paths });
  }
  // After all that is written down: the usual name of a portrait, which inventories use without declaring it.
  for (const [usual, portrait] of portraits) add(pictures, usual, portrait);
  return pictures;
}

function slugsOf({ entities }: World, wanted: EntityType): string[] {
  return entities.flatMap(({ entity, id, folder }) => {
    const type = entity?.type ?? folder.folderType;
    return type === wanted ? [id.slice(id.indexOf('/') + 1)] : [];
  });
}
