import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';

const SKIPPED = new Set(['node_modules', '.git', '.nx', '.chargen', 'dist', 'images']);

/** The paths of all imagery.yaml files below a folder, relative to the workspace, sorted. */
export async function findImageryFiles(workspaceRoot: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(workspaceRoot, folder), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name))
      found.push(...(await findImageryFiles(workspaceRoot, path)));
    else if (entry.isFile() && entry.name === 'imagery.yaml') found.push(path);
  }
  return found.sort();
}
