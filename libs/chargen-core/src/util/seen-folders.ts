import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from './fs-error.js';
import { RACY_MS } from './racy.js';
import { statsOf } from './stats-of.js';

/** What the file says; undefined for anything else. By hand: a schema would load what its processes do not need. */
function seenIn(data: unknown): [string, string][] | undefined {
  if (typeof data !== 'object' || data === null || !('v' in data) || !('seen' in data)) return undefined;
  const { v, seen } = data;
  if (v !== 1 || typeof seen !== 'object' || seen === null) return undefined;
  const entries = Object.entries(seen);
  return entries.every(isOfTexts) ? entries : undefined;
}

function isOfTexts(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}

/** What a check looks at, as paths relative to the workspace. */
export interface Looked {
  /** Which check, and of what; a raised version of a check is another check. */
  readonly check: string;
  /** Digest of what was read besides. */
  readonly digest: string;
  /** Every file in it and below, by size and time. */
  readonly folder: string;
  /** Whether the time of the inode counts too, which a program cannot set back: an edit may keep size and time. */
  readonly byInodeTime: boolean;
  /** Names in the folder that do not count. */
  readonly except: readonly string[];
  /** Files elsewhere. */
  readonly files: readonly string[];
}

/**
 * Remembers across processes that a check found nothing to do in a folder, by the sizes and times of its files, so
 * that a rerun with nothing to do opens none of them. Losing it costs time and nothing else. Files are looked at
 * synchronously: thousands of them take a tenth of the time so.
 */
export class SeenFolders {
  readonly #seen: Map<string, string>;
  readonly #passed = new Map<string, string>();
  #last: { readonly looked: string; readonly print: Print } | undefined;
  #isChanged = false;

  private constructor(
    readonly workspaceRoot: string,
    readonly file: string,
    seen: ReadonlyMap<string, string>,
  ) {
    this.#seen = new Map(seen);
  }

  static open(workspaceRoot: string, file: string): SeenFolders {
    const none = new SeenFolders(workspaceRoot, file, new Map());
    try {
      const seen = seenIn(JSON.parse(readFileSync(file, 'utf8')));
      return seen === undefined ? none : new SeenFolders(workspaceRoot, file, new Map(seen));
    } catch {
      // None yet, or cut short: everything is looked at.
      return none;
    }
  }

  /** What passed a check through this object: sizes and times by the name of the check, for `renote`. */
  get passed(): ReadonlyMap<string, string> {
    return this.#passed;
  }

  /** Whether the check found nothing to do when the files were as they are now. */
  isAsSeen(looked: Looked): boolean {
    const known = this.#seen.get(looked.check);
    if (known === undefined) return false;
    const print = this.#print(looked);
    if (known !== wholeOf(print, looked)) return false;
    this.#passed.set(looked.check, print.times);
    return true;
  }

  /** Remembers that the check found nothing to do. Files that were written a moment ago are not remembered. */
  note(looked: Looked): void {
    const print = this.#print(looked);
    this.#passed.set(looked.check, print.times);
    if (!print.isRacy) this.#set(looked.check, wholeOf(print, looked));
  }

  /**
   * Remembers it again if only inodes changed since the check passed: Nx writes each output again on every
   * rerun without a daemon, with the time that it had.
   */
  renote(looked: Looked, passed: ReadonlyMap<string, string>): void {
    const print = this.#print(looked);
    if (passed.get(looked.check) === print.times) this.#set(looked.check, wholeOf(print, looked));
  }

  #set(check: string, whole: string): void {
    if (this.#seen.get(check) === whole) return;
    this.#seen.set(check, whole);
    this.#isChanged = true;
  }

  /** Writes what was noted, if anything was. */
  async save(): Promise<void> {
    if (!this.#isChanged) return;
    // Loaded only here: the usual call has noted nothing.
    const { writeFileAtomic } = await import('./atomic-write.js');
    await writeFileAtomic(this.file, JSON.stringify({ v: 1, seen: Object.fromEntries(this.#seen) }));
    this.#isChanged = false;
  }

  /** Two checks of the same files, one after the other, look at them once. */
  #print(looked: Looked): Print {
    const { digest, folder, except, files } = looked;
    const same = JSON.stringify([digest, folder, except, files]);
    if (this.#last?.looked !== same) this.#last = { looked: same, print: this.#look(looked) };
    return this.#last.print;
  }

  #look({ digest, folder, except, files }: Looked): Print {
    const times = createHash('sha256').update(digest);
    const inodeTimes = createHash('sha256');
    const recent = Date.now() - RACY_MS;
    let isRacy = false;
    const look = (path: string): void => {
      const stats = statsOf(join(this.workspaceRoot, path));
      times.update(`\0${path}\0`);
      if (stats === undefined) return;
      times.update(`${stats.size} ${stats.mtimeMs}`);
      inodeTimes.update(`${stats.ctimeMs} `);
      if (stats.mtimeMs > recent) isRacy = true;
    };
    for (const path of files) look(path);
    const folders = [folder];
    for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
      for (const entry of namesIn(join(this.workspaceRoot, next))) {
        if (next === folder && except.includes(entry.name)) continue;
        const path = `${next}/${entry.name}`;
        if (entry.isDirectory()) folders.push(path);
        else look(path);
      }
    }
    return { times: times.digest('base64'), inodeTimes: inodeTimes.digest('base64'), isRacy };
  }
}

interface Print {
  /** Of names, sizes and times. */
  readonly times: string;
  readonly inodeTimes: string;
  readonly isRacy: boolean;
}

function wholeOf({ times, inodeTimes }: Print, { byInodeTime }: Looked): string {
  return byInodeTime ? `${times} ${inodeTimes}` : times;
}

function namesIn(folder: string): { readonly name: string; isDirectory(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
