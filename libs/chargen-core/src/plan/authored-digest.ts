import type { Entity, EntityType, LoadedEntity, Scene, World, WorldStyle } from '../content/index.js';
// Not by the indexes: the graph of every Nx process needs this file, and little of what stands behind them.
import { resolveReferences, type ResolvedReference } from '../content/references.js';
import { moodStyle } from '../prompt/mood-style.js';
import { othersShown } from '../prompt/others.js';
import { KEY_VERSION } from '../recipe/key-version.js';
import { asJson, digestJson, type Json } from '../util/canonical-json.js';
import { sha256Hex } from '../util/digest.js';
import { chosenOptions, lookDigest } from './asked.js';
import { sceneName } from './places.js';
import type { ChargenSettings } from './settings.js';

/**
 * One digest of everything that a person wrote and that can change an entity's pictures: its own data, the
 * style of the world, the model settings, and by their own digests the scenes it shows. Comments, line endings,
 * the order of keys and what the tool wrote change nothing, and neither does a newer reader or compiler: a clone
 * that has only Nx's remote cache would pay again for finished pictures after an update. Pictures are not in it:
 * authored ones are inputs of the task by their path, made ones are outputs.
 */
export class AuthoredDigests {
  readonly #entities = new WeakMap<Entity, string>();
  readonly #scenes = new Map<string, string>();
  readonly #styles = new Map<string, string>();
  readonly #style: string;

  constructor(
    readonly world: World,
    readonly settings: ChargenSettings,
  ) {
    const { analysisModel, failOnRefusal, canonCheck } = settings;
    // How many takes a run asks for changes no picture that is there, and a silenced hint changes none.
    const { takes: _, silenced: __, ...style } = world.style;
    this.#style = digestJson(
      asJson({
        key: KEY_VERSION,
        style,
        styleErrors: world.styleDiagnostics,
        options: chosenOptions(settings),
        failOnRefusal,
        ...(canonCheck ? { analysisModel } : {}),
      }),
    );
  }

  of(loaded: LoadedEntity): string {
    const { entity } = loaded;
    // A broken file's project changes with the file, so that fixing it is noticed.
    if (entity === undefined) return digestJson({ broken: loaded.sourceDigest });
    const known = this.#entities.get(entity);
    if (known !== undefined) return known;
    const scenes = entity.scenes.map((scene) => [scene.id, this.#ofScene(entity, scene)]);
    const digest = ofParts([this.#style, ofEntity(loaded), scenes]);
    this.#entities.set(entity, digest);
    return digest;
  }

  #ofScene(entity: Entity, scene: Scene): string {
    const name = sceneName(entity, scene);
    const known = this.#scenes.get(name);
    if (known !== undefined) return known;
    // A circle of scenes is an error that the executor reports; the digest only has to terminate.
    this.#scenes.set(name, 'circle');
    const references = resolveReferences(this.world, entity, scene);
    const shown = references.map((reference) =>
      reference.kind === 'scene'
        ? [this.#look(reference.entity), this.#ofScene(reference.entity, reference.scene)]
        : reference.kind === 'dangling'
          ? reference.diagnostic.message
          : null,
    );
    const looks = othersShown(this.world, entity, scene).map((other) => this.#look(other));
    const { take, wording = 0, attempt = 1 } = scene;
    const digest = ofParts([
      { ...this.world.find(entity.type, entity.slug)?.asked?.scenes[scene.id] },
      [take, wording, attempt],
      this.#styleFor(entity, scene),
      looks,
      references.map(ofReference),
      shown,
    ]);
    this.#scenes.set(name, digest);
    return digest;
  }

  #look(other: Entity): string {
    return lookDigest(this.world, other);
  }

  /** A style guide may be long, and a world's scenes have few moods. */
  #styleFor({ type }: Entity, { mood }: Scene): string {
    const id = `${type} ${mood ?? ''}`;
    const known = this.#styles.get(id);
    if (known !== undefined) return known;
    const digest = digestJson(ofStyle(this.world.style, type, mood));
    this.#styles.set(id, digest);
    return digest;
  }
}

/** Of parts whose order, down to the last member, is this code's own: there is nothing to make canonical. */
function ofParts(parts: readonly Json[]): string {
  return sha256Hex(JSON.stringify(parts));
}

/** What an entity's files state for all of its scenes. Its name stands in prompts of older versions. */
function ofEntity({ entity, asked, sourceDigest }: LoadedEntity): Json {
  // While scenes cannot be read the task fails, and that failure must never be replayed for a file that was corrected.
  const unread = entity?.unread === undefined ? {} : { unread: sourceDigest };
  return { name: entity?.name ?? null, ...asked?.entity, ...unread };
}

/** What the style guide gives to the scenes of one type and mood. */
function ofStyle(style: WorldStyle, type: EntityType, word: string | undefined): Json {
  const mood = word === undefined ? undefined : moodStyle(style, word);
  return {
    file: style.file ?? null,
    style: style.style ?? null,
    byType: style.byType[type] ?? null,
    mood: mood === undefined ? null : { text: mood.text, words: [...mood.words] },
    negative: [...style.negative],
    terms: { ...style.terms },
  };
}

/** What a reference turned out to be. A new field here runs every task of Nx again. */
function ofReference(reference: ResolvedReference): Json {
  const base = { name: reference.name, role: reference.role, required: reference.required };
  switch (reference.kind) {
    case 'file':
      return { ...base, paths: [...reference.paths], owner: reference.owner?.name ?? null };
    case 'scene':
      return {
        ...base,
        scene: `${reference.entity.type}/${reference.entity.slug}/${reference.scene.id}`,
        owner: reference.entity.name,
        title: reference.scene.title,
        zoneName: reference.scene.place?.zoneName ?? null,
      };
    case 'dangling':
      return { ...base, dangling: true };
  }
}
