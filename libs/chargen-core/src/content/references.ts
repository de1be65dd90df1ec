import type { Diagnostic } from './diagnostic.js';
import type { Entity, ReferenceRole, Scene, SceneReference } from './entity.js';
import { nearest } from '../util/nearest.js';
import { unreachable } from '../util/unreachable.js';
import type { World } from './world.js';

/** What a reference means once it was looked up in the whole world. Nothing is read from the disk for it. */
export type ResolvedReference = {
  /** For people and reports: `character/thane-blackwood portrait`. */
  readonly name: string;
  readonly role: ReferenceRole;
  readonly required: boolean;
  readonly written: SceneReference;
} & (
  | { readonly kind: 'file'; readonly paths: readonly [string, ...string[]]; readonly owner: Entity | undefined }
  | { readonly kind: 'scene'; readonly entity: Entity; readonly scene: Scene }
  | { readonly kind: 'dangling'; readonly diagnostic: Diagnostic }
);

/** Looks up what the scenes of an entity refer to. Deterministic, and pure but for the world it is given. */
export function resolveReferences(world: World, entity: Entity, scene: Scene): ResolvedReference[] {
  return scene.references.map((reference) => resolveReference(world, entity, scene, reference));
}

function resolveReference(world: World, entity: Entity, scene: Scene, reference: SceneReference): ResolvedReference {
  const base = { role: reference.role, required: reference.required, written: reference };
  const dangling = (name: string, code: string, message: string): ResolvedReference => ({
    ...base,
    kind: 'dangling',
    name,
    diagnostic: {
      severity: reference.required ? 'error' : 'warning',
      code,
      message,
      file: scene.file,
      at: reference.at,
      scene: scene.id,
    },
  });
  switch (reference.kind) {
    case 'file':
      return { ...base, kind: 'file', name: reference.path, paths: [reference.path], owner: entity };
    case 'own-scene':
      return sceneOf(entity, reference.scene, `scene ${reference.scene}`);
    case 'entity-scene':
    case 'entity': {
      const name = `${reference.type}/${reference.slug}`;
      const loaded = world.find(reference.type, reference.slug);
      if (loaded?.entity === undefined) return unknownEntity(reference.type, reference.slug, loaded !== undefined);
      if (reference.kind === 'entity-scene') {
        return sceneOf(loaded.entity, reference.scene, `${name} scene ${reference.scene}`);
      }
      return pictureOf(loaded.entity, reference.picture, name);
    }
    case 'zone': {
      const loaded = world.find('location', reference.slug);
      if (loaded?.entity === undefined) return unknownEntity('location', reference.slug, loaded !== undefined);
      return zoneOf(loaded.entity, reference.zone);
    }
    case 'picture-id':
      return byPictureId(reference.id);
    default:
      return unreachable(reference);
  }

  function unknownEntity(type: string, slug: string, isBroken: boolean): ResolvedReference {
    const name = `${type}/${slug}`;
    if (isBroken) {
      return dangling(name, 'reference-to-broken-file', `The ${type} "${slug}" has errors of its own; mend them first.`);
    }
    const known = world.entities.filter((other) => other.id.startsWith(`${type}/`)).map((other) => other.folder.folder);
    return dangling(name, 'unknown-reference', `There is no ${type} "${slug}".${hint(slug, known)}`);
  }

  function sceneOf(owner: Entity, id: string, name: string): ResolvedReference {
    const found = owner.scenes.find((other) => other.id === id);
    if (found === undefined) {
      const known = owner.scenes.map((other) => other.id);
      return dangling(name, 'unknown-scene', `${owner.name} has no scene "${id}".${hint(id, known)}`);
    }
    return { ...base, kind: 'scene', name, entity: owner, scene: found };
  }

  function pictureOf(owner: Entity, id: string | undefined, name: string): ResolvedReference {
    const found =
      id === undefined
        ? (owner.pictures.find((picture) => picture.role === reference.role) ?? undefined)
        : owner.pictures.find((picture) => picture.id === id);
    if (found !== undefined) {
      return { ...base, kind: 'file', name: `${name} ${found.id}`, paths: found.paths, owner };
    }
    if (id === undefined) {
      return dangling(name, 'no-picture', `${owner.name} declares no picture with the role "${reference.role}".`);
    }
    const known = owner.pictures.map((picture) => picture.id);
    return dangling(`${name} ${id}`, 'unknown-picture', `${owner.name} has no reference "${id}".${hint(id, known)}`);
  }

  function zoneOf(owner: Entity, zone: string | undefined): ResolvedReference {
    const found = owner.scenes.find((other) => other.id === zone) ?? owner.scenes[0];
    if (found === undefined) return dangling(`location/${owner.slug}`, 'no-picture', `${owner.name} has no scenes.`);
    return { ...base, kind: 'scene', name: `location/${owner.slug} scene ${found.id}`, entity: owner, scene: found };
  }

  function byPictureId(id: string): ResolvedReference {
    const known: string[] = [];
    for (const other of world.entities) {
      for (const picture of other.entity?.pictures ?? []) {
        if (picture.id === id && other.entity !== undefined) {
          return { ...base, kind: 'file', name: id, paths: picture.paths, owner: other.entity };
        }
        known.push(picture.id);
      }
    }
    return dangling(id, 'unknown-picture', `No entity has a picture "${id}".${hint(id, known)}`);
  }
}

function hint(wanted: string, known: readonly string[]): string {
  const guess = nearest(wanted, known);
  return guess === undefined ? '' : ` Did you mean "${guess}"?`;
}
