import { deserialize, serialize } from 'node:v8';
import { datesPassed } from '../catalogue/index.js';
import {
  listedInWorld,
  seenInWorld,
  SimilarFiles,
  type LoadedEntity,
  type LocatedDiagnostic,
  type SeenEntity,
  type World,
} from '../content/index.js';
import { entitiesSeen, type ChargenSettings, type FoundPictures, type Places } from '../plan/index.js';
import { withoutStyleIn, type ScenesWithoutStyle } from '../prompt/index.js';
import type { EntityOutcome } from '../report/outcome.js';
import { SYSTEM_CLOCK, type Clock } from '../util/clock.js';
import { sha256Hex } from '../util/digest.js';
import { asKept, KeptEntries, type KeptEntry, type StoredEntry } from '../util/kept-entries.js';
import { digestOfFiles, type Looked } from '../util/looked-files.js';
import type { EntityFindings } from './entity-findings.js';

interface Head extends SeenEntity {
  readonly withoutStyle: ScenesWithoutStyle;
  /** Folders of the entities that the body was made from, see `entitiesSeen`; absent without a body. */
  readonly whole?: readonly string[];
  readonly named?: readonly string[];
  /** Digest of all content that the body was made from. */
  readonly key?: string;
}

/** What is found out about an entity by its content and by files that are looked at. */
interface Parts {
  /** For a plan or a check. */
  readonly plan: EntityFindings;
  /** For a run, of an entity in which nothing is to be done; see `settledEntities`. */
  readonly settled: EntityOutcome;
}

interface KeptPart<T> {
  readonly value: T;
  /** The files that it was made from, apart from content. */
  readonly looked: Looked;
  /** Of the pictures of the whole world, if it was looked through. */
  readonly found: string | undefined;
}

type KeptParts = { readonly [Part in keyof Parts]?: KeptPart<Parts[Part]> };

/** What was found about an entity of a certain content. */
interface Body extends KeptParts {
  /** Depend on content alone. */
  readonly hints?: readonly LocatedDiagnostic[];
}

/** Bytes that are kept at most, so that the file does not grow with the world: about those of 50,000 scenes. */
const MOST_BYTES = 128_000_000;
/** What is new is written whenever it has as many bytes. */
const WRITTEN_AT_ONCE = 8_000_000;

/** What the findings about all entities of a world are made from, beside their files. */
interface Around {
  readonly world: World;
  readonly settings: ChargenSettings;
  readonly places: Places;
  readonly clock?: Clock;
}

/**
 * What plans, checks and runs found about each entity of a world, on disk for the next process. It counts for an entity only
 * if all that it was made from is as it was: its own files, those of the entities whose pictures it shows, what others
 * that it names let it see, style, options and prices, and by size, times and inode each file that was looked at:
 * pictures, recipes, references, results in the store.
 */
export class KeptFindings {
  readonly #file: KeptEntries | undefined;

  /** Without the identity of a build (code that runs as tsc wrote it) nothing is kept. */
  constructor(file: string, build?: string) {
    this.#file = KeptEntries.of(file, build);
  }

  open(around: Around): FindingsOfWorld | undefined {
    return this.#file && new FindingsOfWorld(this.#file, around);
  }
}

class FindingsOfWorld {
  readonly #before: ReadonlyMap<string, StoredEntry>;
  readonly #seen: ReadonlyMap<string, SeenEntity>;
  readonly #around: string;
  readonly #fresh = new Map<string, KeptEntry>();
  #bytes = 0;
  #unwritten = 0;
  readonly #files: ReadonlySet<string>;
  /** The entity that was asked for last, with what is known of it. */
  #last: { readonly loaded: LoadedEntity; body: Body; isNew: boolean } | undefined;
  readonly #similar: SimilarFiles;

  constructor(
    readonly file: KeptEntries,
    readonly around: Around,
  ) {
    const { world, settings, places, clock = SYSTEM_CLOCK } = around;
    this.#files = new Set(world.entities.map(({ folder }) => folder.file));
    this.#before = file.read();
    for (const { size } of this.#before.values()) this.#bytes += size;
    this.#similar = new SimilarFiles(world.workspaceRoot);
    this.#seen = seenInWorld(world, ({ file: path }) => this.#headOf(path));
    this.#around = digestOf([
      listedInWorld(world, this.#seen),
      world.style,
      settings,
      places,
      datesPassed(clock.now()),
      // Some messages name absolute paths, and what one user cannot read another can.
      [world.workspaceRoot, process.geteuid?.()],
    ]);
  }

  /** How many scenes state no style; see `scenesWithoutStyle`. */
  readonly withoutStyle = (loaded: LoadedEntity): ScenesWithoutStyle => {
    const head = this.#headOf(loaded.folder.file);
    const isSame = head !== undefined && head.source === this.#seen.get(loaded.folder.root)?.source;
    return isSame ? head.withoutStyle : withoutStyleIn(loaded);
  };

  /** Undefined if it must be found out anew. */
  async find<P extends keyof Parts>(
    part: P,
    loaded: LoadedEntity,
    found: FoundPictures,
  ): Promise<Parts[P] | undefined> {
    const parts: KeptParts = this.#bodyOf(loaded);
    const kept = parts[part];
    if (kept === undefined) return undefined;
    const { workspaceRoot } = this.around.world;
    const { paths, digest, advice, isWide } = kept.looked;
    const isSame =
      digest === digestOfFiles(workspaceRoot, paths) &&
      advice.every(([missing, text]) => this.#similar.advice(missing) === text) &&
      (!isWide || kept.found === (await found.digest()));
    return isSame ? kept.value : undefined;
  }

  /** Keeps what was found out anew about the entity that was asked for. */
  async note<P extends keyof Parts>(
    part: P,
    loaded: LoadedEntity,
    value: Parts[P],
    looked: Looked | undefined,
    pictures: FoundPictures,
  ): Promise<void> {
    const { [part]: _, ...others } = this.#bodyOf(loaded);
    const found = looked?.isWide === true ? await pictures.digest() : undefined;
    const isSure = looked !== undefined && looked.isWide === (found !== undefined);
    const body: Body = isSure ? { ...others, [part]: { value, looked, found } } : others;
    this.#last = { loaded, body, isNew: true };
  }

  /** The hints about the entity that was asked for; `make` makes them, and may not be sure of the places. */
  hints(
    loaded: LoadedEntity,
    make: () => { readonly hints: readonly LocatedDiagnostic[]; readonly isSure: boolean },
  ): readonly LocatedDiagnostic[] {
    const body = this.#bodyOf(loaded);
    if (body.hints !== undefined) return body.hints;
    const { hints, isSure } = make();
    if (isSure) this.#last = { loaded, body: { ...body, hints }, isNew: true };
    return hints;
  }

  /** Writes what is new. Never throws: a folder that cannot be written costs time. */
  keep(): void {
    this.#settle();
    this.#write();
  }

  #headOf(file: string): Head | undefined {
    const entry = this.#before.get(file);
    return entry && asKept<Head>(entry.head);
  }

  #bodyOf(loaded: LoadedEntity): Body {
    if (this.#last?.loaded === loaded) return this.#last.body;
    this.#settle();
    const entry = this.#before.get(loaded.folder.file);
    const { whole = [], named = [], key } = this.#headOf(loaded.folder.file) ?? {};
    const isSame = key !== undefined && key === this.#keyOf(loaded, whole, named);
    const body = entry !== undefined && isSame ? asKept<Body>(deserialize(entry.body)) : {};
    this.#last = { loaded, body, isNew: false };
    return body;
  }

  #settle(): void {
    if (this.#last?.isNew !== true) return;
    const { loaded, body } = this.#last;
    const { root, file } = loaded.folder;
    const seen = this.#seen.get(root);
    if (seen === undefined) return;
    const { entity } = loaded;
    const { whole, named } = entity === undefined ? NONE : entitiesSeen(this.around.world, entity);
    const links = { whole: [...whole], named: [...named] };
    const key = this.#keyOf(loaded, links.whole, links.named);
    const head: Head = { ...seen, withoutStyle: withoutStyleIn(loaded), ...links, key };
    const bytes = serialize(body);
    this.#last = undefined;
    const total = this.#bytes + bytes.length - (this.#before.get(file)?.size ?? 0);
    if (total > MOST_BYTES) return;
    this.#bytes = total;
    this.#fresh.set(file, { head, body: bytes });
    this.#unwritten += bytes.length;
    if (this.#unwritten > WRITTEN_AT_ONCE) this.#write();
  }

  #write(): void {
    this.file.keep(this.#fresh, this.#files);
    this.#fresh.clear();
    this.#unwritten = 0;
  }

  #keyOf({ folder }: LoadedEntity, whole: readonly string[], named: readonly string[]): string {
    return digestOf([
      this.#around,
      this.#seen.get(folder.root)?.source,
      whole.map((root) => [root, this.#seen.get(root)?.source]),
      named.map((root) => [root, this.#seen.get(root)?.view]),
    ]);
  }
}

const NONE = { whole: [], named: [] } as const;

function digestOf(parts: readonly unknown[]): string {
  return sha256Hex(JSON.stringify(parts)).slice(0, 32);
}
