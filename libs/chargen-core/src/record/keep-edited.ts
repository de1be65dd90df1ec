import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Places } from '../plan/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { sha256Hex } from '../util/digest.js';

/**
 * Keeps a copy of an author's bytes by their digest, apart from what was paid for. `path` is that of the file, relative
 * to the workspace; returns that of the copy.
 */
export async function keepEdited(workspaceRoot: string, places: Places, path: string): Promise<string> {
  return keepBytes(workspaceRoot, places, path, await readFile(join(workspaceRoot, path)));
}

/** The same for bytes that were read from the file. */
export async function keepBytes(
  workspaceRoot: string,
  places: Places,
  path: string,
  bytes: Uint8Array,
): Promise<string> {
  const extension = path.slice(path.lastIndexOf('.') + 1);
  const kept = `${places.stateDir}/store/edited/${sha256Hex(bytes)}.${extension}`;
  await writeFileAtomic(join(workspaceRoot, kept), bytes);
  return kept;
}
