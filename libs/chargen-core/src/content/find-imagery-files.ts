import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parseAsideFolder } from '../util/aside-folder.js';
import { exists } from '../util/exists.js';
import { isMissing } from '../util/fs-error.js';

const SKIPPED = new Set(['node_modules', '.git', '.nx', '.chargen', 'dist', 'images']);

/** The paths of all imagery.yaml files below a folder, relative to the workspace, sorted. */
export async function findImageryFiles(workspaceRoot: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(workspaceRoot, folder), { withFileTypes: true }).catch(
    (error: unknown) => {
      if (!isMissing(error)) throw error;
      throw new Error(
        `There is no folder ${folder}. Make it, or mend the option contentRoot of chargen-plugin in nx.json.`,
        { cause: error },
      );
    },
  );
  const found = new Set<string>();
  for (const entry of entries) {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory() && parseAsideFolder(entry.name) !== undefined) {
      // Being replaced this moment, or by a process that was killed while it did.
      const { restoreAside } = await import('../util/restore-aside.js');
      await restoreAside(join(workspaceRoot, folder));
      if (await exists(join(workspaceRoot, folder, 'imagery.yaml')))
        found.add(posix.join(folder, 'imagery.yaml'));
    } else if (entry.isDirectory() && !SKIPPED.has(entry.name))
      for (const one of await findImageryFiles(workspaceRoot, path)) found.add(one);
    else if (entry.isFile() && entry.name === 'imagery.yaml') found.add(path);
  }
  return [...found].sort();
}
