import system from 'node:path';

/** How a system writes paths: `node:path`, or `path.win32` in a test of what happens on Windows. */
export type PathRules = Pick<typeof system, 'isAbsolute' | 'relative' | 'sep'>;

/** Whether a path is in a folder, or is the folder. Both are absolute. On Windows another drive is outside. */
export function isWithin(folder: string, path: string, rules: PathRules = system): boolean {
  const way = rules.relative(folder, path);
  return way !== '..' && !way.startsWith(`..${rules.sep}`) && !rules.isAbsolute(way);
}

/**
 * An absolute path relative to the workspace, with `/` between names on every system, as in content, recipes and
 * messages. On Linux a backslash is a letter of a name, and stays.
 */
export function pathFrom(workspaceRoot: string, path: string, rules: PathRules = system): string {
  return rules.relative(workspaceRoot, path).split(rules.sep).join('/');
}
