import type { Diagnostic } from './diagnostic.js';
import type { DataPath, Entity, EntityType, ReferenceRole, Scene, SceneReference } from './entity.js';
import { findZone, zoneNames } from './find-zone.js';
import { nearest } from '../util/nearest.js';
import { unreachable } from '../util/unreachable.js';
import type { World } from './world.js';
import { indexOf, type WorldIndex } from './world-index.js';

/** What a reference means once it was looked up in the whole world. Nothing is read from the disk for it. */
export type ResolvedReference = {
  /** For people and reports: `character/thane-blackwood portrait`. */
  readonly name: string;
  readonly role: ReferenceRole;
  readonly required: boolean;
  readonly written: SceneReference;
  /** What its author should know although something was found, for example an overview in place of a zone. */
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

/** A world never changes, and linking, digests and planning each ask for the same. */
const known = new WeakMap<World, WeakMap<Scene, readonly ResolvedReference[]>>();

/** Looks up what a scene of an entity refers to. Deterministic, and pure but for the world it is given. */
export function resolveReferences(world: World, entity: Entity, scene: Scene): readonly ResolvedReference[] {
  let ofWorld = known.get(world);
  if (ofWorld === undefined) known.set(world, (ofWorld = new WeakMap()));
  let resolved = ofWorld.get(scene);
  if (resolved === undefined) {
    resolved = scene.references.map((reference) =>
      new ReferenceLookup(world, entity, scene, reference).resolve(),
    );
    ofWorld.set(scene, resolved);
  }
  return resolved;
}

/** One reference of one scene, looked up in the whole world. */
class ReferenceLookup {
  readonly #world: World;
  readonly #entity: Entity;
  readonly #scene: Scene;
  readonly #reference: SceneReference;
  readonly #index: WorldIndex;
  /** What every answer has in common. */
  readonly #base: Pick<ResolvedReference, 'role' | 'required' | 'written'>;

  constructor(world: World, entity: Entity, scene: Scene, reference: SceneReference) {
    this.#world = world;
    this.#entity = entity;
    this.#scene = scene;
    this.#reference = reference;
    this.#index = indexOf(world);
    this.#base = { role: reference.role, required: reference.required, written: reference };
  }

  resolve(): ResolvedReference {
    const reference = this.#reference;
    switch (reference.kind) {
      case 'file': {
        const owner = this.#index.ownerOf(reference.path) ?? this.#entity;
        return { ...this.#base, kind: 'file', name: reference.path, paths: [reference.path], owner };
      }
      case 'own-scene':
        return this.#sceneOf(this.#entity, reference.scene, `scene ${reference.scene}`);
      case 'entity-scene': {
        const { type, slug, scene } = reference;
        return this.#inEntity(type, slug, (owner) =>
          this.#sceneOf(owner, scene, `${type}/${slug} scene ${scene}`),
        );
      }
      case 'entity': {
        const { type, slug, picture } = reference;
        const usual = this.#inEntity(type, slug, (owner) =>
          this.#pictureOf(owner, picture, `${type}/${slug}`),
        );
        return this.#preferred(reference, usual);
      }
      case 'zone':
        return this.#inEntity('location', reference.slug, (owner) => this.#zoneOf(owner, reference.zone));
      case 'picture-id':
        return this.#byId(reference);
      default:
        return unreachable(reference);
    }
  }

  #byId(reference: Extract<SceneReference, { kind: 'picture-id' }>): ResolvedReference {
    const found = this.#index.picture(reference.id);
    if (found !== undefined) {
      return {
        ...this.#base,
        kind: 'file',
        name: reference.id,
        paths: found.paths,
        owner: found.owner.entity,
      };
    }
    // A slug in place of an id: the character's portrait, or the place.
    const { id: slug, required, at } = reference;
    if (this.#world.find('character', slug) !== undefined) {
      return this.#instead({ kind: 'entity', type: 'character', slug, role: 'portrait', required, at });
    }
    if (this.#world.find('location', slug) !== undefined) {
      return this.#instead({ kind: 'zone', slug, role: 'place', required, at });
    }
    return this.#dangling(reference.id, 'unknown-picture', this.#noPicture(reference.id));
  }

  #instead(reference: SceneReference): ResolvedReference {
    return new ReferenceLookup(this.#world, this.#entity, this.#scene, reference).resolve();
  }

  #inEntity(
    type: EntityType,
    slug: string,
    resolve: (owner: Entity) => ResolvedReference,
  ): ResolvedReference {
    const loaded = this.#world.find(type, slug);
    if (loaded?.entity !== undefined) return resolve(loaded.entity);
    const name = `${type}/${slug}`;
    if (loaded !== undefined) {
      const { file } = loaded.folder;
      const message = `The ${type} "${slug}" has errors of its own; correct ${file} first.`;
      return this.#dangling(name, 'reference-to-broken-file', message, file);
    }
    const message = `There is no ${type} "${slug}".${didYouMean(this.#index.nearestSlug(type, slug))}`;
    return this.#dangling(name, 'unknown-reference', message);
  }

  #sceneOf(owner: Entity, id: string, name: string): ResolvedReference {
    const found = this.#index.scene(owner, id);
    if (found !== undefined) return { ...this.#base, kind: 'scene', name, entity: owner, scene: found };
    if (owner.unread?.includes(id) === true) {
      const message = `The scene "${id}" of ${owner.name} has errors of its own; correct ${owner.file} first.`;
      return this.#dangling(name, 'reference-to-broken-scene', message, owner.file);
    }
    const ids = owner.scenes.map((scene) => scene.id);
    const message = `${owner.name} has no scene "${id}".${didYouMean(nearest(id, ids))}`;
    return this.#dangling(name, 'unknown-scene', message);
  }

  #pictureOf(owner: Entity, id: string | undefined, name: string): ResolvedReference {
    const { role } = this.#reference;
    const found = owner.pictures.find((picture) =>
      id === undefined ? picture.role === role : picture.id === id,
    );
    if (found !== undefined) {
      return { ...this.#base, kind: 'file', name: `${name} ${found.id}`, paths: found.paths, owner };
    }
    if (id === undefined) {
      const message = `${owner.name} declares no picture with the role "${role}".`;
      return this.#dangling(name, 'no-picture', message);
    }
    const ids = owner.pictures.map((picture) => picture.id);
    const message = `${owner.name} has no reference "${id}".${didYouMean(nearest(id, ids))}`;
    return this.#dangling(`${name} ${id}`, 'unknown-picture', message);
  }

  /** The preferred pictures that the world knows, and after them the usual one, in case their files are gone. */
  #preferred(
    written: Extract<SceneReference, { kind: 'entity' }>,
    usual: ResolvedReference,
  ): ResolvedReference {
    if (written.prefer === undefined || written.prefer.length === 0) return usual;
    const preferred = written.prefer.map((one) => ({ ...one, found: this.#index.picture(one.id) }));
    const known = preferred.flatMap(({ id, found }) => (found === undefined ? [] : [{ id, ...found }]));
    const [best] = known;
    const instead = best === undefined ? 'The usual portrait is used.' : `"${best.id}" is used.`;
    // If the character is unknown too, that is the one thing to report.
    const isKnown = usual.kind === 'file' || best !== undefined;
    const notes = preferred
      .filter(({ found }) => isKnown && found === undefined)
      .map(({ id, at }) =>
        this.#diagnostic('warning', 'unknown-picture', `${this.#noPicture(id)} ${instead}`, at),
      );
    const [path, ...otherPaths] = new Set([
      ...known.flatMap(({ paths }) => paths),
      ...(usual.kind === 'file' ? usual.paths : []),
    ]);
    if (best !== undefined && path !== undefined) {
      const paths = [path, ...otherPaths] as const;
      return { ...this.#base, kind: 'file', name: best.id, paths, owner: best.owner.entity, notes };
    }
    return notes.length === 0 ? usual : { ...usual, notes };
  }

  #zoneOf(owner: Entity, zone: string | undefined): ResolvedReference {
    const place = `location/${owner.slug}`;
    // An author's own picture of the zone needs no waiting.
    const drawn = owner.pictures.find(
      (picture) => picture.role === 'place' && (zone === undefined || picture.id === zone),
    );
    if (drawn !== undefined) {
      return { ...this.#base, kind: 'file', name: `${place} ${drawn.id}`, paths: drawn.paths, owner };
    }
    const match = findZone(owner, zone);
    if (match.kind === 'none') return this.#dangling(place, 'no-picture', `${owner.name} has no scenes.`);
    const { scene } = match;
    const found = {
      ...this.#base,
      kind: 'scene',
      name: `${place} scene ${scene.id}`,
      entity: owner,
      scene,
    } as const;
    if (match.kind !== 'stand-in') return found;
    const guess = didYouMean(nearest(zone ?? '', zoneNames(owner)));
    const message = `${owner.name} has no zone "${zone ?? ''}"; its scene "${scene.id}" is used instead.${guess}`;
    return { ...found, notes: [this.#diagnostic('note', 'zone-stands-in', message, this.#reference.at)] };
  }

  #noPicture(id: string): string {
    return `No entity has a picture "${id}".${didYouMean(this.#index.nearestPicture(id))}`;
  }

  #dangling(name: string, code: string, message: string, cause?: string): ResolvedReference {
    const { required, at } = this.#reference;
    const diagnostic = this.#diagnostic(required ? 'error' : 'warning', code, message, at);
    const caused = cause === undefined ? diagnostic : { ...diagnostic, cause };
    return { ...this.#base, kind: 'dangling', name, diagnostic: caused };
  }

  #diagnostic(severity: Diagnostic['severity'], code: string, message: string, at: DataPath): Diagnostic {
    const { file, id } = this.#scene;
    return { severity, code, message, file, at, scene: id };
  }
}

function didYouMean(guess: string | undefined): string {
  return guess === undefined ? '' : ` Did you mean "${guess}"?`;
}
