import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ignore from 'ignore';
import { hasCode, isMissing } from '../util/fs-error.js';

/** Never in a repository, whatever its rules. */
const GIT_FOLDER = '.git';

/**
 * Those of these patterns of a `.gitignore` at the root that keep something out of git which is there. Looks into no
 * folder that one of them ignores as a whole, and into none that cannot be read. `gone`: names at the root that do not
 * count, since they are about to be removed.
 */
export async function patternsInUse(
  root: string,
  patterns: readonly string[],
  gone: ReadonlySet<string> = new Set(),
): Promise<ReadonlySet<string>> {
  const rules = patterns.map((pattern) => ({
    pattern,
    ignored: ignore({ ignorecase: false }).add(pattern.trim()),
  }));
  const used = new Set<string>();
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(join(root, folder))) {
      if (entry.name === GIT_FOLDER || (folder === '' && gone.has(entry.name))) continue;
      const path = `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`;
      const matching = rules.filter(({ ignored }) => ignored.ignores(path));
      for (const { pattern } of matching) used.add(pattern);
      if (matching.length === 0 && entry.isDirectory()) folders.push(path);
    }
  }
  return used;
}

async function entriesOf(folder: string): ReturnType<typeof readFolder> {
  try {
    return await readFolder(folder);
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'EACCES') || hasCode(error, 'EPERM')) return [];
    throw error;
  }
}

function readFolder(folder: string) {
  return readdir(folder, { withFileTypes: true });
}
