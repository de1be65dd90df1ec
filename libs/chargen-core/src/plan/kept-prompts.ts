import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import {
  resolveReferences,
  type Entity,
  type ResolvedReference,
  type Scene,
  type World,
} from '../content/index.js';
import {
  compilePrompt,
  looksOf,
  othersShown,
  recallLooks,
  type CompiledPrompt,
  type PersonLooks,
  type SelectedReference,
} from '../prompt/index.js';
import { digestJson } from '../util/canonical-json.js';
import { sha256Hex } from '../util/digest.js';
import { asKept, KeptEntries } from '../util/kept-entries.js';

/** What is kept under the digest of the files of an entity. */
interface Body {
  readonly looks: PersonLooks | undefined;
  readonly prompts: ReadonlyMap<string, CompiledPrompt>;
}

/** Entities in memory at a time, so that it does not grow with the world. */
const MAX_OPEN = 32;

interface Opened {
  readonly entity: Entity;
  readonly file: KeptEntries;
  readonly source: string;
  readonly prompts: KnownPrompts;
}

/** What an earlier process made, and what this one needs of it or had to make. */
class KnownPrompts {
  readonly #used = new Map<string, CompiledPrompt>();
  hasNew = false;

  constructor(readonly before: ReadonlyMap<string, CompiledPrompt> = new Map()) {}

  get(key: string, make: () => CompiledPrompt): CompiledPrompt {
    const known = this.#used.get(key) ?? this.before.get(key);
    const value = known ?? make();
    this.hasNew ||= known === undefined;
    this.#used.set(key, value);
    return value;
  }

  /** Those of a selection stay beside the others, until most are of what the entities shown were like before. */
  toKeep(usual: number): ReadonlyMap<string, CompiledPrompt> {
    const all = new Map([...this.before, ...this.#used]);
    return all.size > usual * 2 ? this.#used : all;
  }
}

/**
 * Compiled prompts on disk for the next process, in which an entity must be planned again though its text is the same: its
 * pictures were made. One counts only for all that it depends on: the build of this code, the world's style, the files of
 * its entity and of those that it shows, and its references. Losing them costs time and nothing else. Each entity has a
 * file of its own, since prompts are most of what could be kept of a world, and most plans need those of a few entities.
 * `build` is the identity of the build; without one (code that runs as tsc wrote it) nothing is kept.
 */
export class KeptPrompts {
  readonly #opened = new Map<string, Opened>();
  readonly #styles = new WeakMap<World['style'], string>();

  constructor(
    readonly folder: string,
    readonly build?: string,
  ) {}

  /** As `compilePrompt`. */
  compile(
    world: World,
    entity: Entity,
    scene: Scene,
    references: readonly SelectedReference[],
    useTraits: boolean,
  ): CompiledPrompt {
    const compiled = (): CompiledPrompt => compilePrompt(world, entity, scene, references, useTraits);
    const opened = this.#open(world, entity);
    if (opened === undefined) return compiled();
    return opened.prompts.get(this.#keyOf(world, entity, scene, references, useTraits), compiled);
  }

  /** Writes what was not there yet, and forgets. Never throws: a folder that cannot be written costs time. */
  keep(): void {
    for (const opened of this.#opened.values()) this.#write(opened);
    this.#opened.clear();
  }

  #open(world: World, entity: Entity): Opened | undefined {
    const before = this.#opened.get(entity.file);
    if (before?.entity === entity) return before;
    const source = sourceOf(world, entity);
    const path = join(this.folder, `${sha256Hex(entity.file).slice(0, 32)}.v2`);
    const file = KeptEntries.of(path, this.build);
    if (source === undefined || file === undefined) return undefined;
    if (this.#opened.size >= MAX_OPEN) this.keep();
    const entry = file.read().get(source);
    const present = entry === undefined ? undefined : asKept<Body>(deserialize(entry.body));
    if (present?.looks !== undefined) recallLooks(entity, present.looks);
    const opened = { entity, file, source, prompts: new KnownPrompts(present?.prompts) };
    this.#opened.set(entity.file, opened);
    return opened;
  }

  #keyOf(
    world: World,
    entity: Entity,
    scene: Scene,
    references: readonly SelectedReference[],
    useTraits: boolean,
  ): string {
    const resolved = resolveReferences(world, entity, scene);
    return sha256Hex(
      JSON.stringify([
        this.#styleOf(world),
        useTraits,
        [scene.id, scene.take, scene.aspectRatio, scene.imageSize],
        othersShown(world, entity, scene).map((other) => sourceOf(world, other) ?? null),
        resolved.map((one) => describe(world, one)),
        references.map(({ reference }) => resolved.indexOf(reference)),
      ]),
    );
  }

  #styleOf({ style }: World): string {
    let digest = this.#styles.get(style);
    if (digest === undefined) this.#styles.set(style, (digest = digestJson({ ...style })));
    return digest;
  }

  #write({ entity, file, source, prompts }: Opened): void {
    if (!prompts.hasNew) return;
    const body: Body = {
      looks: entity.type === 'character' ? looksOf(entity) : undefined,
      prompts: prompts.toKeep(entity.scenes.length),
    };
    file.keep(new Map([[source, { head: null, body: serialize(body) }]]), new Set([source]));
  }
}

/** The files that an entity was read from, with their content. */
function sourceOf(world: World, { type, slug, file }: Entity): string | undefined {
  const loaded = world.find(type, slug);
  return loaded === undefined ? undefined : `${file} ${loaded.sourceDigest}`;
}

/** What a reference came to: it may be looked up in any file of the world. */
function describe(world: World, reference: ResolvedReference): readonly (string | null)[] {
  const { kind, name, role } = reference;
  const entity = kind === 'file' ? reference.owner : kind === 'scene' ? reference.entity : undefined;
  const found = kind === 'file' ? reference.paths : kind === 'scene' ? [reference.scene.id] : [];
  return [kind, name, role, entity === undefined ? null : (sourceOf(world, entity) ?? null), ...found];
}
