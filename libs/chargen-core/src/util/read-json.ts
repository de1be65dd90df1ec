import { readFile } from 'node:fs/promises';
import { isMissing } from './fs-error.js';

/** The text of a file; undefined if there is none. Rejects if it cannot be read. */
export async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Undefined for a text that is no JSON, such as one that was cut short. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
