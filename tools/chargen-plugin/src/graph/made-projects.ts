import type { ProjectConfiguration } from '@nx/devkit';
import {
  AuthoredDigests,
  circlesOf,
  listedInWorld,
  lookableOf,
  seenInWorld,
  type LoadedEntity,
  type SeenEntity,
  type World,
} from 'chargen-core/graph';
import { worldEntries, type WorldEntry } from '../world-entries.js';
import { linkEntities, rawLinks, type EntityLinks, type RawLinks } from './entity-links.js';
import { entityProject } from './entity-project.js';
import {
  digestOf,
  type KeptLinks,
  type KeptProjects,
  type Origin,
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
  stamp: string | undefined,
): Map<string, ProjectConfiguration> {
  const world = readOutlines(workspaceRoot, files, entry);
  const names = projectNames(world.entities, taken);
  const stampOf = stampsRead(workspaceRoot, entry);
  const digests = new AuthoredDigests(world, entry.settings);
  const projects = madeProjects(kept, world, names, stampOf, (loaded, links) =>
    entityProject(names.get(loaded.folder.root) ?? loaded.folder.folder, loaded, links, digests, entry),
  );
  kept.save([...projects.keys()], stamp, entry);
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
  const origins = new Map(world.entities.map(({ folder }) => [folder.root, kept.originOf(folder.file)]));
  const seen = seenInWorld(world, ({ root }) => origins.get(root));
  const { raw, linksKeys } = linksOf(world, seen, origins);
  const links = linkEntities(world, names);
  const reached = keysOfReached(raw, linksKeys);
  const style = digestOf([world.style, world.styleDiagnostics]);
  const projects = new Map<string, ProjectConfiguration>();
  for (const loaded of world.entities) {
    const { root, file } = loaded.folder;
    const [own, link, ofRaw] = [seen.get(root), links.get(root), raw.get(root)];
    const linksKey = linksKeys.get(root);
    if (own === undefined || link === undefined || ofRaw === undefined || linksKey === undefined) continue;
    const { files, projects: others, producers, pictures } = link;
    const key = digestOf([style, names.get(root), reached.get(root), files, others, producers, pictures]);
    const stamp = stampOf(file);
    const project = kept.projectIf(file, key) ?? make(loaded, link);
    projects.set(file, project);
    // Made anew, this would take every entity of the world out of what is kept of it.
    const looked = kept.lookedIf(file, key) ?? {
      ...lookableOf(loaded),
      isRead: loaded.entity !== undefined,
    };
    const head = { key, owners: [...ofRaw.owners], looked, ...(stamp === undefined ? {} : { stamp }) };
    kept.set(file, head, { ...own, linksKey, links: keptLinks(ofRaw) }, project);
  }
  return projects;
}

function linksOf(
  world: World,
  seen: SeenOf,
  origins: ReadonlyMap<string, Origin | undefined>,
): { readonly raw: ReadonlyMap<string, RawLinks>; readonly linksKeys: ReadonlyMap<string, string> } {
  const list = listedInWorld(world, seen);
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
  for (const [root, origin] of origins) {
    if (origin === undefined || origin.linksKey !== keyOf(root, origin.links)) continue;
    kept.set(root, linksOfKept(origin.links));
  }
  const raw = rawLinks(world, kept);
  return { raw, linksKeys: new Map([...raw].map(([root, links]) => [root, keyOf(root, links)])) };
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
