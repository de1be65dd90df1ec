import type { CreateDependencies, DependencyType, RawProjectGraphDependency } from '@nx/devkit';
import { resolveOptions, type PluginOptions } from '../plugin-options.js';
import { linkEntities } from './entity-links.js';
import { leadingTargets, noteLeadingTargets } from './leading-targets.js';
import { readWorld } from './read-world.js';

/** Nx's own word for it. Importing the enum itself would load some 450 modules of Nx into each plugin process. */
const STATIC = 'static';

function isStatic(type: string): type is DependencyType.static {
  return type === STATIC;
}

/** The edges of `nx graph`: who shows whom, with the file that says so. */
export const createDependencies: CreateDependencies<PluginOptions> = (rawOptions, context) => {
  const options = resolveOptions(rawOptions);
  const names = new Map<string, string>();
  const files: string[] = [];
  for (const [name, project] of Object.entries(context.projects)) {
    const isEntity = Object.values(project.targets ?? {}).some(
      (target) => target.executor === 'chargen-plugin:generate',
    );
    if (!isEntity) continue;
    names.set(project.root, name);
    files.push(`${project.root}/imagery.yaml`);
  }
  const ours = [options.generateTargetName, options.analyzeTargetName];
  noteLeadingTargets(context.workspaceRoot, leadingTargets(Object.values(context.projects), ours));
  const links = linkEntities(readWorld(context.workspaceRoot, files, options), names);
  const dependencies: RawProjectGraphDependency[] = [];
  const type: string = STATIC;
  if (!isStatic(type)) return dependencies;
  for (const [root, { projects }] of links) {
    const source = names.get(root);
    if (source === undefined) continue;
    for (const target of projects) {
      dependencies.push({ source, target, sourceFile: `${root}/imagery.yaml`, type });
    }
  }
  return dependencies;
};
