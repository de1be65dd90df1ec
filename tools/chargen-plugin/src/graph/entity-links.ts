import {
  circlesOf,
  othersShown,
  PICTURE_EXTENSIONS,
  REAL_PLACES,
  resolveReferences,
  scenePaths,
  type LoadedEntity,
  type World,
} from 'chargen-core/graph';

/** What an entity's pictures depend on outside of its own file. */
export interface EntityLinks {
  /** Authored pictures, relative to the workspace, sorted. */
  readonly files: readonly string[];
  /** Names of other projects whose data decides what is shown. */
  readonly projects: readonly string[];
  /** Names of other projects whose pictures must be made first; none that lead back here. */
  readonly producers: readonly string[];
  /** Generated pictures that its scenes show, relative to the workspace, without an extension; sorted. */
  readonly pictures: readonly string[];
  /** For people: what a scene shows. */
  shownBy(scene: string): readonly string[];
}

/** The links of one entity as its references state them, by the folders of others. */
export interface RawLinks {
  readonly files: ReadonlySet<string>;
  readonly owners: ReadonlySet<string>;
  readonly producers: ReadonlySet<string>;
  readonly pictures: ReadonlySet<string>;
  readonly shown: ReadonlyMap<string, readonly string[]>;
  /** A reference leads nowhere: any change in the world may be what it waits for. */
  readonly isDangling: boolean;
}

/** The entities of a world that lead to each other by `producers`. */
export interface Circles {
  /** The number of each entity's, by folder. */
  readonly of: ReadonlyMap<string, number>;
  /** Their folders. What a circle leads to comes before it. */
  readonly members: readonly (readonly string[])[];
}

/** `producers` of all entities, by folder. */
export function circlesIn(producers: ReadonlyMap<string, ReadonlySet<string>>): Circles {
  const of = circlesOf(producers);
  const members: string[][] = [];
  for (const root of producers.keys()) (members[of.get(root) ?? 0] ??= []).push(root);
  return { of, members };
}

/** The links of entities, each made when it is asked for: mostly a few of a large world have changed. */
export class LinkedWorld {
  readonly #filesOfCircles = new Map<number, readonly string[]>();

  /** `names` gives the project's name of each folder. */
  constructor(
    readonly circles: Circles,
    readonly rawOf: (root: string) => RawLinks,
    readonly names: ReadonlyMap<string, string>,
  ) {}

  of(root: string): EntityLinks {
    const { owners, producers, pictures, shown } = this.rawOf(root);
    const { of } = this.circles;
    return {
      files: this.#filesOf(of.get(root) ?? -1),
      projects: this.#namesOf(owners),
      // A task edge within a circle of entities would be refused by Nx; there the run orders scenes itself.
      producers: this.#namesOf([...producers].filter((other) => of.get(other) !== of.get(root))),
      pictures: [...pictures].sort(),
      shownBy: (scene) => shown.get(scene) ?? [],
    };
  }

  /**
   * Within a circle no task waits for another's outputs, so what shapes these must be an input itself. Sorted once a
   * circle, which may hold most of a world.
   */
  #filesOf(circle: number): readonly string[] {
    const present = this.#filesOfCircles.get(circle);
    if (present !== undefined) return present;
    const files = new Set<string>();
    for (const root of this.circles.members[circle] ?? [])
      for (const file of this.rawOf(root).files) files.add(file);
    const sorted = [...files].sort();
    this.#filesOfCircles.set(circle, sorted);
    return sorted;
  }

  #namesOf(roots: Iterable<string>): string[] {
    return [...roots].flatMap((root) => this.names.get(root) ?? []).sort();
  }
}

/** What an entity's references lead to. */
export function linksOf(world: World, loaded: LoadedEntity): RawLinks {
  const { entity, folder } = loaded;
  const links = {
    files: new Set<string>(),
    owners: new Set<string>(),
    producers: new Set<string>(),
    pictures: new Set<string>(),
    shown: new Map<string, readonly string[]>(),
    isDangling: false,
  };
  if (entity === undefined) return links;
  for (const scene of entity.scenes) {
    const shown: string[] = [];
    for (const reference of resolveReferences(world, entity, scene)) {
      shown.push(reference.name);
      if (reference.kind === 'dangling') {
        links.isDangling = true;
        continue;
      }
      const owner = reference.kind === 'file' ? reference.owner?.root : reference.entity.root;
      if (reference.kind === 'file') for (const path of reference.paths) links.files.add(path);
      if (reference.kind === 'scene') {
        links.pictures.add(scenePaths(reference.entity, reference.scene, REAL_PLACES).stem);
      }
      if (reference.kind === 'scene' && reference.scene.locked) {
        // An author's picture, and no output of a task: only as an input is it seen to change.
        const paths = scenePaths(reference.entity, reference.scene, REAL_PLACES);
        for (const extension of PICTURE_EXTENSIONS) links.files.add(paths.picture(extension));
      }
      if (owner === undefined || owner === folder.root) continue;
      links.owners.add(owner);
      if (reference.kind === 'scene') links.producers.add(owner);
    }
    // The prompt describes their looks in words, also if no picture of them is sent.
    for (const other of othersShown(world, entity, scene)) links.owners.add(other.root);
    links.shown.set(scene.id, shown);
  }
  return links;
}
