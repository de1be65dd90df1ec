import { dirname, join } from 'node:path';
import type { CreateNodes, CreateNodesContext, CreateNodesResult, ProjectConfiguration } from '@nx/devkit';
import {
  AuthoredDigests,
  IMAGERY_FILE,
  pathWhenBack,
  stampOf,
  stampOfEntity,
  type LoadedEntity,
  type World,
} from 'chargen-core/graph';
import { requireFitNx } from '../nx-version.js';
import type { PluginOptions } from '../plugin-options.js';
import { worldEntries, worldEntryOf, type WorldEntry } from '../world-entries.js';
import type { EntityLinks } from './entity-links.js';
import { manifestProject } from './export-targets.js';
import { entityProject } from './entity-project.js';
import { keptProjects } from './kept-projects.js';
import { projectNames } from './project-names.js';
import { filesOfWorld, keepWorld, readWorld, stampsRead } from './read-world.js';

/**
 * Makes a project of each folder with an imagery.yaml. A file that cannot be read still gets its project: its
 * targets fail with file, line and column, and no other project notices.
 */
export const createNodes: CreateNodes<PluginOptions> = [
  `**/${IMAGERY_FILE}`,
  (
    files: readonly string[],
    rawOptions: PluginOptions | undefined,
    context: CreateNodesContext,
  ): NodesOfFiles | Promise<NodesOfFiles> => {
    requireFitNx(context.workspaceRoot);
    if (files.every((file) => pathWhenBack(file) === file)) return nodesOf(files, rawOptions, context);
    return putBack(files, context).then((back) => nodesOf(back, rawOptions, context));
  },
];

type NodesOfFiles = [string, CreateNodesResult][];

function nodesOf(
  files: readonly string[],
  rawOptions: PluginOptions | undefined,
  context: CreateNodesContext,
): NodesOfFiles {
  const { workspaceRoot } = context;
  const { plugins } = context.nxJsonConfiguration;
  const entry = worldEntryOf(rawOptions, plugins);
  const projects = entityProjects(workspaceRoot, files, entry, plugins);
  const nodes = [...projects].map(([file, project]): [string, CreateNodesResult] => [
    file,
    { projects: { [project.root]: project } },
  ]);
  if (entry.export === undefined || nodes.length === 0) return nodes;
  const names = [...projects.values()].flatMap(({ name }) => name ?? []);
  return [...nodes, manifestProject(workspaceRoot, names, entry, entry.export)];
}

/** The projects of a world, by the path of the imagery.yaml. Of these files only what has changed is read. */
export function entityProjects(
  workspaceRoot: string,
  files: readonly string[],
  entry: WorldEntry,
  plugins: readonly unknown[] | undefined,
): Map<string, ProjectConfiguration> {
  const taken = namesBefore(workspaceRoot, files, entry, worldEntries(plugins));
  const style = stampOf(workspaceRoot, [entry.styleFile]);
  const stamp = style === undefined ? undefined : JSON.stringify([style, ...taken]);
  const kept = keptProjects(workspaceRoot, entry);
  const own = filesOfWorld(workspaceRoot, files, entry);
  const stampNow = (file: string): string | undefined => stampOfEntity(workspaceRoot, file);
  const unchanged = kept.ifUnchanged(own, { stamp, stampOf: stampNow });
  if (unchanged !== undefined) return unchanged;
  const world = readWorld(workspaceRoot, own, entry);
  keepWorld(workspaceRoot, entry);
  const names = projectNames(world.entities, taken);
  const stampRead = stampsRead(workspaceRoot, entry);
  return kept.of(world, names, { stamp, stampOf: stampRead }, projectMaker(world, names, entry));
}

function projectMaker(
  world: World,
  names: ReadonlyMap<string, string>,
  entry: WorldEntry,
): (loaded: LoadedEntity, links: EntityLinks) => ProjectConfiguration {
  const digests = new AuthoredDigests(world, entry.settings);
  return (loaded, links) =>
    entityProject(names.get(loaded.folder.root) ?? loaded.folder.folder, loaded, links, digests, entry);
}

/** The names that the worlds of earlier entries took: Nx refuses a whole graph in which two projects share one. */
function namesBefore(
  workspaceRoot: string,
  files: readonly string[],
  { contentRoot }: WorldEntry,
  entries: readonly WorldEntry[],
): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const earlier of entries) {
    if (earlier.contentRoot === contentRoot) break;
    const { entities } = readWorld(workspaceRoot, files, earlier);
    for (const name of projectNames(entities, taken).values()) taken.add(name);
  }
  return taken;
}

/**
 * A file that is being replaced this moment, or was when a process was killed, is found in the folder beside: its
 * project stays, and the file gets its name again.
 */
async function putBack(files: readonly string[], { workspaceRoot }: CreateNodesContext): Promise<string[]> {
  const { restoreAside } = await import('chargen-core');
  const back = new Set<string>();
  for (const file of files) {
    const path = pathWhenBack(file);
    if (path !== file) await restoreAside(join(workspaceRoot, dirname(path)));
    back.add(path);
  }
  return [...back];
}
