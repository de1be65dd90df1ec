import { stat } from 'node:fs/promises';
import { isMissing } from './fs-error.js';
import { isSurelyAbsent } from './stats-of.js';

/** Whether the path exists; rejects if that cannot be known, which must not be taken for "absent". */
export async function exists(path: string): Promise<boolean> {
  if (isSurelyAbsent(path)) return false;
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
