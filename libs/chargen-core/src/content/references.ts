import type { Diagnostic } from './diagnostic.js';
import type { Entity, EntityType, ReferenceRole, Scene, SceneReference } from './entity.js';
import { findZone, zoneNames } from './find-zone.js';
import { nearest } from '../util/nearest.js';
import { unreachable } from '../util/unreachable.js';
import type { LoadedEntity, World } from './world.js';
import { indexOf } from './world-index.js';

/** What a reference means once it was looked up in the whole world. Nothing is read from the disk for it. */
export type ResolvedReference = {
  /** For people and reports: `character/thane-blackwood portrait`. */
  readonly name: string;
  readonly role: ReferenceRole;
  readonly required: boolean;
  readonly written: SceneReference;
  /** What its author should know although something was found: an overview in place of a zone, say. */
  readonly notes?: readonly Diagnostic[];
} & (
  | {
      readonly kind: 'file';
      readonly paths: readonly [string, ...string[]];
      readonly owner: Entity | undefined;
    }
  | { readonly kind: 'scene'; readonly entity: Entity; readonly scene: Scene }
  | { readonly kind: 'dangling'; readonly diagnostic: Diagnostic }
);

/** A world never changes, and whoever links, digests and plans it asks for the same again. */
const known = new WeakMap<World, WeakMap<Scene, readonly ResolvedReference[]>>();

/** Looks up what a scene of an entity refers to. Deterministic, and pure but for the world it is given. */
export function resolveReferences(world: World, entity: Entity, scene: Scene): readonly ResolvedReference[] {
  let ofWorld = known.get(world);
  if (ofWorld === undefined) known.set(world, (ofWorld = new WeakMap()));
  let resolved = ofWorld.get(scene);
  if (resolved === undefined) {
    resolved = scene.references.map((reference) => resolveReference(world, entity, scene, reference));
    ofWorld.set(scene, resolved);
  }
  return resolved;
}

function resolveReference(
  world: World,
  entity: Entity,
  scene: Scene,
  reference: SceneReference,
): ResolvedReference {
  const index = indexOf(world);
  const base = { role: reference.role, required: reference.required, written: reference };
  const tell = (
    severity: Diagnostic['severity'],
    code: string,
    message: string,
    at = reference.at,
    cause?: string,
  ): Diagnostic => ({
    severity,
    code,
    message,
    file: scene.file,
    at,
    scene: scene.id,
    ...(cause === undefined ? {} : { cause }),
  });
  const dangling = (name: string, code: string, message: string, cause?: string): ResolvedReference => ({
    ...base,
    kind: 'dangling',
    name,
    diagnostic: tell(reference.required ? 'error' : 'warning', code, message, reference.at, cause),
  });
  switch (reference.kind) {
    case 'file':
      return {
        ...base,
        kind: 'file',
        name: reference.path,
        paths: [reference.path],
        owner: index.ownerOf(reference.path) ?? entity,
      };
    case 'own-scene':
      return sceneOf(entity, reference.scene, `scene ${reference.scene}`);
    case 'entity-scene':
    case 'entity': {
      const name = `${reference.type}/${reference.slug}`;
      const loaded = world.find(reference.type, reference.slug);
      if (reference.kind === 'entity-scene') {
        return loaded?.entity === undefined
          ? unknownEntity(reference.type, reference.slug, loaded)
          : sceneOf(loaded.entity, reference.scene, `${name} scene ${reference.scene}`);
      }
      const usual =
        loaded?.entity === undefined
          ? unknownEntity(reference.type, reference.slug, loaded)
          : pictureOf(loaded.entity, reference.picture, name);
      return preferred(reference, usual);
    }
    case 'zone': {
      const loaded = world.find('location', reference.slug);
      if (loaded?.entity === undefined) return unknownEntity('location', reference.slug, loaded);
      return zoneOf(loaded.entity, reference.zone);
    }
    case 'picture-id': {
      const found = index.picture(reference.id);
      if (found !== undefined) {
        return { ...base, kind: 'file', name: reference.id, paths: found.paths, owner: found.owner };
      }
      // A slug in place of an id: the character's portrait, or the place.
      const { id: slug, required, at } = reference;
      if (world.find('character', slug) !== undefined) {
        const portrait = { kind: 'entity', type: 'character', slug, role: 'portrait', required, at } as const;
        return resolveReference(world, entity, scene, portrait);
      }
      if (world.find('location', slug) !== undefined) {
        return resolveReference(world, entity, scene, { kind: 'zone', slug, role: 'place', required, at });
      }
      return dangling(reference.id, 'unknown-picture', noPicture(reference.id));
    }
    default:
      return unreachable(reference);
  }

  function noPicture(id: string): string {
    return `No entity has a picture "${id}".${didYouMean(index.nearestPicture(id))}`;
  }

  function unknownEntity(
    type: EntityType,
    slug: string,
    broken: LoadedEntity | undefined,
  ): ResolvedReference {
    const name = `${type}/${slug}`;
    if (broken !== undefined) {
      return dangling(
        name,
        'reference-to-broken-file',
        `The ${type} "${slug}" has errors of its own; correct ${broken.folder.file} first.`,
        broken.folder.file,
      );
    }
    const message = `There is no ${type} "${slug}".${didYouMean(index.nearestSlug(type, slug))}`;
    return dangling(name, 'unknown-reference', message);
  }

  function sceneOf(owner: Entity, id: string, name: string): ResolvedReference {
    const found = index.scene(owner, id);
    if (found !== undefined) return { ...base, kind: 'scene', name, entity: owner, scene: found };
    if (owner.unread?.includes(id) === true) {
      const message = `The scene "${id}" of ${owner.name} has errors of its own; correct ${owner.file} first.`;
      return dangling(name, 'reference-to-broken-scene', message, owner.file);
    }
    const known = owner.scenes.map((other) => other.id);
    return dangling(
      name,
      'unknown-scene',
      `${owner.name} has no scene "${id}".${didYouMean(nearest(id, known))}`,
    );
  }

  function pictureOf(owner: Entity, id: string | undefined, name: string): ResolvedReference {
    const found =
      id === undefined
        ? owner.pictures.find((picture) => picture.role === reference.role)
        : owner.pictures.find((picture) => picture.id === id);
    if (found !== undefined) {
      return { ...base, kind: 'file', name: `${name} ${found.id}`, paths: found.paths, owner };
    }
    if (id === undefined) {
      const message = `${owner.name} declares no picture with the role "${reference.role}".`;
      return dangling(name, 'no-picture', message);
    }
    const known = owner.pictures.map((picture) => picture.id);
    const message = `${owner.name} has no reference "${id}".${didYouMean(nearest(id, known))}`;
    return dangling(`${name} ${id}`, 'unknown-picture', message);
  }

  /** The preferred pictures that the world knows, with the usual one behind them should their files be gone. */
  function preferred(
    written: Extract<SceneReference, { kind: 'entity' }>,
    usual: ResolvedReference,
  ): ResolvedReference {
    const asked = (written.prefer ?? []).map((one) => ({ ...one, found: index.picture(one.id) }));
    const known = asked.flatMap(({ id, found }) => (found === undefined ? [] : [{ id, ...found }]));
    const [best] = known;
    const instead = best === undefined ? 'The usual portrait is used.' : `"${best.id}" is used.`;
    // Where the character is unknown as well, that is told, and once is enough.
    const isKnown = usual.kind === 'file' || best !== undefined;
    const notes = asked
      .filter(({ found }) => isKnown && found === undefined)
      .map(({ id, at }) => tell('warning', 'unknown-picture', `${noPicture(id)} ${instead}`, at));
    const [first, ...rest] = new Set([
      ...known.flatMap(({ paths }) => paths),
      ...(usual.kind === 'file' ? usual.paths : []),
    ]);
    if (best !== undefined && first !== undefined) {
      return { ...base, kind: 'file', name: best.id, paths: [first, ...rest], owner: best.owner, notes };
    }
    return notes.length === 0 ? usual : { ...usual, notes };
  }

  function zoneOf(owner: Entity, zone: string | undefined): ResolvedReference {
    const place = `location/${owner.slug}`;
    // An author's own picture of the zone needs no waiting.
    const drawn = owner.pictures.find(
      (picture) => picture.role === 'place' && (zone === undefined || picture.id === zone),
    );
    if (drawn !== undefined) {
      return { ...base, kind: 'file', name: `${place} ${drawn.id}`, paths: drawn.paths, owner };
    }
    const match = findZone(owner, zone);
    if (match.kind === 'none') return dangling(place, 'no-picture', `${owner.name} has no scenes.`);
    const found = {
      ...base,
      kind: 'scene',
      name: `${place} scene ${match.scene.id}`,
      entity: owner,
    } as const;
    if (match.kind !== 'stand-in') return { ...found, scene: match.scene };
    const guess = didYouMean(nearest(zone ?? '', zoneNames(owner)));
    const message = `${owner.name} has no zone "${zone ?? ''}"; its scene "${match.scene.id}" is used instead.${guess}`;
    return { ...found, scene: match.scene, notes: [tell('note', 'zone-stands-in', message)] };
  }
}

function didYouMean(guess: string | undefined): string {
  return guess === undefined ? '' : ` Did you mean "${guess}"?`;
}
