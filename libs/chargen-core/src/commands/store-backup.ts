import { join } from 'node:path';
import { laidAnswers } from '../pipeline/laid-answers.js';
import { storeOf, type StoreContext } from '../pipeline/plan-scene.js';
import { ADOPTED } from '../recipe/index.js';
import { readBackupRecord, ResultStore, writeBackupRecord } from '../store/index.js';
import { addToList, dropFromList, openBackup, openBackupForWriting } from './backup-folder.js';
import { StoreCopy, type CopyReport } from './copy-store.js';

/**
 * Copies what was paid for into a folder outside of the workspace: the store, and what is only in the folders of
 * entities. A backup has the form of a store. Only what is not there yet is copied; each file is written to a temporary
 * file, synced, renamed, and read again to compare its sha256. Nothing is ever removed from a backup.
 *
 * Throws BackupError if the folder cannot be used.
 */
export async function backupStore(
  context: StoreContext,
  folder: string,
  now: number,
  signal: AbortSignal,
): Promise<CopyReport> {
  await openBackupForWriting(folder, context.workspaceRoot);
  const copy = new StoreCopy(storeOf(context), new ResultStore(folder), {
    signal,
    listed: {},
    targetListed: await openBackup(folder),
    beforeReplace: (path) => dropFromList(folder, path),
  });
  await copy.all();
  for await (const { result, file } of laidAnswers(context, context.world.entities)) {
    if (result.provenance.run === ADOPTED) continue;
    const path = join(context.workspaceRoot, file);
    if (result.kind === 'generated' && !(await copy.laidPicture(result.picture, path))) continue;
    await copy.result(result);
  }
  await addToList(folder, copy.files);
  const stateFolder = join(context.workspaceRoot, context.places.stateDir);
  const before = await readBackupRecord(stateFolder);
  const keys = new Set([...(before?.folder === folder ? before.keys : []), ...copy.keys]);
  const at = new Date(now).toISOString();
  await writeBackupRecord(stateFolder, { v: 1, folder, at, keys: [...keys].sort() });
  return copy.report();
}

/**
 * Fills the store of the workspace from a backup. No file of an author is written: the next run puts the pictures into
 * their folders, and pays nothing. What is in the store already stays.
 *
 * Throws BackupError if the folder is no backup.
 */
export async function restoreStore(
  context: StoreContext,
  folder: string,
  signal: AbortSignal,
): Promise<CopyReport> {
  const listed = await openBackup(folder);
  const copy = new StoreCopy(new ResultStore(folder), storeOf(context), {
    signal,
    listed,
    targetListed: {},
    beforeReplace: () => Promise.resolve(),
  });
  await copy.all();
  for (const path of Object.keys(listed)) await copy.noteMissing(path);
  return copy.report();
}
