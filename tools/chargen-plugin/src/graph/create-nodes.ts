import { dirname, join } from 'node:path';
import type { CreateNodes, CreateNodesContext, CreateNodesResult } from '@nx/devkit';
import { AuthoredDigests, IMAGERY_FILE, pathWhenBack } from 'chargen-core/graph';
import { requireFitNx } from '../nx-version.js';
import type { PluginOptions } from '../plugin-options.js';
import { worldEntries, worldEntryOf, type WorldEntry } from '../world-entries.js';
import { linkEntities } from './entity-links.js';
import { manifestProject } from './export-targets.js';
import { entityProject } from './entity-project.js';
import { projectNames } from './project-names.js';
import { keepWorld, readWorld } from './read-world.js';

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
  const world = readWorld(workspaceRoot, files, entry);
  const names = projectNames(world.entities, namesBefore(workspaceRoot, files, entry, worldEntries(plugins)));
  const links = linkEntities(world, names);
  const digests = new AuthoredDigests(world, entry.settings);
  const nodes = world.entities.flatMap((loaded): [string, CreateNodesResult][] => {
    const { root, file } = loaded.folder;
    const name = names.get(root);
    const link = links.get(root);
    if (name === undefined || link === undefined) return [];
    return [[file, { projects: { [root]: entityProject(name, loaded, link, digests, entry) } }]];
  });
  keepWorld(workspaceRoot, entry);
  if (entry.export === undefined || nodes.length === 0) return nodes;
  return [...nodes, manifestProject(workspaceRoot, names, entry, entry.export)];
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
