import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { foldedName, visible } from './windows-names.js';

/**
 * What is at the place of a missing file under a name that differs only as systems differ: macOS used to write accents as
 * characters of their own, and macOS and Windows ignore letter case, so that a path that works there is missing elsewhere.
 * Each folder is listed once, and each answer is found once: every scene of a person asks for the same missing portrait.
 */
export class SimilarFiles {
  readonly #names = new Map<string, readonly string[]>();
  readonly #advice = new Map<string, string>();

  constructor(readonly workspaceRoot: string) {}

  /** A sentence to add to "is missing", empty if nothing similar is there. The paths are relative to the workspace. */
  advice(paths: readonly string[]): string {
    const wanted = paths.join('\0');
    const advice = this.#advice.get(wanted) ?? this.#adviceOn(paths);
    this.#advice.set(wanted, advice);
    return advice;
  }

  #adviceOn(paths: readonly string[]): string {
    for (const path of paths) {
      const found = this.#find(path);
      if (found === undefined || found === path) continue;
      if (found.normalize('NFC') !== path.normalize('NFC'))
        return ` "${found}" is there, in other letter case: rename it, or write its name here.`;
      return ` "${visible(found)}" is there, with the accents in another Unicode form: rename it to "${visible(path)}".`;
    }
    return '';
  }

  #find(path: string): string | undefined {
    let found = '.';
    for (const name of path.split('/')) {
      const names = this.#namesIn(found);
      const next = names.includes(name) ? name : names.find((one) => foldedName(one) === foldedName(name));
      if (next === undefined) return undefined;
      found = posix.join(found, next);
    }
    return found;
  }

  #namesIn(folder: string): readonly string[] {
    let names = this.#names.get(folder);
    if (names === undefined) this.#names.set(folder, (names = namesIn(join(this.workspaceRoot, folder))));
    return names;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
