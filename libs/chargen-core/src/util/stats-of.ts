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
