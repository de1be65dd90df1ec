import type { ProjectConfiguration } from '@nx/devkit';
import {
  BUILD_ID as BUILD_OF_CORE,
  circlesOf,
  KeptEntries,
  seenByOthers,
  sha256Hex,
  type KeptEntry,
  type LoadedEntity,
  type World,
} from 'chargen-core/graph';
import { BUILD_ID as BUILD_OF_EXPORT } from 'chargen-export/options';
import { z } from 'zod';
import { BUILD_ID } from '../build-id.js';
import type { WorldEntry } from '../world-entries.js';
import { linkEntities, rawLinks, type EntityLinks, type RawLinks } from './entity-links.js';
import { seesIgnoredFiles } from './export-targets.js';
import { keptFile } from './read-world.js';

/** What is known of a project before it is read. */
interface Head {
  /** The digest of the files of its entity, with whether the world shows another one in its place. */
  readonly source: string;
  /** See `seenByOthers`. */
  readonly listed: string;
  readonly view: string;
  /** Digest of all that `links` was made from. */
  readonly linksKey: string;
  readonly links: KeptLinks;
  /** Digest of all that the project was made from. */
  readonly key: string;
  /** By what the files of its entity are known, if a change of them would be seen. */
  readonly stamp?: string;
}

/** What holds for all projects of the world together. */
interface Around {
  /** See `Surroundings`. */
  readonly stamp: string;
  /** Paths of the imagery.yaml files, in the order of the world. */
  readonly files: readonly string[];
  /** Digest of the keys and stamps of all projects: two processes may have written some of them each. */
  readonly state: string;
}
/** The key of `Around`. */
const AROUND = '';

/** What the projects of a world were made from beside its imagery.yaml files. */
export interface Surroundings {
  /** By what style and names of other projects are known; undefined if a change of them could go unseen. */
  readonly stamp: string | undefined;
  /** By what the files of an entity are known now. */
  stampOf(file: string): string | undefined;
}

/** `RawLinks` as JSON has them. */
type KeptLinks = {
  readonly [Field in Exclude<keyof RawLinks, 'isDangling' | 'shown'>]: readonly string[];
} & { readonly shown: readonly (readonly [string, readonly string[]])[]; readonly isDangling: boolean };

interface KeptProject {
  readonly head: Head;
  /** JSON. Nx writes into the objects that it is given, so that each call gets new ones. */
  readonly body: Uint8Array;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
// Written by this very code, as the build shows: a schema would take as long as what it saves.
const headSchema = z.custom<Head>(isObject);
const aroundSchema = z.custom<Around>(isObject);
const projectSchema = z.custom<ProjectConfiguration>(isObject);

/** An entity's own part in the keys of projects. */
type Seen = Pick<Head, 'source' | 'listed' | 'view'>;

/**
 * The finished projects of a world, on disk for the next process. A project counts only for what it was made from: the
 * files of its own entity, what others that it names let it see, the files of those whose pictures it shows, the style,
 * and, by `build`, this code and the options.
 */
export class KeptProjects {
  readonly #file: KeptEntries | undefined;
  /** By the path of the imagery.yaml. */
  readonly #projects = new Map<string, KeptProject>();
  #around: Around | undefined;

  /** Without a file or the identity of a build, projects are kept for this process alone. */
  constructor(file: string | undefined, build: string | undefined) {
    this.#file = file === undefined || build === undefined ? undefined : new KeptEntries(file, build);
    for (const [key, { head, body }] of this.#file?.read() ?? []) {
      if (key === AROUND) this.#around = aroundSchema.parse(head);
      else this.#projects.set(key, { head: headSchema.parse(head), body });
    }
  }

  /** The folders of the entities that an entity names, by its imagery.yaml; undefined if its project was not asked for. */
  ownersOf(file: string): readonly string[] | undefined {
    return this.#projects.get(file)?.head.links.owners;
  }

  /** The projects by the imagery.yaml, if size and times of all files show that nothing has changed. */
  ifUnchanged(files: readonly string[], now: Surroundings): Map<string, ProjectConfiguration> | undefined {
    const around = this.#around;
    if (around === undefined || around.stamp !== now.stamp) return undefined;
    const wanted = new Set(files);
    const isSame =
      wanted.size === around.files.length &&
      around.files.every((file) => {
        const stamp = this.#projects.get(file)?.head.stamp;
        return wanted.has(file) && stamp !== undefined && stamp === now.stampOf(file);
      });
    if (!isSame || this.#state(around.files) !== around.state) return undefined;
    return new Map(
      around.files.flatMap((file) => {
        const kept = this.#projects.get(file);
        return kept === undefined ? [] : [[file, projectOf(kept)]];
      }),
    );
  }

  /** The projects by the imagery.yaml, in the order of the world. `make` makes one that is not kept. */
  of(
    world: World,
    names: ReadonlyMap<string, string>,
    read: Surroundings,
    make: (loaded: LoadedEntity, links: EntityLinks) => ProjectConfiguration,
  ): Map<string, ProjectConfiguration> {
    const seen = this.#seen(world);
    const { raw, linksKeys } = this.#links(world, seen);
    const links = linkEntities(world, names);
    const reached = keysOfReached(raw, linksKeys);
    const style = digestOf([world.style, world.styleDiagnostics]);
    const fresh = new Map<string, KeptEntry>();
    const projects = new Map<string, ProjectConfiguration>();
    for (const loaded of world.entities) {
      const { root, file } = loaded.folder;
      const [own, link, ofRaw] = [seen.get(root), links.get(root), raw.get(root)];
      const linksKey = linksKeys.get(root);
      if (own === undefined || link === undefined || ofRaw === undefined || linksKey === undefined) continue;
      const { files, projects: others, producers, pictures } = link;
      const key = digestOf([style, names.get(root), reached.get(root), files, others, producers, pictures]);
      const stamp = read.stampOf(file);
      const present = this.#projects.get(file);
      const kept = present?.head.key === key ? present : undefined;
      const project = kept === undefined ? make(loaded, link) : projectOf(kept);
      projects.set(file, project);
      if (kept !== undefined && (stamp === undefined || stamp === kept.head.stamp)) continue;
      const entry: KeptProject = {
        head: { ...own, linksKey, key, links: keptLinks(ofRaw), ...(stamp === undefined ? {} : { stamp }) },
        body: kept?.body ?? Buffer.from(JSON.stringify(project)),
      };
      this.#projects.set(file, entry);
      fresh.set(file, entry);
    }
    this.#keep(fresh, [...projects.keys()], read.stamp);
    return projects;
  }

  #keep(fresh: Map<string, KeptEntry>, files: readonly string[], stamp: string | undefined): void {
    const present = new Set(files);
    for (const file of this.#projects.keys()) if (!present.has(file)) this.#projects.delete(file);
    const before = this.#around;
    this.#around = stamp === undefined ? undefined : { stamp, files, state: this.#state(files) };
    if (this.#around !== undefined && digestOf([this.#around]) !== digestOf([before])) {
      fresh.set(AROUND, { head: this.#around, body: new Uint8Array() });
    }
    this.#file?.keep(fresh, present.add(AROUND));
  }

  #state(files: readonly string[]): string {
    return digestOf(
      files.map((file) => {
        const head = this.#projects.get(file)?.head;
        return [head?.key, head?.stamp];
      }),
    );
  }

  #seen(world: World): Map<string, Seen> {
    return new Map(
      world.entities.map((loaded, index) => {
        const { folder, id, sourceDigest } = loaded;
        const isDouble = world.entities[index - 1]?.id === id;
        const source = isDouble ? `${sourceDigest} double` : sourceDigest;
        const kept = this.#projects.get(folder.file)?.head;
        const isKept = kept?.source === source;
        const { listed, view } = isKept ? kept : seenByOthers(loaded);
        return [folder.root, { source, listed, view }];
      }),
    );
  }

  #links(
    world: World,
    seen: ReadonlyMap<string, Seen>,
  ): { readonly raw: ReadonlyMap<string, RawLinks>; readonly linksKeys: ReadonlyMap<string, string> } {
    const list = digestOf(
      world.entities.map(({ folder, id }) => [folder.root, id, seen.get(folder.root)?.listed]),
    );
    const all = digestOf([...seen.values()].map(({ view }) => view));
    const keyOf = (
      root: string,
      { owners, isDangling }: { owners: Iterable<string>; isDangling: boolean },
    ): string =>
      digestOf([
        seen.get(root)?.source,
        list,
        [...owners].map((owner) => [owner, seen.get(owner)?.view]),
        isDangling ? all : null,
      ]);
    const kept = new Map<string, RawLinks>();
    for (const { folder } of world.entities) {
      const head = this.#projects.get(folder.file)?.head;
      if (head === undefined || head.linksKey !== keyOf(folder.root, head.links)) continue;
      kept.set(folder.root, linksOfKept(head.links));
    }
    const raw = rawLinks(world, kept);
    return { raw, linksKeys: new Map([...raw].map(([root, links]) => [root, keyOf(root, links)])) };
  }
}

function projectOf({ body }: KeptProject): ProjectConfiguration {
  return projectSchema.parse(JSON.parse(Buffer.from(body).toString()));
}

/** One a world and process, for these options. */
const known = new Map<string, { readonly identity: string; readonly projects: KeptProjects }>();

export function keptProjects(workspaceRoot: string, entry: WorldEntry): KeptProjects {
  const world = `${workspaceRoot}\0${entry.contentRoot}`;
  const builds = [BUILD_ID, BUILD_OF_CORE, BUILD_OF_EXPORT];
  /** Of all code and options that projects are made by. */
  const identity = digestOf([...builds, entry, seesIgnoredFiles()]);
  const present = known.get(world);
  if (present?.identity === identity) return present.projects;
  // Code that is not built has no identity that another process could know it by.
  const build = builds.includes(undefined) ? undefined : identity;
  const projects = new KeptProjects(keptFile(workspaceRoot, entry, 'projects'), build);
  known.set(world, { identity, projects });
  return projects;
}

/**
 * For each entity the digest of what it and all those were made from whose pictures it shows, over any number of steps.
 * Those that lead to each other have one in common. The circles are numbered from the inside: what one leads to comes
 * before it.
 */
function keysOfReached(
  raw: ReadonlyMap<string, RawLinks>,
  linksKeys: ReadonlyMap<string, string>,
): Map<string, string> {
  const circles = circlesOf(new Map([...raw].map(([root, { producers }]) => [root, producers])));
  const members: string[][] = [];
  for (const root of raw.keys()) (members[circles.get(root) ?? 0] ??= []).push(root);
  const keys = new Map<string, string>();
  for (const roots of members) {
    const others = roots
      .flatMap((root) => [...(raw.get(root)?.producers ?? [])])
      .map((root) => keys.get(root));
    const key = digestOf([roots.map((root) => linksKeys.get(root)), others]);
    for (const root of roots) keys.set(root, roots.length === 1 ? key : digestOf([key, root]));
  }
  return keys;
}

function keptLinks({ files, owners, producers, pictures, shown, isDangling }: RawLinks): KeptLinks {
  return {
    files: [...files],
    owners: [...owners],
    producers: [...producers],
    pictures: [...pictures],
    shown: [...shown].map(([scene, names]) => [scene, [...names]]),
    isDangling,
  };
}

function linksOfKept(links: KeptLinks): RawLinks {
  return {
    files: new Set(links.files),
    owners: new Set(links.owners),
    producers: new Set(links.producers),
    pictures: new Set(links.pictures),
    shown: new Map(links.shown),
    isDangling: links.isDangling,
  };
}

function digestOf(parts: readonly unknown[]): string {
  return sha256Hex(JSON.stringify(parts)).slice(0, 32);
}
