import { readFile, rename } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { readSidecar } from '../recipe/index.js';
import {
  StoreError,
  storedResultSchema,
  storeEntrySchema,
  type ResultStore,
  type StoredPicture,
  type StoredResult,
} from '../store/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { asJson, canonicalJson } from '../util/canonical-json.js';
import { sha256File, sha256Hex } from '../util/digest.js';
import { exists } from '../util/exists.js';
import { isMissing, whyUnreadable } from '../util/fs-error.js';
import { namesIn } from '../util/names-in.js';
import type { BackupFiles } from './backup-folder.js';

/** A file that is damaged or missing, or that was left as it is. */
export interface FileNote {
  /** Relative to the store or the backup. */
  readonly path: string;
  readonly why: string;
}

export interface CopyReport {
  /** Files that were copied. */
  readonly copied: number;
  readonly bytes: number;
  /** Files that were there before, whole. */
  readonly present: number;
  /** Another answer to the same request is there, or one of a newer version: it stays. */
  readonly kept: readonly FileNote[];
  /** What was not copied, since it is damaged or missing. */
  readonly problems: readonly FileNote[];
}

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** sha256 that files of the source must have, by path; what is not listed is judged by its name and form. */
  readonly listed: BackupFiles;
  /** The same for the target. */
  readonly targetListed: BackupFiles;
  /** Called before a result of the target gets other bytes. */
  readonly beforeReplace: (path: string) => Promise<void>;
}

/** Copies one store into another, file by file. A file under its final name is always whole. */
export class StoreCopy {
  /** sha256 of each file that is whole in the target now, by path. */
  readonly files: Record<string, string> = {};
  /** Content keys of the answers that the target has now. */
  readonly keys = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #kept: FileNote[] = [];
  readonly #problems: FileNote[] = [];
  #copied = 0;
  #bytes = 0;
  #present = 0;

  constructor(
    readonly from: ResultStore,
    readonly to: ResultStore,
    readonly options: CopyOptions,
  ) {}

  report(): CopyReport {
    return {
      copied: this.#copied,
      bytes: this.#bytes,
      present: this.#present,
      kept: this.#kept,
      problems: this.#problems,
    };
  }

  /** Pictures before the results that name them, so that a result never stands without its picture. */
  async all(): Promise<void> {
    for (const path of await blobsIn(this.from.folder)) await this.#blob(path, join(this.from.folder, path));
    for (const path of await resultsIn(this.from.folder)) await this.#resultFile(path);
  }

  /**
   * Copies a picture from an entity's folder; false if its bytes are not those of the recipe, as after an author's
   * edit, or it is gone.
   */
  async laidPicture(picture: StoredPicture, file: string): Promise<boolean> {
    const path = picturePath(picture);
    if (path in this.files) return true;
    try {
      if ((await sha256File(file)) !== picture.sha256) return false;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
    await this.#blob(path, file);
    return path in this.files;
  }

  async result(result: StoredResult): Promise<void> {
    this.options.signal.throwIfAborted();
    const path = resultPath(result.key);
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    const target = join(this.to.folder, path);
    const before = await readSidecar(target, storedResultSchema);
    if (before.kind === 'present' && isSame(before.value, result)) {
      this.#present += 1;
      // Entries of the index by what people asked for may be missing, as in a backup of a teammate without a store.
      if (result.answered !== undefined) await this.to.keep(result);
    } else {
      if (before.kind !== 'absent') await this.#makeRoom(path, target);
      if (!(await this.#keep(result, path))) return;
    }
    this.files[path] = await sha256File(target);
    if (result.kind !== 'generated' || picturePath(result.picture) in this.files) this.keys.add(result.key);
  }

  /** Notes a file that the source must have but lacks. */
  async noteMissing(path: string): Promise<void> {
    if (this.#seen.has(path) || (await exists(join(this.from.folder, path)))) return;
    this.#problems.push({ path, why: 'it is missing' });
  }

  async #keep(result: StoredResult, path: string): Promise<boolean> {
    try {
      if (await this.to.keep(result)) {
        this.#copied += 1;
        this.#bytes += Buffer.byteLength(await readFile(join(this.to.folder, path)));
        return true;
      }
      this.keys.add(result.key);
      this.files[path] = await sha256File(join(this.to.folder, path));
      this.#kept.push({ path, why: 'another answer to the same request is there' });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#kept.push({ path, why: error.message });
    }
    return false;
  }

  /** A result that is not the listed one was damaged on its disk, even if it can be read. */
  async #makeRoom(path: string, target: string): Promise<void> {
    const listed = this.options.targetListed[path];
    if (listed !== undefined && (await sha256File(target)) !== listed)
      await rename(target, `${target}.damaged`);
    await this.options.beforeReplace(path);
  }

  async #resultFile(path: string): Promise<void> {
    const file = join(this.from.folder, path);
    const read = await readSidecar(file, storeEntrySchema);
    if (read.kind === 'absent') return;
    if (read.kind === 'broken' || resultPath(read.value.key) !== path) {
      const why = read.kind === 'broken' ? read.why : 'it is the answer to another request';
      this.#problem(path, `it cannot be read (${why})`);
      return;
    }
    // The target makes its own with each result.
    if (read.value.kind === 'asked' || read.value.kind === 'attempt') return;
    const listed = this.options.listed[path];
    if (listed !== undefined && (await sha256File(file)) !== listed) {
      this.#problem(path, 'it is damaged: its sha256 is not the listed one');
      return;
    }
    await this.result(read.value);
  }

  async #blob(path: string, source: string): Promise<void> {
    this.options.signal.throwIfAborted();
    this.#seen.add(path);
    const sha256 = digestInName(path);
    const target = join(this.to.folder, path);
    if (await isWhole(target, sha256)) {
      this.#present += 1;
      this.files[path] = sha256;
      return;
    }
    let bytes: Uint8Array;
    try {
      bytes = await readFile(source);
    } catch (error) {
      this.#problem(path, `it cannot be read (${whyUnreadable(error)})`);
      return;
    }
    if (sha256Hex(bytes) !== sha256) {
      this.#problem(path, 'it is damaged: its sha256 is not that of its name');
      return;
    }
    await writeFileAtomic(target, bytes, this.to.scratch);
    if (!(await isWhole(target, sha256))) {
      this.#problem(path, 'the copy is damaged: the disk gives other bytes than were written');
      return;
    }
    this.#copied += 1;
    this.#bytes += bytes.length;
    this.files[path] = sha256;
  }

  #problem(path: string, why: string): void {
    this.#seen.add(path);
    this.#problems.push({ path, why });
  }
}

/** Pictures, and bytes of authors that were put aside: files whose name is their sha256. */
export async function blobsIn(folder: string): Promise<string[]> {
  const pictures = await below(folder, 'pictures');
  const edited = (await namesIn(join(folder, 'edited'))).map((name) => posix.join('edited', name));
  return [...pictures, ...edited].filter((path) => /\/[0-9a-f]{64}\.[a-z]{3,4}$/.test(path));
}

export async function resultsIn(folder: string): Promise<string[]> {
  return (await below(folder, 'results')).filter((path) => /\/[0-9a-f]{64}\.json$/.test(path));
}

async function below(folder: string, part: string): Promise<string[]> {
  const found: string[] = [];
  for (const prefix of await namesIn(join(folder, part))) {
    if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
    const names = await namesIn(join(folder, part, prefix));
    found.push(...names.map((name) => posix.join(part, prefix, name)));
  }
  return found;
}

/** The digest that a file of `blobsIn` is named by. */
export function digestInName(path: string): string {
  return posix.basename(path).slice(0, 64);
}

async function isWhole(path: string, sha256: string): Promise<boolean> {
  try {
    return (await sha256File(path)) === sha256;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** An answer restored from a recipe does not hold what people had asked for. */
function isSame(one: StoredResult, other: StoredResult): boolean {
  const text = (result: StoredResult): string => canonicalJson(asJson({ ...result, answered: undefined }));
  return text(one) === text(other);
}

function resultPath(key: string): string {
  return `results/${key.slice(0, 2)}/${key}.json`;
}

function picturePath({ sha256, extension }: StoredPicture): string {
  return `pictures/${sha256.slice(0, 2)}/${sha256}.${extension}`;
}
