import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parseAsideFolder } from '../util/aside-folder.js';
import { exists } from '../util/exists.js';
import { isMissing } from '../util/fs-error.js';
import { IMAGERY_FILE } from './file-names.js';
import { IgnoreRules } from './ignore-rules.js';
import { isOwnFolder, normalRoot } from './own-folders.js';

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

/** Called for a folder with the names of its files, the ignored ones left out; `links` are those that are symbolic links. */
type OnFolder = (folder: string, names: readonly string[], links: readonly string[]) => void;

/** Calls back for each folder. Links to folders are not followed: they can leave the workspace, or lead in a circle. */
export async function walkWorkspace(workspaceRoot: string, start: string, onFolder: OnFolder): Promise<void> {
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
  onFolder: OnFolder,
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
  const links: string[] = [];
  for (const entry of entries) {
    const path = posix.join(folder, entry.name);
    if (rules.ignores(path, entry.isDirectory())) continue;
    if (entry.isSymbolicLink()) links.push(entry.name);
    if (!entry.isDirectory()) names.add(entry.name);
    else if (parseAsideFolder(entry.name) !== undefined) {
      // Being replaced this moment, or by a process that was killed while it did.
      const { restoreAside } = await import('../util/restore-aside.js');
      await restoreAside(join(workspaceRoot, folder));
      if (await exists(join(workspaceRoot, folder, IMAGERY_FILE))) names.add(IMAGERY_FILE);
    } else if (isOwnFolder(workspaceRoot, path))
      await walk(workspaceRoot, path, await rules.in(path), onFolder);
  }
  onFolder(folder, [...names], links);
}
