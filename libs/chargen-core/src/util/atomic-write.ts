import { closeSync, fchmodSync, openSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pRetry from 'p-retry';
import { isSurelyAbsent } from './stats-of.js';
import { syncFile } from './sync-file.js';
import { temporaryName } from './temporary-files.js';

/** On Windows a virus scanner or an editor that has the target open makes a rename fail for a moment. */
const HELD_CODES: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY']);

/** Windows cannot open a folder, and some network file systems cannot sync one; the file itself is synced. */
const NO_FOLDER_SYNC_CODES: ReadonlySet<string> = new Set([
  'EPERM',
  'EACCES',
  'EISDIR',
  'EINVAL',
  'ENOTSUP',
  'EOPNOTSUPP',
]);

export type FileData = string | Uint8Array | Iterable<string>;

/**
 * Writes a whole file so that a reader, a crash or a power cut finds either the old bytes or the new ones.
 * The temporary file is in the same folder (a rename does not cross file systems) or in `scratch`, is synced,
 * and is removed if anything fails; what a killed process leaves is found by `removeTemporaryFiles`. Missing
 * folders are made; an existing file keeps its mode; a symbolic link stays one, and what it points to is
 * replaced. Text is written as UTF-8; in pieces if it is given in pieces, so that a long one is never whole in memory.
 *
 * Rejects with the file system's own error, and the target then has its old bytes.
 */
export async function writeFileAtomic(path: string, data: FileData, scratch?: string): Promise<void> {
  const target = await followLink(path);
  const folder = dirname(target);
  // Before the folder of the target: a crash in between must not leave an empty one.
  if (scratch !== undefined) await makeIfAbsent(scratch);
  let firstMade = scratch === undefined ? await makeIfAbsent(folder) : undefined;
  const temporary = await writeTemporary(target, data, scratch ?? folder);
  try {
    if (scratch !== undefined) firstMade = await makeIfAbsent(folder);
    await renameWhenFree(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolders(folder, firstMade);
}

/** Answers the first folder that it made. Nearly always all are there, which one look shows for less than making them. */
async function makeIfAbsent(folder: string): Promise<string | undefined> {
  return isSurelyAbsent(folder) ? await mkdir(folder, { recursive: true }) : undefined;
}

/**
 * Writes the bytes that are to stand at `target` into a temporary file of `folder`, with the target's mode, and
 * syncs it. Returns its path; if anything fails it is removed. Only the sync waits for the disk: the other steps are
 * synchronous, since as promises they took about twice as much processor time.
 */
export async function writeTemporary(
  target: string,
  data: FileData,
  folder: string = dirname(target),
): Promise<string> {
  const present = statSync(target, { throwIfNoEntry: false });
  const mode = present && present.mode & 0o7777;
  const temporary = join(folder, await temporaryName(target));
  try {
    const fd = openSync(temporary, 'wx');
    try {
      // chmod rather than the mode of open(), from which the umask would be subtracted.
      if (mode !== undefined) fchmodSync(fd, mode);
      const isWhole = typeof data === 'string' || data instanceof Uint8Array;
      for (const piece of isWhole ? [data] : data) writeFileSync(fd, piece);
      await syncFile({ fd });
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return temporary;
}

/**
 * Renames, and tries again for about a second and a half while another program holds the target.
 * `move` is what renames; a test gives one that is held, which a Unix file system never is.
 */
export async function renameWhenFree(
  from: string,
  to: string,
  move: (from: string, to: string) => Promise<void> = rename,
): Promise<void> {
  await pRetry(() => move(from, to), {
    retries: 9,
    minTimeout: 5,
    maxTimeout: 300,
    factor: 2,
    shouldRetry: ({ error }) => HELD_CODES.has(codeOf(error)),
  });
}

/** Where a symbolic link leads; the path itself if it is none, or nothing is there. */
export async function followLink(path: string): Promise<string> {
  if (isSurelyAbsent(path)) return path;
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

/** A rename, and each folder that was made for it, is durable once the folder that names it is synced. */
async function syncFolders(folder: string, firstMade: string | undefined): Promise<void> {
  await syncFolder(folder);
  if (firstMade === undefined) return;
  const last = dirname(firstMade);
  for (let next = folder; next !== last && next !== dirname(next);) {
    next = dirname(next);
    await syncFolder(next);
  }
}

/** Makes what was renamed, linked or removed in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const fd = openSync(folder, 'r');
    try {
      await syncFile({ fd });
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC_CODES.has(codeOf(error))) throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
