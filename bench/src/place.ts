import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this repository; compiled, this file lies in bench/dist. */
export const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The `chargen` command. */
export const CLI = join(REPOSITORY, 'tools', 'chargen-cli', 'bin', 'chargen.mjs');

/** A temporary folder that is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'chargen-bench-')));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
