import type { ProjectConfiguration } from '@nx/devkit';

/**
 * The names of targets whose run may run ours too, since `dependsOn` leads there; ours are among them. By name alone,
 * of any project: rather one too many.
 */
export function leadingTargets(
  projects: Iterable<ProjectConfiguration>,
  ours: Iterable<string>,
): ReadonlySet<string> {
  const needed = new Map<string, Set<string>>();
  for (const { targets } of projects) {
    for (const [name, { dependsOn = [] }] of Object.entries(targets ?? {})) {
      const names = needed.get(name) ?? new Set();
      needed.set(name, names);
      for (const one of dependsOn) names.add(targetOf(typeof one === 'string' ? one : one.target));
    }
  }
  const leading = new Set(ours);
  for (let size = -1; size !== leading.size;) {
    size = leading.size;
    for (const [name, names] of needed) {
      if ([...names].some((pattern) => matchesOne(pattern, leading))) leading.add(name);
    }
  }
  return leading;
}

/** `build` of `build`, `^build`, `project:build` and `project:build:configuration`. */
function targetOf(text: string): string {
  const [first = '', second] = text.split(':');
  return second ?? first.replace(/^\^/, '');
}

/** Of a glob only what stands before its first sign counts. */
function matchesOne(pattern: string, names: ReadonlySet<string>): boolean {
  if (names.has(pattern)) return true;
  const start = /^[^*?[\]{}()!+@]*/.exec(pattern)?.[0] ?? '';
  return start !== pattern && [...names].some((name) => name.startsWith(start));
}

/** What the graph of each world said last; Nx makes a graph in this process before it runs a task. */
const known = new Map<string, ReadonlySet<string>>();

export function noteLeadingTargets(
  workspaceRoot: string,
  contentRoot: string,
  names: ReadonlySet<string>,
): void {
  known.set(`${workspaceRoot}\0${contentRoot}`, names);
}

/** Undefined if this process has made no graph yet. */
export function knownLeadingTargets(
  workspaceRoot: string,
  contentRoot: string,
): ReadonlySet<string> | undefined {
  return known.get(`${workspaceRoot}\0${contentRoot}`);
}
