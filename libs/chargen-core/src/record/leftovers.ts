import { join, posix } from 'node:path';
import type { World } from '../content/index.js';
import { takesFolder, type Places } from '../plan/index.js';
import { nameOfKept } from '../util/aside-folder.js';
import { namesIn } from '../util/names-in.js';
import { restoreAside } from '../util/restore-aside.js';
import { removeTemporaryFiles } from '../util/temporary-files.js';

/** A version of an author's file for which there was no place: it was saved in the same instant as another one. */
export interface KeptVersion {
  /** Relative to the workspace. */
  readonly path: string;
  /** The file beside it that it is a version of. */
  readonly of: string;
}

/** Folders, relative to the workspace, in which commands replace files of an author: of these entities, and of style.yaml. */
export function foldersWrittenIn(
  { style }: Pick<World, 'style'>,
  entities: Iterable<{ readonly folder: { readonly root: string } }>,
  places: Places,
): string[] {
  const folders = new Set(style.file === undefined ? [] : [posix.dirname(style.file)]);
  for (const { folder } of entities) {
    folders.add(folder.root);
    folders.add(posix.join(folder.root, places.imagesDir));
    folders.add(takesFolder(folder.root, places.imagesDir));
  }
  return [...folders];
}

/**
 * Finishes what killed processes left in folders that are about to be written in: a file that was set aside gets its name
 * again, or a name that people see; half-written files of the tool go. Returns all versions that are there under such
 * a name, whenever they came.
 */
export async function settleLeftovers(
  workspaceRoot: string,
  folders: readonly string[],
): Promise<KeptVersion[]> {
  const absolute = folders.map((folder) => join(workspaceRoot, folder));
  await removeTemporaryFiles(absolute);
  for (const folder of absolute) await restoreAside(folder);
  return findKeptVersions(workspaceRoot, folders);
}

/** Looks only. Sorted as the folders are, then by name. */
export async function findKeptVersions(
  workspaceRoot: string,
  folders: readonly string[],
): Promise<KeptVersion[]> {
  const found: KeptVersion[] = [];
  for (const folder of folders) {
    for (const name of await namesIn(join(workspaceRoot, folder))) {
      const of = nameOfKept(name);
      if (of !== undefined) found.push({ path: posix.join(folder, name), of: posix.join(folder, of) });
    }
  }
  return found;
}

/** What a person does about it, with commands for a POSIX shell. Ends with a full stop. */
export function describeKept({ path, of }: KeptVersion): string {
  return (
    `${path} is another version of ${posix.basename(of)} that was saved in the same instant. Compare the two. ` +
    `To use it instead: mv ${quoted(path)} ${quoted(of)}. If it is not needed, delete it.`
  );
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
