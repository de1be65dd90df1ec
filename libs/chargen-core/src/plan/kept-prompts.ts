import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import {
  resolveReferences,
  type Diagnostic,
  type Entity,
  type ResolvedReference,
  type Scene,
  type World,
} from '../content/index.js';
import {
  compilePrompt,
  lintScene,
  looksOf,
  othersShown,
  recallLooks,
  type CompiledPrompt,
  type LintScene,
  type PersonLooks,
  type SelectedReference,
} from '../prompt/index.js';
import { BUILD_ID } from '../util/build-id.js';
import { digestJson } from '../util/canonical-json.js';
import { sha256Hex } from '../util/digest.js';
import { writeDerived } from '../util/write-derived.js';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const isMap = (value: unknown): boolean => value instanceof Map;

// Written by this very code, as `code` and the digest of the file show.
const fileSchema = z.object({
  v: z.literal(1),
  code: z.string(),
  source: z.string(),
  looks: z.custom<PersonLooks>(isObject).optional(),
  prompts: z.custom<ReadonlyMap<string, CompiledPrompt>>(isMap),
  hints: z.custom<ReadonlyMap<string, readonly Diagnostic[]>>(isMap),
});

const DIGEST_CHARS = 64;
/** Entities in memory at a time, so that it does not grow with the world. */
const MAX_OPEN = 32;

interface Opened {
  readonly entity: Entity;
  readonly path: string;
  readonly source: string;
  readonly prompts: Known<CompiledPrompt>;
  readonly hints: Known<readonly Diagnostic[]>;
}

/** What an earlier process made, and what this one needs of it or had to make. */
class Known<T> {
  readonly #used = new Map<string, T>();
  hasNew = false;

  constructor(readonly before: ReadonlyMap<string, T> = new Map()) {}

  get(key: string, make: () => T): T {
    const known = this.#used.get(key) ?? this.before.get(key);
    const value = known ?? make();
    this.hasNew ||= known === undefined;
    this.#used.set(key, value);
    return value;
  }

  /** Those of a selection stay beside the others, until most are of what the entities shown were like before. */
  toKeep(usual: number): ReadonlyMap<string, T> {
    const all = new Map([...this.before, ...this.#used]);
    return all.size > usual * 2 ? this.#used : all;
  }
}

/**
 * Compiled prompts, and the hints about them, on disk for the next process, a file for each entity: without them each
 * plan compiles every scene of the world again. One counts only for all that it depends on: the build of this code, the
 * world's style, the files of its entity and of those that it shows, and its references. Losing them costs time and
 * nothing else.
 * `build` is the identity of the build; without one (code that runs as tsc wrote it) nothing is kept.
 */
export class KeptPrompts {
  readonly #opened = new Map<string, Opened>();
  readonly #styles = new WeakMap<World['style'], string>();

  constructor(
    readonly folder: string,
    readonly build: string | undefined = BUILD_ID,
  ) {}

  /** As `compilePrompt`. */
  compile(
    world: World,
    entity: Entity,
    scene: Scene,
    references: readonly SelectedReference[],
    useTraits: boolean,
  ): CompiledPrompt {
    const compiled = (): CompiledPrompt =>
      compilePrompt(world, entity, scene, references, undefined, useTraits);
    const opened = this.#open(world, entity);
    if (opened === undefined) return compiled();
    return opened.prompts.get(this.#keyOf(world, entity, scene, references, useTraits), compiled);
  }

  /** As `lintScene`. */
  readonly lint: LintScene = (world, entity, scene) => {
    const linted = (): readonly Diagnostic[] => lintScene(world, entity, scene);
    const opened = this.#open(world, entity);
    return opened === undefined ? linted() : opened.hints.get(this.#keyOf(world, entity, scene), linted);
  };

  /** Writes what was not there yet, and forgets. Never throws: a folder that cannot be written costs time. */
  keep(): void {
    for (const opened of this.#opened.values()) this.#write(opened);
    this.#opened.clear();
  }

  #open(world: World, entity: Entity): Opened | undefined {
    const before = this.#opened.get(entity.file);
    if (before?.entity === entity) return before;
    const source = sourceOf(world, entity);
    if (source === undefined || this.build === undefined) return undefined;
    if (this.#opened.size >= MAX_OPEN) this.keep();
    const path = join(this.folder, `${sha256Hex(entity.file).slice(0, 32)}.v1`);
    const file = readFile(path);
    const present = file?.code === this.build && file.source === source ? file : undefined;
    if (present?.looks !== undefined) recallLooks(entity, present.looks);
    const opened = {
      entity,
      path,
      source,
      prompts: new Known(present?.prompts),
      hints: new Known(present?.hints),
    };
    this.#opened.set(entity.file, opened);
    return opened;
  }

  #keyOf(
    world: World,
    entity: Entity,
    scene: Scene,
    references: readonly SelectedReference[] = [],
    useTraits = true,
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

  #write({ entity, path, source, prompts, hints }: Opened): void {
    if (!prompts.hasNew && !hints.hasNew) return;
    const usual = entity.scenes.length;
    const body = serialize({
      v: 1,
      code: this.build,
      source,
      looks: entity.type === 'character' ? looksOf(entity) : undefined,
      prompts: prompts.toKeep(usual),
      hints: hints.toKeep(usual),
    });
    try {
      writeDerived(path, Buffer.concat([Buffer.from(sha256Hex(body)), body]));
    } catch {
      // The next process makes these again.
    }
  }
}

/** Undefined if there is none, or one that is damaged. */
function readFile(path: string): z.infer<typeof fileSchema> | undefined {
  try {
    const bytes = readFileSync(path);
    const body = bytes.subarray(DIGEST_CHARS);
    if (bytes.toString('latin1', 0, DIGEST_CHARS) !== sha256Hex(body)) return undefined;
    return fileSchema.safeParse(deserialize(body)).data;
  } catch {
    return undefined;
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
