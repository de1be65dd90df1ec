import type { CreateDependencies, DependencyType, RawProjectGraphDependency } from '@nx/devkit';
import type { PluginOptions } from '../plugin-options.js';
import { worldEntryOf } from '../world-entries.js';
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
  const entry = worldEntryOf(rawOptions, context.nxJsonConfiguration.plugins);
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
  const ours = [entry.generateTargetName, entry.analyzeTargetName];
  const leading = leadingTargets(Object.values(context.projects), ours);
  noteLeadingTargets(context.workspaceRoot, entry.contentRoot, leading);
  const links = linkEntities(readWorld(context.workspaceRoot, files, entry), names);
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
