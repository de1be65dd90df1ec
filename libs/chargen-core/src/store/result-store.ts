import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256File, sha256Hex } from '../util/digest.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { isMissing } from '../util/fs-error.js';
import { newerFormat } from '../util/newer-format.js';
import type { LookedFiles } from '../util/looked-files.js';
import { isSurelyAbsent } from '../util/stats-of.js';
import { NOT_SHARED, type Claimed, type Unshared, type Wanted } from './sharing.js';
import type { PictureName, Store } from './store.js';
import { askedEntry, askedKey, attemptEntry, MAX_ANSWERS } from './asked-index.js';
import {
  storeEntrySchema,
  type Answered,
  type AskedEntry,
  type AttemptEntry,
  type RefusedResult,
  type StoredResult,
  type StoreEntry,
} from './stored-result.js';

/** Something in the store is not what it must be. Never taken for "absent": that would pay again. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

type ReadResult =
  | { readonly kind: 'absent' }
  | { readonly kind: 'entry'; readonly entry: StoreEntry }
  | { readonly kind: 'damaged'; readonly path: string }
  | { readonly kind: 'newer'; readonly why: string };

/**
 * The store of this clone, shared with no other machine. A picture is durable before the result that names it is; a
 * crash in between leaves a picture without a name, never a name without one.
 */
export class ResultStore implements Store {
  readonly scratch: string;
  readonly #beforeIndexed: (entry: AskedEntry | AttemptEntry) => Promise<void>;

  /**
   * `beforeIndexed` is called before an entry of the second index is written; if it rejects, nothing is kept. `looked`
   * notes which files are read.
   */
  constructor(
    readonly folder: string,
    beforeIndexed: (entry: AskedEntry | AttemptEntry) => Promise<void> = () => Promise.resolve(),
    readonly looked?: LookedFiles,
  ) {
    this.scratch = join(folder, '.tmp');
    this.#beforeIndexed = beforeIndexed;
  }

  #resultPath(key: string): string {
    return join(this.folder, 'results', key.slice(0, 2), `${key}.json`);
  }

  picturePath(picture: PictureName): string {
    return join(
      this.folder,
      'pictures',
      picture.sha256.slice(0, 2),
      `${picture.sha256}.${picture.extension}`,
    );
  }

  async find(key: string): Promise<StoredResult | undefined> {
    const entry = await this.findEntry(key);
    return entry?.kind === 'asked' || entry?.kind === 'attempt' ? undefined : entry;
  }

  /** As `find`, for everything that a store holds under a key. */
  async findEntry(key: string): Promise<StoreEntry | undefined> {
    const read = await this.#read(key);
    switch (read.kind) {
      case 'absent':
        return undefined;
      case 'newer':
        throw new StoreError(read.why);
      case 'damaged':
        throw new StoreError(
          `The stored result ${read.path} is damaged. It stands for something that was paid for, so it is not ` +
            'made again by itself. Restore the file, or move it away to have it made again.',
        );
      case 'entry':
        if (read.entry.kind === 'generated' && !(await this.hasPicture(read.entry.picture))) return undefined;
        return read.entry;
    }
  }

  async #read(key: string): Promise<ReadResult> {
    const path = this.#resultPath(key);
    this.looked?.look(path);
    if (isSurelyAbsent(path)) return { kind: 'absent' };
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return { kind: 'absent' };
      throw error;
    }
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch {
      return { kind: 'damaged', path };
    }
    const newer = newerFormat(data);
    if (newer !== undefined) return { kind: 'newer', why: `${path} ${newer}.` };
    const parsed = storeEntrySchema.safeParse(data);
    if (!parsed.success || parsed.data.key !== key) return { kind: 'damaged', path };
    return { kind: 'entry', entry: parsed.data };
  }

  async keep(result: StoredResult, picture?: Uint8Array): Promise<boolean> {
    if (picture !== undefined && result.kind === 'generated') await this.keepPicture(picture, result.picture);
    // Before the result: an entry without a result is passed over, a result without an entry would be paid again by
    // another version.
    if (result.answered !== undefined) await this.#index(result.answered, result.key);
    const path = this.#resultPath(result.key);
    // What was paid for has come again: a damaged file must not stand in its way, nor in that of other answers.
    if ((await this.#read(result.key)).kind === 'damaged') await rename(path, `${path}.damaged`);
    const present = await this.find(result.key);
    // A refusal gives way to a picture: it was asked again on purpose.
    if (present !== undefined && !(present.kind === 'refused' && supersedes(result, present))) return false;
    const again = result.kind === 'refused' ? attemptEntry(result) : undefined;
    if (again !== undefined) await this.#addEntry(again);
    await writeFileAtomic(path, `${JSON.stringify(result, undefined, 2)}\n`, this.scratch);
    return true;
  }

  async #index(answered: Answered, of: string): Promise<void> {
    for (let n = 0; n < MAX_ANSWERS; n += 1) {
      const entry = askedEntry(answered, n, of);
      const read = await this.#read(entry.key);
      if (read.kind === 'entry' && read.entry.kind === 'asked' && read.entry.of === of) return;
      if (read.kind === 'absent') return this.#addEntry(entry);
    }
  }

  async #addEntry(entry: AskedEntry | AttemptEntry): Promise<void> {
    await this.#beforeIndexed(entry);
    await this.keepEntry(entry);
  }

  /** Writes an entry that stands beside the results. */
  keepEntry(entry: AskedEntry | AttemptEntry): Promise<void> {
    const path = this.#resultPath(entry.key);
    return writeFileAtomic(path, `${JSON.stringify(entry, undefined, 2)}\n`, this.scratch);
  }

  async answersTo(digest: string): Promise<readonly AskedEntry[]> {
    const found: AskedEntry[] = [];
    for (let n = 0; n < MAX_ANSWERS; n += 1) {
      const read = await this.#read(askedKey(digest, n));
      if (read.kind !== 'entry' || read.entry.kind !== 'asked') break;
      found.push(read.entry);
    }
    return found;
  }

  async hasPicture(picture: PictureName & { readonly bytes: number }): Promise<boolean> {
    const path = this.picturePath(picture);
    this.looked?.look(path);
    try {
      return (await stat(path)).size === picture.bytes;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** Keeps bytes under their sha256; also those that an author edited by hand. */
  async keepPicture(bytes: Uint8Array, picture: PictureName & { readonly bytes: number }): Promise<void> {
    if (sha256Hex(bytes) !== picture.sha256) throw new StoreError('The bytes are not those of the digest.');
    const path = this.picturePath(picture);
    // A file of the right length may still be damaged, and here are the bytes to replace it.
    if ((await this.hasPicture(picture)) && (await sha256File(path)) === picture.sha256) return;
    await writeFileAtomic(path, bytes, this.scratch);
  }

  async readPicture(picture: PictureName): Promise<Uint8Array> {
    const path = this.picturePath(picture);
    const bytes = await readFile(path);
    if (sha256Hex(bytes) !== picture.sha256) {
      throw new StoreError(`The stored picture ${path} is damaged. Move it away to have it made again.`);
    }
    return bytes;
  }

  bring(wanted: readonly Wanted[]): Promise<number> {
    return NOT_SHARED.bring(wanted);
  }

  isBrought(key: string | undefined): boolean {
    return NOT_SHARED.isBrought(key);
  }

  claim(wanted: readonly Wanted[]): Promise<Claimed> {
    return NOT_SHARED.claim(wanted);
  }

  sending(wanted: readonly Wanted[]): Promise<Claimed> {
    return NOT_SHARED.sending(wanted);
  }

  notSent(wanted: readonly Wanted[]): Promise<void> {
    return NOT_SHARED.notSent(wanted);
  }

  doubtful(wanted: readonly Wanted[], why: string, seconds?: number): Promise<void> {
    return NOT_SHARED.doubtful(wanted, why, seconds);
  }

  release(wanted: readonly Wanted[]): Promise<void> {
    return NOT_SHARED.release(wanted);
  }

  offer(): Promise<Unshared | undefined> {
    return NOT_SHARED.offer();
  }

  settle(failed: readonly Wanted[]): Promise<void> {
    return NOT_SHARED.settle(failed);
  }
}

/** A refusal gives way to another answer, and to the refusal of a later attempt: else that would be asked again. */
function supersedes(result: StoredResult, refusal: RefusedResult): boolean {
  return result.kind !== 'refused' || (result.attempt ?? 1) > (refusal.attempt ?? 1);
}
