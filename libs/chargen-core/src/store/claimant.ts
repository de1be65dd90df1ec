import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../util/atomic-write.js';
import { isMissing } from '../util/fs-error.js';
import type { Claimant } from './remote-store.js';
import type { Store } from './store.js';

/** The name by which this clone claims keys; made once and kept in its store. */
export async function claimantOf({ folder, scratch }: Pick<Store, 'folder' | 'scratch'>): Promise<Claimant> {
  const path = join(folder, 'claimant');
  let id: string;
  try {
    id = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(folder, { recursive: true });
    id = randomUUID();
    await writeFileAtomic(path, `${id}\n`, scratch);
  }
  return { id, label: hostname() };
}
