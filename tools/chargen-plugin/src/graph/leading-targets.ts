import type { CreateDependenciesContext, TargetConfiguration } from '@nx/devkit';
import type { ResolvedOptions } from '../plugin-options.js';

type Projects = CreateDependenciesContext['projects'];
type Dependency = NonNullable<TargetConfiguration['dependsOn']>[number];

/** By workspace: the targets of all projects, as they were when the graph was made. */
const graphs = new Map<string, Projects>();

/** The hooks are not given the graph, but run in the process that made it. */
export function keepTargets(workspaceRoot: string, projects: Projects): void {
  graphs.set(workspaceRoot, projects);
}

/**
 * The names of our targets and of all that have one of ours done first, such as a site's `build`; undefined where
 * this process made no graph.
 */
export function targetsThatLeadToOurs(
  workspaceRoot: string,
  options: Pick<ResolvedOptions, 'generateTargetName' | 'analyzeTargetName'>,
): ReadonlySet<string> | undefined {
  const projects = graphs.get(workspaceRoot);
  if (projects === undefined) return undefined;
  return leadingTargets(projects, [options.generateTargetName, options.analyzeTargetName]);
}

/** By name alone, whatever the project: a run too many that is looked at costs a moment. */
export function leadingTargets(projects: Projects, ours: readonly string[]): ReadonlySet<string> {
  const names = new Set(ours);
  const others = Object.values(projects).flatMap((project) => Object.entries(project.targets ?? {}));
  for (let before = 0; before !== names.size;) {
    before = names.size;
    for (const [name, { dependsOn }] of others) {
      if (dependsOn?.some((dependency) => means(dependency, names)) === true) names.add(name);
    }
  }
  return names;
}

function means(dependency: Dependency, names: ReadonlySet<string>): boolean {
  const written = typeof dependency === 'string' ? dependency.replace(/^\^/, '') : dependency.target;
  // A pattern may mean any target, and `project:target` means that one.
  return written.includes('*') || written.split(':').some((part) => names.has(part));
}
