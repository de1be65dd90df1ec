import { fsync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';

const fsyncOf = promisify(fsync);

/** Makes the bytes of an open file durable. The handles of Yarn's Plug'n'Play have no `sync` of their own: theirs throws. */
export function syncFile(handle: Pick<FileHandle, 'fd'>): Promise<void> {
  return fsyncOf(handle.fd);
}
