import { lstatSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { IMAGES_FOLDER } from './file-names.js';

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
 * Which of the imagery.yaml files that Nx found are the world; see `findImageryFiles`. Nx leaves out what is ignored by
 * itself. A predicate over paths relative to the workspace. It remembers what it saw of folders, so that it serves one
 * look at the disk.
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

/** `.` for the whole workspace, else without `./` and a slash at the end. */
export function normalRoot(folder: string): string {
  return posix.normalize(folder === '' ? '.' : folder).replace(/\/$/, '');
}

/**
 * Whether a folder may hold entities of this repository. A linked worktree and a nested repository hold copies or
 * the work of others: pictures in them would be paid for again. A submodule is a part that the repository names.
 */
export function isOwnFolder(workspaceRoot: string, folder: string): boolean {
  if (SKIPPED.has(posix.basename(folder))) return false;
  const git = join(workspaceRoot, folder, '.git');
  const stats = lstatSync(git, { throwIfNoEntry: false });
  if (stats === undefined) return true;
  return stats.isFile() && /[\\/]modules[\\/]/.test(gitdirIn(readFileSync(git, 'utf8')) ?? '');
}

/** The git directory that a `.git` file points to. */
export function gitdirIn(text: string): string | undefined {
  return /^gitdir:\s*(.*?)\s*$/m.exec(text)?.[1];
}
