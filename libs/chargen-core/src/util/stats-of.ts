import { statSync, type Stats } from 'node:fs';

/**
 * Whether nothing is there for sure. Asked synchronously before a file is opened that mostly does not exist: thousands
 * of promises that reject take fifty times as long.
 */
export function isSurelyAbsent(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Undefined also for what cannot be looked at, such as a circle of links: reading it then reports the error. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * Size, times and inode of a file, by which it is known that what was read of it is still there; undefined if a change
 * could go unseen: it cannot be looked at, or was written after `recent` (milliseconds since 1970). The inode's own time
 * is in it too, which is not easily set back.
 */
export function stampOfFile(path: string, recent: number): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'absent';
    const { size, mtimeMs, ctimeMs, dev, ino } = stats;
    return Math.max(mtimeMs, ctimeMs) > recent ? undefined : `${size} ${mtimeMs} ${ctimeMs} ${dev} ${ino}`;
  } catch {
    return undefined;
  }
}
