import { posix } from 'node:path';
import { IMAGERY_FILE, WORLD_FOLDERS } from 'chargen-core';
import type { Repository } from './repository.js';

/** Folders this deep are looked through: `world`, `packages/tales/world`. */
const DEPTH = 3;
/** Most of a repository, and no place for a story. */
const NEVER: ReadonlySet<string> = new Set(['node_modules', 'dist', 'build', 'out', 'coverage']);

/**
 * Folders that hold entities: `<folder>/characters/<name>/imagery.yaml`, sorted. What is in hidden folders, in linked
 * worktrees and in nested repositories is not this repository's.
 */
export function findWorlds(repository: Repository): string[] {
  const worlds: string[] = [];
  const visit = (folder: string, depth: number): void => {
    if (holdsEntities(repository, folder)) {
      worlds.push(folder);
      return;
    }
    if (depth === DEPTH) return;
    for (const below of repository.foldersIn(folder)) if (isOwn(repository, below)) visit(below, depth + 1);
  };
  visit('', 0);
  return worlds.sort();
}

function isOwn(repository: Repository, folder: string): boolean {
  const name = posix.basename(folder);
  if (name.startsWith('.') || NEVER.has(name)) return false;
  const git = posix.join(folder, '.git');
  return !repository.isFolder(git) && repository.read(git) === undefined;
}

function holdsEntities(repository: Repository, folder: string): boolean {
  return WORLD_FOLDERS.some((name) =>
    repository
      .foldersIn(posix.join(folder, name))
      .some((entity) => repository.read(posix.join(entity, IMAGERY_FILE)) !== undefined),
  );
}
