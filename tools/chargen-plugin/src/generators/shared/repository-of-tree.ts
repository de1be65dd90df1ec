import { basename, posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import type { Repository } from '../../setup/repository.js';

/** The tree of a generator, as the plan of the set-up looks at it. */
export function repositoryOf(tree: Tree): Repository {
  return {
    name: basename(tree.root),
    read: (path) => tree.read(path, 'utf8') ?? undefined,
    isFolder: (path) => tree.exists(path) && !tree.isFile(path),
    foldersIn: (path) =>
      tree
        .children(path)
        .map((name) => posix.join(path, name))
        .filter((child) => !tree.isFile(child)),
  };
}
