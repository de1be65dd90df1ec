import { dirname, join } from 'node:path';
import type { CreateNodes, CreateNodesContext, CreateNodesResult, ProjectConfiguration } from '@nx/devkit';
import { IMAGERY_FILE, pathWhenBack } from 'chargen-core/look';
import { requireFitNx } from '../nx-version.js';
import type { PluginOptions } from '../plugin-options.js';
import type { WorldEntry } from '../world-entries.js';
import { filesOfWorld } from './kept-file.js';
import { knownWorld, surroundingsNow, type KnownWorld } from './known-world.js';

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
  ): Promise<[string, CreateNodesResult][]> => {
    requireFitNx(context.workspaceRoot);
    return nodesOf(files, rawOptions, context);
  },
];

async function nodesOf(
  files: readonly string[],
  rawOptions: PluginOptions | undefined,
  context: CreateNodesContext,
): Promise<[string, CreateNodesResult][]> {
  const { workspaceRoot } = context;
  const { plugins } = context.nxJsonConfiguration;
  const world = await knownWorld(workspaceRoot, rawOptions, plugins);
  const { entry } = world;
  const isAside = files.some((file) => pathWhenBack(file) !== file);
  const present = isAside ? await putBack(files, workspaceRoot) : files;
  const projects = await entityProjects(workspaceRoot, present, world, plugins);
  const nodes = [...projects].map(([file, project]): [string, CreateNodesResult] => [
    file,
    { projects: { [project.root]: project } },
  ]);
  if (entry.export === undefined || nodes.length === 0) return nodes;
  const { manifestProject } = await import('./export-targets.js');
  const names = [...projects.values()].flatMap(({ name }) => name ?? []);
  return [...nodes, manifestProject(workspaceRoot, names, entry, entry.export)];
}

/** The projects of a world, by the path of the imagery.yaml. Of these files only what has changed is read. */
export async function entityProjects(
  workspaceRoot: string,
  files: readonly string[],
  { entry, kept }: KnownWorld,
  plugins: readonly unknown[] | undefined,
): Promise<Map<string, ProjectConfiguration>> {
  const taken = await namesTaken(workspaceRoot, files, entry, plugins);
  const now = surroundingsNow(workspaceRoot, entry, taken);
  const own = filesOfWorld(workspaceRoot, files, entry);
  const unchanged = kept.ifUnchanged(own, now);
  if (unchanged !== undefined) return unchanged;
  // All that reads YAML only now: mostly nothing has changed since the last command.
  const { readProjects } = await import('./made-projects.js');
  return readProjects(workspaceRoot, own, { entry, kept }, taken, now);
}

async function namesTaken(
  workspaceRoot: string,
  files: readonly string[],
  entry: WorldEntry,
  plugins: readonly unknown[] | undefined,
): Promise<ReadonlySet<string>> {
  if (entry.otherRoots.length === 0) return new Set();
  const { namesBefore } = await import('./made-projects.js');
  return namesBefore(workspaceRoot, files, entry, plugins);
}

/**
 * A file that is being replaced this moment, or was when a process was killed, is found in the folder beside: its
 * project stays, and the file gets its name again.
 */
async function putBack(files: readonly string[], workspaceRoot: string): Promise<string[]> {
  const { restoreAside } = await import('chargen-core');
  const back = new Set<string>();
  for (const file of files) {
    const path = pathWhenBack(file);
    if (path !== file) await restoreAside(join(workspaceRoot, dirname(path)));
    back.add(path);
  }
  return [...back];
}
