import type { ProjectConfiguration } from '@nx/devkit';
import {
  AuthoredDigests,
  listedInWorld,
  lookableOf,
  seenInWorld,
  type LoadedEntity,
  type SeenEntity,
  type World,
} from 'chargen-core/graph';
import { worldEntries, type WorldEntry } from '../world-entries.js';
import {
  circlesIn,
  LinkedWorld,
  linksOf,
  type Circles,
  type EntityLinks,
  type RawLinks,
} from './entity-links.js';
import { entityProject } from './entity-project.js';
import {
  digestOf,
  type KeptLinks,
  type KeptProjects,
  type LinksHead,
  type Surroundings,
} from './kept-projects.js';
import type { KnownWorld } from './known-world.js';
import { projectNames } from './project-names.js';
import { readOutlines, stampsRead } from './read-world.js';

type SeenOf = ReadonlyMap<string, SeenEntity>;

/** Reads a world, of which something has changed, and makes the projects that are not kept. */
export function readProjects(
  workspaceRoot: string,
  files: readonly string[],
  { entry, kept }: KnownWorld,
  taken: ReadonlySet<string>,
  now: Surroundings,
): Map<string, ProjectConfiguration> {
  const world = readOutlines(workspaceRoot, files, entry, (file) => now.stampOf(file));
  const names = projectNames(world.entities, taken);
  const stampOf = stampsRead(workspaceRoot, entry);
  const digests = new AuthoredDigests(world, entry.settings);
  const projects = madeProjects(kept, world, names, stampOf, (loaded, links) =>
    entityProject(names.get(loaded.folder.root) ?? loaded.folder.folder, loaded, links, digests, entry),
  );
  kept.save([...projects.keys()], now.stamp, entry);
  return projects;
}

/** The names that the worlds of earlier entries took: Nx refuses a whole graph in which two projects share one. */
export function namesBefore(
  workspaceRoot: string,
  files: readonly string[],
  { contentRoot }: WorldEntry,
  plugins: readonly unknown[] | undefined,
): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const earlier of worldEntries(plugins)) {
    if (earlier.contentRoot === contentRoot) break;
    const { entities } = readOutlines(workspaceRoot, files, earlier);
    for (const name of projectNames(entities, taken).values()) taken.add(name);
  }
  return taken;
}

/** The projects by the imagery.yaml, in the order of the world. `make` makes one that is not kept. */
export function madeProjects(
  kept: KeptProjects,
  world: World,
  names: ReadonlyMap<string, string>,
  stampOf: Surroundings['stampOf'],
  make: (loaded: LoadedEntity, links: EntityLinks) => ProjectConfiguration,
): Map<string, ProjectConfiguration> {
  const seen = seenInWorld(world, ({ file }) => kept.headOf(file)?.seen);
  const known = new KnownLinks(kept, world, seen);
  const circles = circlesIn(
    new Map([...known.heads].map(([root, { producers }]) => [root, new Set(producers)])),
  );
  const linked = new LinkedWorld(circles, known.rawOf, names);
  const keys = keysOfReached(circles, known.heads);
  const style = digestOf([world.style, world.styleDiagnostics]);
  const around = digestOf([style, ...names]);
  const projects = new Map<string, ProjectConfiguration>();
  for (const loaded of world.entities) {
    const { root, file } = loaded.folder;
    const before = kept.headOf(file);
    const [own, links] = [seen.get(root), known.heads.get(root)];
    if (own === undefined || links === undefined) continue;
    const reached = digestOf([around, keys.get(root)]);
    let made: EntityLinks | undefined;
    const link = (): EntityLinks => (made ??= linked.of(root));
    const key =
      before?.reached === reached ? before.key : keyOf(style, names.get(root), keys.get(root), link());
    const project = kept.projectIf(file, key) ?? make(loaded, link());
    projects.set(file, project);
    const isSame = before?.key === key;
    // Made anew, this would take every entity of the world out of what is kept of it.
    const looked = isSame ? before.looked : { ...lookableOf(loaded), isRead: loaded.entity !== undefined };
    const stamp = stampOf(file);
    const head = { key, reached, seen: own, links, looked, ...(stamp === undefined ? {} : { stamp }) };
    kept.set(file, head, () => keptLinks(known.rawOf(root)), project);
  }
  return projects;
}

/** All that a project was made from. */
function keyOf(
  style: string,
  name: string | undefined,
  reached: string | undefined,
  { files, projects, producers, pictures }: EntityLinks,
): string {
  return digestOf([style, name, reached, files, projects, producers, pictures]);
}

/** The links of a world: those that are kept and still hold, and the others made. */
class KnownLinks {
  /** Of all entities, by folder. */
  readonly heads = new Map<string, LinksHead>();
  readonly #raw = new Map<string, RawLinks>();
  readonly #files: ReadonlyMap<string, string>;

  constructor(
    readonly kept: KeptProjects,
    world: World,
    seen: SeenOf,
  ) {
    this.#files = new Map(world.entities.map(({ folder }) => [folder.root, folder.file]));
    const list = listedInWorld(world, seen);
    let all: string | undefined;
    const keyOfLinks = (root: string, owners: readonly string[], isDangling: boolean): string =>
      digestOf([
        seen.get(root)?.source,
        list,
        owners.map((owner) => [owner, seen.get(owner)?.view]),
        isDangling ? (all ??= digestOf([...seen.values()].map(({ view }) => view))) : null,
      ]);
    for (const loaded of world.entities) {
      const { root, file } = loaded.folder;
      const before = kept.headOf(file)?.links;
      if (before !== undefined && before.key === keyOfLinks(root, before.owners, before.isDangling)) {
        this.heads.set(root, before);
        continue;
      }
      const raw = linksOf(world, loaded);
      const owners = [...raw.owners];
      this.#raw.set(root, raw);
      this.heads.set(root, {
        key: keyOfLinks(root, owners, raw.isDangling),
        owners,
        producers: [...raw.producers],
        isDangling: raw.isDangling,
      });
    }
  }

  readonly rawOf = (root: string): RawLinks => {
    let raw = this.#raw.get(root);
    if (raw === undefined) this.#raw.set(root, (raw = this.#rawOfKept(root)));
    return raw;
  };

  #rawOfKept(root: string): RawLinks {
    const head = this.heads.get(root);
    const { files = [], pictures = [], shown = [] } = this.kept.linksOf(this.#files.get(root) ?? '') ?? {};
    return {
      files: new Set(files),
      owners: new Set(head?.owners),
      producers: new Set(head?.producers),
      pictures: new Set(pictures),
      shown: new Map(shown),
      isDangling: head?.isDangling ?? false,
    };
  }
}

/**
 * For each entity the digest of what it and all those were made from whose pictures it shows, over any number of steps.
 * Those that lead to each other have one in common. What a circle leads to comes before it.
 */
function keysOfReached(circles: Circles, heads: ReadonlyMap<string, LinksHead>): Map<string, string> {
  const keys = new Map<string, string>();
  for (const roots of circles.members) {
    const others = roots.flatMap((root) => heads.get(root)?.producers ?? []).map((root) => keys.get(root));
    const key = digestOf([roots.map((root) => heads.get(root)?.key), others]);
    for (const root of roots) keys.set(root, roots.length === 1 ? key : digestOf([key, root]));
  }
  return keys;
}

function keptLinks({ files, pictures, shown }: RawLinks): KeptLinks {
  return {
    files: [...files],
    pictures: [...pictures],
    shown: [...shown].map(([scene, names]) => [scene, [...names]]),
  };
}
