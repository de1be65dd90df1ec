import { posix } from 'node:path';
import { nearest } from '../util/nearest.js';
import type { Entity, EntityType, Scene } from './entity.js';
import type { World } from './world.js';

/** A picture that can be referred to by an id from anywhere in the world. */
export interface KnownPicture {
  readonly owner: Entity;
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
  for (const { entity, inventory } of entities) {
    if (entity === undefined) continue;
    const add = (name: string, paths: readonly [string, ...string[]]): void => {
      // The first stands: entities are sorted, so that the answer is the same on every machine.
      if (!pictures.has(name)) pictures.set(name, { owner: entity, paths });
    };
    for (const picture of entity.pictures) add(picture.id, picture.paths);
    for (const entry of inventory ?? []) add(entry.id, [entry.path]);
  }
  // After all that is written down: the usual name of a portrait, which inventories use without declaring it.
  for (const { entity } of entities) {
    const portrait =
      entity?.type === 'character' ? entity.pictures.find((one) => one.role === 'portrait') : undefined;
    if (entity === undefined || portrait === undefined) continue;
    const usual = `${entity.slug}-portrait`;
    if (!pictures.has(usual)) pictures.set(usual, { owner: entity, paths: portrait.paths });
  }
  return pictures;
}

function slugsOf({ entities }: World, wanted: EntityType): string[] {
  return entities.flatMap(({ entity, id, folder }) => {
    const type = entity?.type ?? folder.folderType;
    return type === wanted ? [id.slice(id.indexOf('/') + 1)] : [];
  });
}
