import type { Entity, LoadedEntity, Scene, World } from '../content/index.js';
// Not by the indexes: the graph of every Nx process needs this file, and little of what stands behind them.
import { resolveReferences } from '../content/references.js';
import { COMPILER_VERSION } from '../prompt/compiler-version.js';
import { othersShown } from '../prompt/others.js';
import { lookOf, referenceInputs, styleInputs } from '../prompt/prompt-inputs.js';
import { KEY_VERSION } from '../recipe/key-version.js';
import { asJson, digestJson, type Json } from '../util/canonical-json.js';
import { sha256Hex } from '../util/digest.js';
import { sceneName } from './places.js';
import type { ChargenSettings } from './settings.js';

/**
 * What was read of a file stays the same object until the file changes, and never changes itself: so in the Nx
 * daemon its digests last as long as it does. Three maps, for three digests of one object.
 */
const ENTITIES = new WeakMap<Entity, string>();
const LOOKS = new WeakMap<Entity, string>();
const SCENES = new WeakMap<Scene, string>();

/** The digests of one entity's parts, as far as they were worked out. */
export interface PartDigests {
  readonly entity: string | undefined;
  readonly look: string | undefined;
  readonly scenes: readonly (string | undefined)[];
}

export function partDigests(entity: Entity): PartDigests {
  return {
    entity: ENTITIES.get(entity),
    look: LOOKS.get(entity),
    scenes: entity.scenes.map((scene) => SCENES.get(scene)),
  };
}

/** Takes what another process worked out of the same data with the same version of this code. */
export function recallPartDigests(entity: Entity, parts: PartDigests): void {
  if (parts.entity !== undefined) ENTITIES.set(entity, parts.entity);
  if (parts.look !== undefined) LOOKS.set(entity, parts.look);
  for (const [n, scene] of entity.scenes.entries()) {
    const digest = parts.scenes[n];
    if (digest !== undefined) SCENES.set(scene, digest);
  }
}

/**
 * One digest of everything that a person wrote and that can change an entity's pictures: its own data, the
 * style of the world, the model settings, and by their own digests the scenes it shows. Comments, line endings,
 * the order of keys and whatever the tool wrote change nothing. Pictures are not in it: authored ones are
 * inputs of the task by their path, made ones are outputs.
 */
export class AuthoredDigests {
  readonly #entities = new Map<Entity, string>();
  readonly #scenes = new Map<string, string>();
  readonly #styles = new Map<string, string>();
  readonly #style: string;

  constructor(
    readonly world: World,
    readonly settings: ChargenSettings,
  ) {
    const { generationModel, analysisModel, danglingReferences, failOnRefusal, useTraits } = settings;
    this.#style = digestJson(
      asJson({
        key: KEY_VERSION,
        compiler: COMPILER_VERSION,
        style: world.style,
        styleErrors: world.styleDiagnostics,
        generationModel,
        analysisModel,
        danglingReferences,
        failOnRefusal,
        useTraits,
      }),
    );
  }

  of(loaded: LoadedEntity): string {
    const { entity } = loaded;
    // A broken file's project changes with the file, so that mending it is seen.
    if (entity === undefined) return digestJson({ broken: loaded.sourceDigest });
    const known = this.#entities.get(entity);
    if (known !== undefined) return known;
    const scenes = entity.scenes.map((scene) => this.#ofScene(entity, scene));
    const digest = ofParts([this.#style, ofEntity(entity), scenes]);
    this.#entities.set(entity, digest);
    return digest;
  }

  #ofScene(entity: Entity, scene: Scene): string {
    const name = sceneName(entity, scene);
    const known = this.#scenes.get(name);
    if (known !== undefined) return known;
    // A circle of scenes is an error that the executor tells; the digest only has to end.
    this.#scenes.set(name, 'circle');
    const references = resolveReferences(this.world, entity, scene);
    const shown = references.map((reference) =>
      reference.kind === 'scene'
        ? [ofEntity(reference.entity), this.#ofScene(reference.entity, reference.scene)]
        : reference.kind === 'dangling'
          ? reference.diagnostic.message
          : null,
    );
    const looks = othersShown(this.world, entity, scene).map((other) =>
      memoised(LOOKS, other, () => digestJson(lookOf(other))),
    );
    const digest = ofParts([
      memoised(SCENES, scene, () => digestJson(asJson(scene))),
      this.#styleFor(entity, scene),
      looks,
      references.map(referenceInputs),
      shown,
    ]);
    this.#scenes.set(name, digest);
    return digest;
  }

  /** A style guide may be long, and a world's scenes have few moods. */
  #styleFor({ type }: Entity, { mood }: Scene): string {
    const id = `${type} ${mood ?? ''}`;
    const known = this.#styles.get(id);
    if (known !== undefined) return known;
    const digest = digestJson(styleInputs(this.world.style, type, mood));
    this.#styles.set(id, digest);
    return digest;
  }
}

/** Of parts whose order, down to the last member, is this code's own: there is nothing to make canonical. */
function ofParts(parts: readonly Json[]): string {
  return sha256Hex(JSON.stringify(parts));
}

/** Of an entity without its scenes. */
function ofEntity(entity: Entity): string {
  return memoised(ENTITIES, entity, () => digestJson(asJson({ ...entity, scenes: [] })));
}

function memoised<K extends object>(known: WeakMap<K, string>, key: K, make: () => string): string {
  const present = known.get(key);
  if (present !== undefined) return present;
  const made = make();
  known.set(key, made);
  return made;
}
