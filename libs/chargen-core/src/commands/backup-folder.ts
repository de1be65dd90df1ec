import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readSidecar } from '../recipe/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { isMissing } from '../util/fs-error.js';
import { namesIn } from '../util/names-in.js';
import { isWithin } from '../util/paths.js';

const LIST = 'chargen-backup.json';

const listSchema = z.object({
  v: z.literal(1),
  /** sha256 of each file, by its path within the backup. */
  files: z.record(
    z.string().regex(/^(?:results|pictures|edited)\/(?:[0-9a-f]{2}\/)?[0-9a-f]{64}\.[a-z]{3,4}$/),
    z.string().regex(/^[0-9a-f]{64}$/),
  ),
});
export type BackupFiles = Readonly<Record<string, string>>;

/** A folder cannot be used as a backup; the message states why and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/**
 * The folder of a backup, made if only its last part is missing: a disk that is not connected must not be taken for an
 * empty folder. Rejected inside of the workspace, where `git clean` would delete it with the rest, and if it holds
 * something else.
 */
export async function openBackupForWriting(folder: string, workspaceRoot: string): Promise<void> {
  let parent: string;
  try {
    parent = await realpath(dirname(folder));
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new BackupError(
      `There is no folder ${dirname(folder)}. Connect the disk, or make the folder, and run the command again.`,
    );
  }
  if (isWithin(await realpath(workspaceRoot), parent)) {
    throw new BackupError(
      `${folder} is inside of the workspace, where "git clean -fdx" would delete it too. Name a folder elsewhere.`,
    );
  }
  await mkdir(folder, { recursive: true });
  if (!(await stat(folder)).isDirectory()) throw new BackupError(`${folder} is no folder.`);
  if ((await readList(folder)) !== undefined) return;
  const names = await namesIn(folder);
  if (names.some((name) => !name.startsWith('.'))) {
    throw new BackupError(
      `${folder} holds other files and is no backup of chargen. Name an empty folder, or one that does not exist yet.`,
    );
  }
  await writeList(folder, {});
}

/** What a backup must hold. Throws BackupError if the folder is no backup, or its list cannot be read. */
export async function openBackup(folder: string): Promise<BackupFiles> {
  const files = await readList(folder);
  if (files === undefined) {
    throw new BackupError(`${folder} is no backup of chargen: there is no ${LIST} in it.`);
  }
  return files;
}

/** A file is about to get other bytes: after a crash it must not look damaged. */
export async function dropFromList(folder: string, path: string): Promise<void> {
  const { [path]: dropped, ...others } = await openBackup(folder);
  if (dropped !== undefined) await writeList(folder, others);
}

/** Adds to the list what was copied. Read again first: another workspace may have copied into the folder meanwhile. */
export async function addToList(folder: string, copied: BackupFiles): Promise<void> {
  await writeList(folder, { ...(await openBackup(folder)), ...copied });
}

async function readList(folder: string): Promise<BackupFiles | undefined> {
  const list = await readSidecar(join(folder, LIST), listSchema);
  switch (list.kind) {
    case 'absent':
      return undefined;
    case 'broken':
      throw new BackupError(
        `${join(folder, LIST)} cannot be read (${list.why}). Move it away and back up into a new folder; the files here stay as they are.`,
      );
    case 'present':
      return list.value.files;
  }
}

function writeList(folder: string, files: BackupFiles): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  return writeFileAtomic(join(folder, LIST), `${JSON.stringify({ v: 1, files: sorted }, undefined, 1)}\n`);
}
