import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../util/atomic-write.js';
import { isMissing } from '../util/fs-error.js';

const recordSchema = z.object({
  v: z.literal(1),
  /** Absolute path of the backup. */
  folder: z.string(),
  /** ISO time of the last backup. */
  at: z.string(),
  /** Content keys of the answers that are in it. */
  keys: z.array(z.string()),
});
/** What this workspace knows of its last backup, also while the disk of the backup is not connected. */
export type BackupRecord = z.infer<typeof recordSchema>;

/** Undefined if there was no backup, or the note of it cannot be read: a note is no copy of what was paid for. */
export async function readBackupRecord(stateFolder: string): Promise<BackupRecord | undefined> {
  let text: string;
  try {
    text = await readFile(pathIn(stateFolder), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    const parsed = recordSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function writeBackupRecord(stateFolder: string, record: BackupRecord): Promise<void> {
  return writeFileAtomic(pathIn(stateFolder), `${JSON.stringify(record)}\n`);
}

function pathIn(stateFolder: string): string {
  return join(stateFolder, 'backup.json');
}
