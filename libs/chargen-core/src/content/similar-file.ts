import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { foldedName } from './windows-names.js';

/** A file at the place of a missing one: the same name in another Unicode form, or in other letter case. */
export interface SimilarFile {
  /** Relative to the workspace, as it is there. */
  readonly path: string;
  readonly differs: 'unicode-form' | 'letter-case';
}

/**
 * Looks for a path whose names differ only as systems differ: macOS used to write accents as characters of their own,
 * and macOS and Windows ignore letter case, so that a path that works there is missing elsewhere.
 */
export function findSimilarFile(workspaceRoot: string, path: string): SimilarFile | undefined {
  let found = '.';
  for (const name of path.split('/')) {
    const names = namesIn(join(workspaceRoot, found));
    const next = names.includes(name) ? name : names.find((one) => foldedName(one) === foldedName(name));
    if (next === undefined) return undefined;
    found = posix.join(found, next);
  }
  if (found === path) return undefined;
  const isForm = found.normalize('NFC') === path.normalize('NFC');
  return { path: found, differs: isForm ? 'unicode-form' : 'letter-case' };
}

/** A sentence to add to "is missing", empty if nothing similar is there. */
export function similarFileAdvice(workspaceRoot: string, paths: readonly string[]): string {
  for (const path of paths) {
    const similar = findSimilarFile(workspaceRoot, path);
    if (similar === undefined) continue;
    if (similar.differs === 'letter-case')
      return ` "${similar.path}" is there, in other letter case: rename it, or write its name here.`;
    return ` "${visible(similar.path)}" is there, with the accents in another Unicode form: rename it to "${visible(path)}".`;
  }
  return '';
}

/** Both forms look alike, so that what is not ASCII is shown by its numbers. */
function visible(path: string): string {
  return path.replace(/[^\x20-\x7e]/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
