import { lstatSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parseAsideFolder } from '../util/aside-folder.js';
import { exists } from '../util/exists.js';
import { isMissing } from '../util/fs-error.js';
import { IMAGERY_FILE, IMAGES_FOLDER } from './file-names.js';
import { gitdirIn, IgnoreRules } from './ignore-rules.js';

/** Folders that never hold an entity, at any depth. */
const SKIPPED: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  '.nx',
  '.chargen',
  'dist',
  IMAGES_FOLDER,
]);

/**
 * Which files are the world: each imagery.yaml below the content root (relative to the workspace, '' or '.' for all
 * of it) that neither `.gitignore` nor `.nxignore` leaves out and that is this repository's own. Sorted.
 */
export async function findImageryFiles(workspaceRoot: string, contentRoot: string): Promise<string[]> {
  const found: string[] = [];
  await walkWorkspace(workspaceRoot, contentRoot, (folder, names) => {
    if (names.includes(IMAGERY_FILE)) found.push(posix.join(folder, IMAGERY_FILE));
  });
  return found.sort();
}

/**
 * The same answer for paths that Nx found, which leaves out what is ignored by itself: a predicate over paths
 * relative to the workspace. It remembers what it saw of folders, so that it serves one look at the disk.
 */
export function isOfWorld(workspaceRoot: string, contentRoot: string): (file: string) => boolean {
  const root = normalRoot(contentRoot);
  const known = new Map<string, boolean>([[root, true]]);
  const isOpen = (folder: string): boolean => {
    let open = known.get(folder);
    if (open === undefined) {
      const above = posix.dirname(folder);
      open = above !== folder && isOpen(above) && isOwnFolder(workspaceRoot, folder);
      known.set(folder, open);
    }
    return open;
  };
  return (file) => isOpen(posix.dirname(file));
}

/** Calls back for each folder with the names of its files, the ignored ones left out. */
export async function walkWorkspace(
  workspaceRoot: string,
  start: string,
  onFolder: (folder: string, names: readonly string[]) => void,
): Promise<void> {
  let rules = await (await IgnoreRules.open(workspaceRoot)).in('.');
  const root = normalRoot(start);
  const way = root === '.' ? [] : root.split('/');
  for (const [n] of way.entries()) {
    const folder = way.slice(0, n + 1).join('/');
    if (rules.ignores(folder, true)) return;
    rules = await rules.in(folder);
  }
  await walk(workspaceRoot, root, rules, onFolder);
}

async function walk(
  workspaceRoot: string,
  folder: string,
  rules: IgnoreRules,
  onFolder: (folder: string, names: readonly string[]) => void,
): Promise<void> {
  const entries = await readdir(join(workspaceRoot, folder), { withFileTypes: true }).catch(
    (error: unknown) => {
      if (!isMissing(error)) throw error;
      throw new Error(
        `There is no folder ${folder}. Make it, or correct the option contentRoot of chargen-plugin in nx.json.`,
        { cause: error },
      );
    },
  );
  const names = new Set<string>();
  for (const entry of entries) {
    const path = posix.join(folder, entry.name);
    if (rules.ignores(path, entry.isDirectory())) continue;
    if (!entry.isDirectory()) names.add(entry.name);
    else if (parseAsideFolder(entry.name) !== undefined) {
      // Being replaced this moment, or by a process that was killed while it did.
      const { restoreAside } = await import('../util/restore-aside.js');
      await restoreAside(join(workspaceRoot, folder));
      if (await exists(join(workspaceRoot, folder, IMAGERY_FILE))) names.add(IMAGERY_FILE);
    } else if (isOwnFolder(workspaceRoot, path))
      await walk(workspaceRoot, path, await rules.in(path), onFolder);
  }
  onFolder(folder, [...names]);
}

/** `.` for the whole workspace, else without `./` and a slash at the end. */
function normalRoot(folder: string): string {
  return posix.normalize(folder === '' ? '.' : folder).replace(/\/$/, '');
}

/**
 * Whether a folder may hold entities of this repository. A linked worktree and a nested repository hold copies or
 * the work of others: pictures in them would be paid for again. A submodule is a part that the repository names.
 */
function isOwnFolder(workspaceRoot: string, folder: string): boolean {
  if (SKIPPED.has(posix.basename(folder))) return false;
  const git = join(workspaceRoot, folder, '.git');
  const stats = lstatSync(git, { throwIfNoEntry: false });
  if (stats === undefined) return true;
  return stats.isFile() && /[\\/]modules[\\/]/.test(gitdirIn(readFileSync(git, 'utf8')) ?? '');
}
