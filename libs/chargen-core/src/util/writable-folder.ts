import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode, isMissing } from './fs-error.js';

/** The folder that stands in the way, or what is there in place of it, and why nothing can be written below it. */
export interface UnwritableFolder {
  readonly path: string;
  /** Goes on after the path. */
  readonly why: string;
}

/** What would keep a file from being written into a folder, which need not be there yet. Writes nothing. */
export async function findUnwritable(folder: string): Promise<UnwritableFolder | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      if (!(await stat(path)).isDirectory()) return { path, why: 'is no folder' };
      await access(path, constants.W_OK | constants.X_OK);
      return undefined;
    } catch (error) {
      if (isMissing(error) && path !== dirname(path)) continue;
      if (hasCode(error, 'EROFS')) return { path, why: 'is on a disk that cannot be written' };
      return { path, why: 'is a folder that you may not write into' };
    }
  }
}
