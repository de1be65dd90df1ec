import type { CreateNodes, CreateNodesContext, CreateNodesResult } from '@nx/devkit';
import { AuthoredDigests } from 'chargen-core/graph';
import { resolveOptions, type PluginOptions } from '../plugin-options.js';
import { linkEntities } from './entity-links.js';
import { entityProject } from './entity-project.js';
import { projectNames } from './project-names.js';
import { keepWorld, readWorld } from './read-world.js';

/**
 * Makes a project of each folder with an imagery.yaml. A file that cannot be read still gets its project: its
 * targets fail with file, line and column, and no other project notices.
 */
export const createNodes: CreateNodes<PluginOptions> = [
  '**/imagery.yaml',
  (
    files: readonly string[],
    rawOptions: PluginOptions | undefined,
    context: CreateNodesContext,
  ): [string, CreateNodesResult][] => {
    const options = resolveOptions(rawOptions);
    const world = readWorld(context.workspaceRoot, files, options);
    const names = projectNames(world.entities);
    const links = linkEntities(world, names);
    const digests = new AuthoredDigests(world, options.settings);
    const nodes = world.entities.flatMap((loaded): [string, CreateNodesResult][] => {
      const { root, file } = loaded.folder;
      const name = names.get(root);
      const link = links.get(root);
      if (name === undefined || link === undefined) return [];
      return [[file, { projects: { [root]: entityProject(name, loaded, link, digests, options) } }]];
    });
    keepWorld(context.workspaceRoot, world);
    return nodes;
  },
];
