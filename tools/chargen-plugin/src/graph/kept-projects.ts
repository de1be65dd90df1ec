import type { ProjectConfiguration } from '@nx/devkit';
import type { SeenEntity } from 'chargen-core/graph';
import { asKept, KeptEntries, sha256Hex, type KeptEntry, type Lookable } from 'chargen-core/look';
import type { WorldEntry } from '../world-entries.js';

/** What is looked at of a project if little has changed. */
export interface Head {
  /** Digest of all that the project was made from. */
  readonly key: string;
  /** Digest of what decides that: while it is the same, the key is, and nobody's links are looked at. */
  readonly reached: string;
  /** By what the files of its entity are known, if a change of them would be seen. */
  readonly stamp?: string;
  readonly seen: SeenEntity;
  readonly links: LinksHead;
  /** For the hooks: what they look at in the entity's folder. */
  readonly looked: LookedEntity;
}

/** Of an entity's links, what is needed to know whether they still hold, and whom they reach. */
export interface LinksHead {
  /** Digest of all that they were made from. */
  readonly key: string;
  /** The folders of the entities that it names. */
  readonly owners: readonly string[];
  readonly producers: readonly string[];
  readonly isDangling: boolean;
}

export interface LookedEntity extends Lookable {
  /** The file has no error that stops the whole of it. */
  readonly isRead: boolean;
}

/** The rest of its links, as JSON has them. */
export interface KeptLinks {
  readonly files: readonly string[];
  readonly pictures: readonly string[];
  readonly shown: readonly (readonly [string, readonly string[]])[];
}

/** What holds for all projects of the world together. */
interface Around {
  /** See `Surroundings`. */
  readonly stamp: string;
  /** Paths of the imagery.yaml files, in the order of the world. */
  readonly files: readonly string[];
  /** Digest of the keys and stamps of all projects: two processes may have written some of them each. */
  readonly state: string;
  /** The entry of nx.json, resolved: that takes schemas, which are not loaded as long as nothing changes. */
  readonly entry: KnownEntry;
}

/** A function cannot be kept. */
export type KnownEntry = Omit<WorldEntry, 'owns'>;

/** The key of `Around`. */
const AROUND = '';

/** What the projects of a world were made from beside its imagery.yaml files. */
export interface Surroundings {
  /** By what style and names of other projects are known; undefined if a change of them could go unseen. */
  readonly stamp: string | undefined;
  /** By what the files of an entity are known now. */
  stampOf(file: string): string | undefined;
}

interface KeptProject {
  readonly head: Head;
  /** `KeptLinks` and the project, a line of JSON each. Nx writes into the objects that it is given: each call gets new ones. */
  readonly body: Buffer;
}

/**
 * The finished projects of a world, on disk for the next process. A project counts only for what it was made from: the
 * files of its own entity, what others that it names let it see, the files of those whose pictures it shows, the style,
 * and, by `build`, this code and the options.
 */
export class KeptProjects {
  readonly #file: KeptEntries | undefined;
  /** By the path of the imagery.yaml. */
  readonly #projects = new Map<string, KeptProject>();
  #fresh = new Map<string, KeptEntry>();
  #around: Around | undefined;

  /** Without a file or the identity of a build, projects are kept for this process alone. */
  constructor(file: string | undefined, build: string | undefined) {
    this.#file = file === undefined || build === undefined ? undefined : KeptEntries.of(file, build);
    for (const [key, { head, body }] of this.#file?.read() ?? []) {
      if (key === AROUND) this.#around = asKept(head);
      else
        this.#projects.set(key, {
          head: asKept(head),
          body: Buffer.from(body.buffer, body.byteOffset, body.length),
        });
    }
  }

  /** The folders of the entities that an entity names, by its imagery.yaml; undefined if its project was not asked for. */
  ownersOf(file: string): readonly string[] | undefined {
    return this.#projects.get(file)?.head.links.owners;
  }

  /** The entry of nx.json that the projects are of; undefined if none was kept. */
  get entry(): KnownEntry | undefined {
    return this.#around?.entry;
  }

  /** The projects by the imagery.yaml, if size and times of all files show that nothing has changed. */
  ifUnchanged(files: readonly string[], now: Surroundings): Map<string, ProjectConfiguration> | undefined {
    const kept = this.#ifUnchanged(now, new Set(files));
    return kept === undefined ? undefined : new Map(kept.map(([file, one]) => [file, projectOf(one)]));
  }

  /** What the hooks look at, if the files of all projects are as they were. */
  lookedIfUnchanged(now: Surroundings): LookedEntity[] | undefined {
    return this.#ifUnchanged(now)?.map(([, { head }]) => head.looked);
  }

  #ifUnchanged(now: Surroundings, wanted?: ReadonlySet<string>): [string, KeptProject][] | undefined {
    const around = this.#around;
    if (around === undefined || around.stamp !== now.stamp) return undefined;
    if (wanted !== undefined && wanted.size !== around.files.length) return undefined;
    const unchanged = around.files.flatMap((file): [string, KeptProject][] => {
      const kept = this.#projects.get(file);
      const stamp = kept?.head.stamp;
      const isSame = stamp !== undefined && stamp === now.stampOf(file) && wanted?.has(file) !== false;
      return kept !== undefined && isSame ? [[file, kept]] : [];
    });
    if (unchanged.length < around.files.length || this.#state(around.files) !== around.state)
      return undefined;
    return unchanged;
  }

  headOf(file: string): Head | undefined {
    return this.#projects.get(file)?.head;
  }

  linksOf(file: string): KeptLinks | undefined {
    const body = this.#projects.get(file)?.body;
    return body === undefined ? undefined : asKept(jsonOf(body, 0, body.indexOf('\n')));
  }

  /** The project of an entity, if it was made from what the key says. */
  projectIf(file: string, key: string): ProjectConfiguration | undefined {
    const kept = this.#projects.get(file);
    return kept?.head.key === key ? projectOf(kept) : undefined;
  }

  /** Keeps a project that was made or is known by another head; `save` writes it. */
  set(file: string, head: Head, links: () => KeptLinks, project: ProjectConfiguration): void {
    const before = this.#projects.get(file);
    const isSame = before?.head.key === head.key;
    const isKnown = head.stamp === undefined || head.stamp === before?.head.stamp;
    if (isSame && isKnown && before.head.reached === head.reached) return;
    const body = isSame ? before.body : Buffer.from(`${JSON.stringify(links())}\n${JSON.stringify(project)}`);
    this.#projects.set(file, { head, body });
    this.#fresh.set(file, { head, body });
  }

  /** Writes what is new for other processes, and forgets what is not among these files. */
  save(files: readonly string[], stamp: string | undefined, entry: KnownEntry): void {
    const present = new Set(files);
    for (const file of this.#projects.keys()) if (!present.has(file)) this.#projects.delete(file);
    const before = this.#around;
    this.#around = stamp === undefined ? undefined : { stamp, files, state: this.#state(files), entry };
    if (this.#around !== undefined && digestOf([this.#around]) !== digestOf([before])) {
      this.#fresh.set(AROUND, { head: this.#around, body: new Uint8Array() });
    }
    this.#file?.keep(this.#fresh, present.add(AROUND));
    this.#fresh = new Map();
  }

  #state(files: readonly string[]): string {
    return digestOf(
      files.map((file) => {
        const head = this.#projects.get(file)?.head;
        return [head?.key, head?.stamp];
      }),
    );
  }
}

function projectOf({ body }: KeptProject): ProjectConfiguration {
  return asKept(jsonOf(body, body.indexOf('\n') + 1, body.length));
}

function jsonOf(body: Buffer, from: number, to: number): unknown {
  return JSON.parse(body.toString('utf8', from, to));
}

export function digestOf(parts: readonly unknown[]): string {
  return sha256Hex(JSON.stringify(parts)).slice(0, 32);
}
