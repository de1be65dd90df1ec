import { join } from 'node:path';
import { readSidecar } from '../recipe/index.js';
import { storeEntrySchema } from '../store/index.js';
import { sha256File } from '../util/digest.js';
import { isMissing } from '../util/fs-error.js';
import { openBackup } from './backup-folder.js';
import { blobsIn, digestInName, resultsIn, type FileNote } from './copy-store.js';

export interface VerifyReport {
  /** Files that were read. */
  readonly files: number;
  /** Each damaged or missing file. */
  readonly problems: readonly FileNote[];
}

/**
 * Reads every file of a backup and compares its sha256 with the listed one. A file that is not listed, since its backup
 * was cut off, is judged by its name and form. Writes nothing.
 *
 * Throws BackupError if the folder is no backup.
 */
export async function verifyBackup(folder: string, signal: AbortSignal): Promise<VerifyReport> {
  const listed = await openBackup(folder);
  const problems: FileNote[] = [];
  const expected = new Map(Object.entries(listed));
  for (const path of await blobsIn(folder)) {
    if (!expected.has(path)) expected.set(path, digestInName(path));
  }
  for (const [path, sha256] of expected) {
    signal.throwIfAborted();
    const why = await whyNot(join(folder, path), sha256);
    if (why !== undefined) problems.push({ path, why });
  }
  const unlisted = (await resultsIn(folder)).filter((path) => !expected.has(path));
  for (const path of unlisted) {
    const read = await readSidecar(join(folder, path), storeEntrySchema);
    if (read.kind === 'broken') problems.push({ path, why: `it cannot be read (${read.why})` });
  }
  return { files: expected.size + unlisted.length, problems };
}

async function whyNot(path: string, sha256: string): Promise<string | undefined> {
  try {
    const found = await sha256File(path);
    return found === sha256 ? undefined : 'it is damaged: its sha256 is not the listed one';
  } catch (error) {
    if (isMissing(error)) return 'it is missing';
    throw error;
  }
}
