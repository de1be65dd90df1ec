import { readdir, realpath } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
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
  const found: Diagnostic[] = [];
  for (const file of links) {
    if (!(await holdsImagery(join(workspaceRoot, file), LEVELS)) || !isOwnFolder(workspaceRoot, file))
      continue;
    const target = await fromRoot(workspaceRoot, file);
    if (read.some((one) => `${one}/`.startsWith(`${target}/`))) continue;
    const message =
      `This folder is not read: it is a symbolic link, and links are not followed. ` +
      `Put a real folder with these files in its place, or add it to .nxignore.`;
    found.push({ severity: 'warning', code: 'folder-not-read', message, file });
  }
  return found;
}

/**
 * The folder that a content root is by another name, since it or a folder above it is a link. Relative to the
 * workspace: it can begin with `../`. Undefined if it is no link, or not there.
 */
export async function targetOfRoot(workspaceRoot: string, root: string): Promise<string | undefined> {
  const target = await fromRoot(workspaceRoot, root).catch(() => root);
  return posix.normalize(target) === root ? undefined : target;
}

/** Nx looks for files by itself, and follows no links: what the commands find is no project there. */
export function linkedRoot(root: string, target: string): Diagnostic {
  const isInside = !target.startsWith('../');
  const message =
    `The content root "${root}" is a symbolic link. The commands of chargen follow it, Nx does not: ` +
    `it has no projects and no tasks for what is there. ` +
    (isInside ? `Write "${target}" as contentRoot in nx.json.` : `Put the folder itself in its place.`);
  return { severity: 'warning', code: 'linked-content-root', message, file: root };
}

async function fromRoot(workspaceRoot: string, folder: string): Promise<string> {
  const way = relative(await realpath(workspaceRoot), await realpath(join(workspaceRoot, folder)));
  return way.split(sep).join('/');
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
