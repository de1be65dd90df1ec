import { posix } from 'node:path';
import type { Diagnostic } from './diagnostic.js';
import { askedFields } from './asked-fields.js';
import { withAuthoredActs } from './authored-acts.js';
import { compact } from './compact.js';
import { cutTexts } from './cut-texts.js';
import { entityId, type EntityType } from './entity.js';
import { typeOfFolder } from './entity-types.js';
import { SIBLING_FILES } from './file-names.js';
import { withTextsForPages } from './for-pages.js';
import { withBody } from './loaded-body.js';
import type { EntityFolder, LoadedEntity } from './loaded-entity.js';
import { outlineOf } from './outline.js';
import { dialectOf, readEntity } from './read-entity.js';
import {
  parseSource,
  readSource,
  readSources,
  digestOf,
  textOfSource,
  type SourceFile,
} from './source-files.js';
import { stampOfEntity } from './stamps.js';
import { NO_STYLE, readStyle, type WorldStyle } from './style.js';

export type { EntityFolder, LoadedEntity } from './loaded-entity.js';

export interface World {
  /** Absolute path of the workspace. */
  readonly workspaceRoot: string;
  readonly style: WorldStyle;
  readonly styleDiagnostics: readonly Diagnostic[];
  /** Sorted by id. */
  readonly entities: readonly LoadedEntity[];
  find(type: EntityType, slug: string): LoadedEntity | undefined;
}

/** Splits the path of an imagery.yaml into the parts that name its entity. */
export function entityFolder(file: string): EntityFolder {
  const normal = posix.normalize(file.replaceAll('\\', '/'));
  const root = posix.dirname(normal);
  return {
    root,
    file: normal,
    folder: posix.basename(root),
    folderType: typeOfFolder(posix.basename(posix.dirname(root))),
  };
}

const READ_BEFORE_KEPT = 50;

export type Reads = 'whole' | 'outlines';

/** By what the files of an imagery.yaml are known; undefined if a change of them could go unseen. */
export type StampOf = (file: string) => string | undefined;

/**
 * Reads entities, and reads an unchanged file as YAML only once per process: in the Nx daemon a single edit would
 * otherwise parse the whole world again. The content is the cache's key; a time stamp only shows that what this
 * process has read itself is still there, since Nx asks four times within a command.
 */
export class ContentReader {
  /** By the path of the imagery.yaml; the entity bears the digest of what was read. */
  readonly #cache = new Map<string, LoadedEntity>();
  /** What stands in the world in place of an entity that is there twice: the same object until something changes. */
  readonly #doubled = new WeakMap<LoadedEntity, { readonly first: string; readonly broken: LoadedEntity }>();
  /** By the path of the imagery.yaml: size, times and inode of what was read, if these reveal a change. */
  readonly #stamps = new Map<string, string>();
  #world: World | undefined;
  #style:
    | { readonly digest: string; readonly style: WorldStyle; readonly diagnostics: readonly Diagnostic[] }
    | undefined;

  /** How many entities were read as YAML. */
  parsed = 0;

  /** `reads`: entities as a whole, or what the project graph needs of them (`outlineOf`). */
  constructor(
    readonly workspaceRoot: string,
    readonly reads: Reads = 'whole',
  ) {}

  /** What was read of each file of the world, also of one that the world does not show because it is there twice. */
  get read(): readonly LoadedEntity[] {
    return [...this.#cache.values()];
  }

  /**
   * Takes what another process read with the same version of this code, and by what its files are known. It counts for
   * files of that content alone.
   */
  recall(entities: Iterable<readonly [LoadedEntity, string | undefined]>): void {
    for (const [loaded, stamp] of entities) {
      this.#cache.set(loaded.folder.file, loaded);
      if (stamp !== undefined) this.#stamps.set(loaded.folder.file, stamp);
    }
  }

  /** By what the files of an imagery.yaml are known; undefined if a change of them could go unseen. */
  stampOf(file: string): string | undefined {
    return this.#stamps.get(file);
  }

  /**
   * Loads the world from the paths of its imagery.yaml files (relative to the workspace) and its style guide.
   * Never throws for what a file contains; an unreadable file is a diagnostic of its entity. If nothing has
   * changed since the last call, the same world is returned, and with it what other code has cached about it.
   * `keep` is called whenever some more entities were read as YAML, so that these can be let go before the next. `stampOf`
   * gives stamps that were taken a moment ago: what is written after that is read again the next time.
   */
  load(
    files: readonly string[],
    styleFile: string | undefined,
    keep?: () => void,
    stampOf: StampOf = (file) => stampOfEntity(this.workspaceRoot, file),
  ): World {
    let kept = this.parsed;
    const read = [...new Set(files)].map((file) => {
      const loaded = this.#loadEntity(entityFolder(file), stampOf);
      if (this.parsed - kept >= READ_BEFORE_KEPT) {
        kept = this.parsed;
        keep?.();
      }
      return loaded;
    });
    read.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.folder.root < b.folder.root ? -1 : 1));
    const entities = read.map((loaded, n) => this.#unlessDoubled(loaded, read[n - 1]));
    const present = new Set(entities.map((loaded) => loaded.folder.file));
    for (const file of this.#cache.keys()) if (!present.has(file)) this.#cache.delete(file);
    const { style, diagnostics } = this.#loadStyle(styleFile);
    const before = this.#world;
    const isSame =
      before?.style === style &&
      before.styleDiagnostics === diagnostics &&
      before.entities.length === entities.length &&
      entities.every((loaded, n) => loaded === before.entities[n]);
    if (isSame) return before;
    const byId = new Map<string, LoadedEntity>();
    for (const loaded of entities) if (!byId.has(loaded.id)) byId.set(loaded.id, loaded);
    this.#world = {
      workspaceRoot: this.workspaceRoot,
      style,
      styleDiagnostics: diagnostics,
      entities,
      find: (type, slug) => byId.get(entityId(type, slug)),
    };
    return this.#world;
  }

  #loadEntity(folder: EntityFolder, stampOf: StampOf): LoadedEntity {
    // Before the bytes: what is written meanwhile has another one.
    const stamp = stampOf(folder.file);
    const present = this.#cache.get(folder.file);
    if (present !== undefined && stamp !== undefined && this.#stamps.get(folder.file) === stamp)
      return present;
    if (stamp === undefined) this.#stamps.delete(folder.file);
    else this.#stamps.set(folder.file, stamp);
    return this.#readEntity(folder, present);
  }

  #readEntity(folder: EntityFolder, cached: LoadedEntity | undefined): LoadedEntity {
    const sources = readSources(this.workspaceRoot, folder);
    const { main, siblings, digest } = sources;
    // What could not be read this time (too many open files, a lock) can be the next time, without having changed.
    if (sources.isDoubtful) this.#stamps.delete(folder.file);
    if (cached?.sourceDigest === digest) return cached;
    this.parsed += 1;
    const { id, folder: place, sourceDigest, ...read } = readLoaded(folder, main, siblings, digest);
    const body = compact(this.reads === 'outlines' ? outlineOf(read) : read);
    const loaded = withBody({ folder: place, id, sourceDigest }, Object.keys(body), body);
    this.#cache.set(folder.file, loaded);
    return loaded;
  }

  /**
   * Two folders that claim to be the same entity: their pictures and references could not be distinguished, so that
   * only the first of them is read.
   */
  #unlessDoubled(loaded: LoadedEntity, before: LoadedEntity | undefined): LoadedEntity {
    if (before?.id !== loaded.id) return loaded;
    const first = before.folder.root;
    const known = this.#doubled.get(loaded);
    if (known?.first === first) return known.broken;
    const { folder, id, sourceDigest } = loaded;
    const diagnostic: Diagnostic = {
      severity: 'error',
      code: 'duplicate-entity',
      message: `There is another ${id} in ${first}. Rename one of the two folders.`,
      file: folder.file,
    };
    const broken: LoadedEntity = {
      folder,
      id,
      entity: undefined,
      diagnostics: [...loaded.diagnostics, diagnostic],
      sourceDigest,
    };
    this.#doubled.set(loaded, { first, broken });
    return broken;
  }

  #loadStyle(file: string | undefined): { style: WorldStyle; diagnostics: readonly Diagnostic[] } {
    const read = file === undefined ? undefined : readSource(this.workspaceRoot, file);
    if (file === undefined || read === undefined || read.kind === 'absent') return WITHOUT_STYLE;
    const digest = digestOf([[file, read]]);
    if (this.#style?.digest !== digest) {
      const parsed = parseSource(read, file);
      const outcome =
        parsed.kind === 'broken'
          ? { style: { ...NO_STYLE, file }, diagnostics: [parsed.diagnostic] }
          : readStyle(parsed.data, file);
      this.#style = { digest, ...outcome };
    }
    return this.#style;
  }
}

const WITHOUT_STYLE = { style: NO_STYLE, diagnostics: [] } as const;

function readLoaded(
  folder: EntityFolder,
  main: SourceFile,
  siblingTexts: ReadonlyMap<string, SourceFile>,
  sourceDigest: string,
): LoadedEntity {
  const fallbackId = entityId(folder.folderType ?? 'character', folder.folder);
  const broken = (diagnostics: readonly Diagnostic[]): LoadedEntity => ({
    folder,
    id: fallbackId,
    entity: undefined,
    diagnostics,
    sourceDigest,
  });
  if (main.kind === 'absent') {
    return broken([
      { severity: 'error', code: 'unreadable-file', message: 'The file cannot be read.', file: folder.file },
    ]);
  }
  const parsed = parseSource(main, folder.file);
  if (parsed.kind === 'broken') return broken([parsed.diagnostic]);
  const cut = cutIn(main, folder.file);
  const siblings = new Map<string, unknown>();
  const brokenSiblings = new Map<string, Diagnostic>();
  for (const [name, sibling] of siblingTexts) {
    if (sibling.kind === 'absent') continue;
    const path = posix.join(folder.root, name);
    cut.push(...cutIn(sibling, path));
    const outcome = parseSource(sibling, path);
    if (outcome.kind === 'broken') brokenSiblings.set(name, outcome.diagnostic);
    siblings.set(name, outcome.kind === 'broken' ? undefined : outcome.data);
  }
  const input = { ...folder, data: parsed.data, siblings };
  const read: readonly string[] = dialectOf(input)?.form.siblings ?? SIBLING_FILES;
  const stops = [...brokenSiblings].flatMap(([name, one]) => (read.includes(name) ? [one] : []));
  if (stops.length > 0) return broken(stops);
  const { entity, diagnostics: found, inventory, analyses } = readEntity(input);
  // A file that the dialect does not read stops nothing.
  const unread = [...brokenSiblings.values()].map((one): Diagnostic => ({ ...one, severity: 'warning' }));
  const diagnostics = [...found, ...cut, ...unread];
  const stopped =
    entity === undefined || diagnostics.some((one) => one.severity === 'error' && one.scene === undefined);
  if (stopped) return broken(diagnostics);
  return {
    folder,
    id: entityId(entity.type, entity.slug),
    entity: withTextsForPages(withAuthoredActs(entity, parsed.data, siblings), parsed.data, siblings),
    diagnostics,
    sourceDigest,
    asked: askedFields(entity, parsed.data, siblings),
    ...(inventory === undefined ? {} : { inventory }),
    ...(analyses === undefined || analyses.length === 0 ? {} : { analyses }),
  };
}

function cutIn(source: SourceFile, file: string): Diagnostic[] {
  return source.kind === 'text' ? cutTexts(textOfSource(source), file) : [];
}
