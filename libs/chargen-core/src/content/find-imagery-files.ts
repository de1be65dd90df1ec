import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
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
  const found: string[] = [];
  for (const entry of entries) {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name))
      found.push(...(await findImageryFiles(workspaceRoot, path)));
    else if (entry.isFile() && entry.name === 'imagery.yaml') found.push(path);
  }
  return found.sort();
}
