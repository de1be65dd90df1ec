import {
  resolveReferences,
  type Entity,
  type LoadedEntity,
  type Scene,
  type World,
} from '../content/index.js';
import { COMPILER_VERSION, promptInputs } from '../prompt/index.js';
import { KEY_VERSION } from '../recipe/index.js';
import { asJson, digestJson } from '../util/canonical-json.js';
import { sceneName } from './places.js';
import type { ChargenSettings } from './settings.js';

/**
 * One digest of everything that a person wrote and that can change an entity's pictures: its own data, the
 * style of the world, the model settings, and by their own digests the scenes it shows. Comments, line endings,
 * the order of keys and whatever the tool wrote change nothing. Pictures are not in it: authored ones are
 * inputs of the task by their path, made ones are outputs.
 */
export class AuthoredDigests {
  readonly #scenes = new Map<string, string>();
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
    if (entity === undefined) return digestJson(asJson({ broken: loaded.sourceDigest }));
    const scenes = entity.scenes.map((scene) => this.#ofScene(entity, scene, new Set()));
    return digestJson(asJson({ world: this.#style, entity: withoutScenes(entity), scenes }));
  }

  #ofScene(entity: Entity, scene: Scene, trail: ReadonlySet<string>): string {
    const name = sceneName(entity, scene);
    const known = this.#scenes.get(name);
    if (known !== undefined) return known;
    // A circle of scenes is an error that the executor tells; the digest only has to end.
    if (trail.has(name)) return 'circle';
    const inner = new Set([...trail, name]);
    const shown = resolveReferences(this.world, entity, scene).map((reference) =>
      reference.kind === 'scene'
        ? [withoutScenes(reference.entity), this.#ofScene(reference.entity, reference.scene, inner)]
        : reference.kind === 'dangling'
          ? reference.diagnostic.message
          : null,
    );
    const digest = digestJson(asJson({ scene, inputs: promptInputs(this.world, entity, scene), shown }));
    if (trail.size === 0) this.#scenes.set(name, digest);
    return digest;
  }
}

function withoutScenes(entity: Entity): Entity {
  return { ...entity, scenes: [] };
}
