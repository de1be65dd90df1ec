import { join, posix } from 'node:path';
import { RACY_MS } from '../util/racy.js';
import { stampOfFile } from '../util/stats-of.js';
import { SIBLING_FILES } from './file-names.js';

/**
 * Size, times and inodes of files, by which a process knows that what it has read of them is still there; undefined
 * if a change could go unseen. The inode's own time is in it too, which is not easily set back.
 */
export function stampOf(
  workspaceRoot: string,
  files: readonly string[],
  now: number = Date.now(),
): string | undefined {
  const stamps: string[] = [];
  for (const file of files) {
    const stamp = stampOfFile(join(workspaceRoot, file), now - RACY_MS);
    if (stamp === undefined) return undefined;
    stamps.push(stamp);
  }
  return stamps.join('\n');
}

/** By what the files of an imagery.yaml are known now; undefined if a change of them could go unseen. */
export function stampOfEntity(workspaceRoot: string, file: string): string | undefined {
  const root = posix.dirname(file);
  return stampOf(workspaceRoot, [file, ...SIBLING_FILES.map((name) => posix.join(root, name))]);
}
