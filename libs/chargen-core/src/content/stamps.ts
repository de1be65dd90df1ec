import { join, posix } from 'node:path';
import { RACY_MS } from '../util/racy.js';
import { statsOf } from '../util/stats-of.js';
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
  const recent = now - RACY_MS;
  const stamps: string[] = [];
  for (const file of files) {
    const stats = statsOf(join(workspaceRoot, file));
    if (stats === undefined) {
      stamps.push('absent');
      continue;
    }
    const { size, mtimeMs, ctimeMs, dev, ino } = stats;
    if (Math.max(mtimeMs, ctimeMs) > recent) return undefined;
    stamps.push([size, mtimeMs, ctimeMs, dev, ino].join(' '));
  }
  return stamps.join('\n');
}

/** By what the files of an imagery.yaml are known now; undefined if a change of them could go unseen. */
export function stampOfEntity(workspaceRoot: string, file: string): string | undefined {
  const root = posix.dirname(file);
  return stampOf(workspaceRoot, [file, ...SIBLING_FILES.map((name) => posix.join(root, name))]);
}
