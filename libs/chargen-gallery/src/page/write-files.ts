import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from 'chargen-core';

/** Writes a file unless it says so already. */
export async function writeIfChanged(path: string, text: string): Promise<void> {
  let before: string | undefined;
  try {
    before = await readFile(path, 'utf8');
  } catch {
    before = undefined;
  }
  if (before !== text) await writeFileAtomic(path, text);
}

/** Removes the files of a folder that this gallery no longer has. */
export async function removeOthers(folder: string, kept: ReadonlySet<string>): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return;
  }
  for (const name of names) if (!kept.has(name)) await rm(join(folder, name), { force: true });
}
