import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { hasCode } from './fs-error.js';

/**
 * Makes a folder below a root, and those between them, but never the root itself: a share that is no longer mounted
 * would come back as an empty folder, and look like an empty store. Rejects with ENOENT if the root is not there.
 */
export async function makeBelow(root: string, folder: string): Promise<void> {
  let path = root;
  for (const name of relative(root, folder).split(sep)) {
    if (name === '') continue;
    path = join(path, name);
    try {
      await mkdir(path);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}
