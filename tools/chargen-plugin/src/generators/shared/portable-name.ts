import { whyNotOnWindows } from 'chargen-core';

/** Throws an Error with words for people if a teammate with Windows could not have a file or folder of this name. */
export function requirePortable(name: string, option: string): void {
  const why = whyNotOnWindows(name);
  if (why === undefined) return;
  throw new Error(`"${name}" cannot be a name on Windows: ${why}. Choose another one with ${option}.`);
}
