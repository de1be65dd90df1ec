import type { CreateDependencies, DependencyType, RawProjectGraphDependency } from '@nx/devkit';
import { posix } from 'node:path';
import { IMAGERY_FILE } from 'chargen-core/look';
import type { PluginOptions } from '../plugin-options.js';
import { entityProjects } from './create-nodes.js';
import { knownWorld } from './known-world.js';
import { filesOfWorld } from './kept-file.js';
import { leadingTargets, noteLeadingTargets } from './leading-targets.js';

/** Nx's own word for it. Importing the enum itself would load some 450 modules of Nx into each plugin process. */
const STATIC = 'static';

function isStatic(type: string): type is DependencyType.static {
  return type === STATIC;
}

/** The edges of `nx graph`: who shows whom, with the file that says so. */
export const createDependencies: CreateDependencies<PluginOptions> = async (rawOptions, context) => {
  const { plugins } = context.nxJsonConfiguration;
  const world = await knownWorld(context.workspaceRoot, rawOptions, plugins);
  const { entry, kept } = world;
  const names = new Map<string, string>();
  const files: string[] = [];
  for (const [name, project] of Object.entries(context.projects)) {
    const isEntity = Object.values(project.targets ?? {}).some(
      (target) => target.executor === 'chargen-plugin:generate',
    );
    if (!isEntity) continue;
    names.set(project.root, name);
    files.push(`${project.root}/${IMAGERY_FILE}`);
  }
  const ours = [entry.generateTargetName, entry.analyzeTargetName];
  const leading = leadingTargets(Object.values(context.projects), ours);
  noteLeadingTargets(context.workspaceRoot, entry.contentRoot, leading);
  const own = filesOfWorld(context.workspaceRoot, files, entry);
  // Nx asks for projects first, mostly in this process.
  if (own.some((file) => kept.ownersOf(file) === undefined))
    await entityProjects(context.workspaceRoot, own, world, plugins);
  const dependencies: RawProjectGraphDependency[] = [];
  const type: string = STATIC;
  if (!isStatic(type)) return dependencies;
  for (const sourceFile of own) {
    const source = names.get(posix.dirname(sourceFile));
    if (source === undefined) continue;
    const targets = (kept.ownersOf(sourceFile) ?? []).flatMap((owner) => names.get(owner) ?? []);
    for (const target of targets.sort()) dependencies.push({ source, target, sourceFile, type });
  }
  return dependencies;
};
