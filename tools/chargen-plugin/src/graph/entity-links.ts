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

/** The reader gives the same world until a file changes, and Nx asks for nodes and then for edges. */
const known = new WeakMap<World, ReadonlyMap<string, RawLinks>>();

/** By folder. `kept`: links that are known to be those of this world. */
export function rawLinks(
  world: World,
  kept: ReadonlyMap<string, RawLinks> = new Map(),
): ReadonlyMap<string, RawLinks> {
  const present = known.get(world);
  if (present !== undefined) return present;
  const raw = new Map(
    world.entities.map((loaded) => {
      const { root } = loaded.folder;
      return [root, kept.get(root) ?? linksOf(world, loaded)];
    }),
  );
  known.set(world, raw);
  return raw;
}

/** The links of all entities, by folder. `names` gives the project's name of each folder. */
export function linkEntities(world: World, names: ReadonlyMap<string, string>): Map<string, EntityLinks> {
  const raw = rawLinks(world);
  const circles = circlesOf(new Map([...raw].map(([root, links]) => [root, links.producers])));
  const toNames = (roots: Iterable<string>): string[] =>
    [...roots].flatMap((root) => names.get(root) ?? []).sort();
  const ofCircle = new Map<number, Set<string>>();
  for (const [root, links] of raw) {
    const circle = circles.get(root) ?? -1;
    const files = ofCircle.get(circle) ?? new Set();
    ofCircle.set(circle, files);
    for (const file of links.files) files.add(file);
  }
  // Sorted once a circle, which may hold most of a world.
  const circleFiles = new Map([...ofCircle].map(([circle, files]) => [circle, [...files].sort()]));
  return new Map(
    [...raw].map(([root, links]) => [
      root,
      {
        // Within a circle no task waits for another's outputs, so what shapes these must be an input itself.
        files: circleFiles.get(circles.get(root) ?? -1) ?? [...links.files].sort(),
        projects: toNames(links.owners),
        // A task edge within a circle of entities would be refused by Nx; there the run orders scenes itself.
        producers: toNames([...links.producers].filter((other) => circles.get(other) !== circles.get(root))),
        pictures: [...links.pictures].sort(),
        shownBy: (scene) => links.shown.get(scene) ?? [],
      },
    ]),
  );
}

function linksOf(world: World, loaded: LoadedEntity): RawLinks {
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
