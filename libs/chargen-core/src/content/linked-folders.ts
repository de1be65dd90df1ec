import { readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { exists } from '../util/exists.js';
import type { Diagnostic } from './diagnostic.js';
import { IMAGERY_FILE } from './file-names.js';
import { isOwnFolder } from './own-folders.js';

/** So far below a link an imagery.yaml is looked for: `characters` may be the link, or the folder above it. */
const LEVELS = 2;

/**
 * The links that lead to folders with an imagery.yaml that is not read, each as a warning. Of what lies behind a link
 * only names are looked at. `read` are the folders of the files that are read: a link to one of them, or to a folder
 * around it, is a second name of what is read.
 */
export async function linkedFolders(
  workspaceRoot: string,
  links: readonly string[],
  read: readonly string[],
): Promise<Diagnostic[]> {
  const root = await realpath(workspaceRoot);
  const found: Diagnostic[] = [];
  for (const file of links) {
    if (!(await holdsImagery(join(workspaceRoot, file), LEVELS)) || !isOwnFolder(workspaceRoot, file))
      continue;
    const target = relative(root, await realpath(join(workspaceRoot, file)))
      .split(sep)
      .join('/');
    if (read.some((one) => `${one}/`.startsWith(`${target}/`))) continue;
    const message =
      `This folder is not read: it is a symbolic link, and links are not followed. ` +
      `Put a real folder with these files in its place, or add it to .nxignore.`;
    found.push({ severity: 'warning', code: 'folder-not-read', message, file });
  }
  return found;
}

async function holdsImagery(folder: string, levels: number): Promise<boolean> {
  // It can be a link to a file, to nothing, to itself, or to what this user may not read: nothing to say of these.
  if (await exists(join(folder, IMAGERY_FILE)).catch(() => false)) return true;
  if (levels === 0) return false;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory() && (await holdsImagery(join(folder, entry.name), levels - 1))) return true;
  }
  return false;
}
