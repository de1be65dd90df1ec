import { statSync, type Stats } from 'node:fs';

/** Undefined also for what cannot be looked at, such as a circle of links: reading it then reports the error. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
