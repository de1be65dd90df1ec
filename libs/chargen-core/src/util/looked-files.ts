import { isAbsolute, join, sep } from 'node:path';
import { sha256Hex } from './digest.js';
import { RACY_MS } from './racy.js';
import { stampOfFile } from './stats-of.js';

/** What a result depends on outside of the content files. */
export interface Looked {
  /** Files and folders, relative to the workspace if they are in it. */
  readonly paths: readonly string[];
  /** Of size, times and inode of each. */
  readonly digest: string;
  /** What was found in place of missing files, by their names. */
  readonly advice: readonly (readonly [paths: readonly string[], advice: string])[];
  /** Whether pictures of other entities were looked through. */
  readonly isWide: boolean;
}

/**
 * Notes which files a result is made from, with size, times and inode of each as they were before it was read. In another
 * process, in which all of them are as they were, it is the same result. It notes from `begin` to `end`.
 */
export class LookedFiles {
  #stamps: Map<string, string> | undefined;
  #advice = new Map<string, readonly [readonly string[], string]>();
  #recent = 0;
  /** Whether a change of each file would be seen. */
  #isSure = true;
  #isWide = false;

  constructor(readonly workspaceRoot: string) {}

  begin(): void {
    this.#stamps = new Map();
    this.#advice = new Map();
    this.#recent = Date.now() - RACY_MS;
    this.#isSure = true;
    this.#isWide = false;
  }

  /** Undefined if a change of something could go unseen. */
  end(): Looked | undefined {
    const stamps = this.#stamps ?? new Map<string, string>();
    this.#stamps = undefined;
    if (!this.#isSure) return undefined;
    const digest = sha256Hex([...stamps.values()].join('\n'));
    return { paths: [...stamps.keys()], digest, advice: [...this.#advice.values()], isWide: this.#isWide };
  }

  /** To be called before a file is read, or a folder listed. The path is absolute. */
  look(path: string): void {
    if (this.#stamps === undefined) return;
    const { workspaceRoot: root } = this;
    const name = path.startsWith(`${root}${sep}`) ? path.slice(root.length + 1) : path;
    if (this.#stamps.has(name)) return;
    const stamp = stampOfFile(path, this.#recent);
    if (stamp === undefined) this.#isSure = false;
    else this.#stamps.set(name, stamp);
  }

  /** See `SimilarFiles`. */
  noteAdvice(paths: readonly string[], advice: string): void {
    if (this.#stamps !== undefined) this.#advice.set(paths.join('\0'), [paths, advice]);
  }

  lookWide(): void {
    this.#isWide = true;
  }
}

/**
 * The digest of files as they are now, see `Looked`; undefined if it is not sure. What was written after `recent` is not;
 * by default it is, since its times differ from those that were kept.
 */
export function digestOfFiles(
  workspaceRoot: string,
  paths: readonly string[],
  recent = Infinity,
): string | undefined {
  const stamps: string[] = [];
  for (const path of paths) {
    const stamp = stampOfFile(isAbsolute(path) ? path : join(workspaceRoot, path), recent);
    if (stamp === undefined) return undefined;
    stamps.push(stamp);
  }
  return sha256Hex(stamps.join('\n'));
}
