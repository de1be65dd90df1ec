import { readdir } from 'node:fs/promises';
import { isMissing } from './fs-error.js';
import { isSurelyAbsent } from './stats-of.js';

/** Names in a folder, sorted; none if it does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  if (isSurelyAbsent(folder)) return [];
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
