import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '../util/digest.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { isMissing } from '../util/fs-error.js';
import { storedResultSchema, type StoredPicture, type StoredResult } from './stored-result.js';

/** Something in the store is not what it must be. Never taken for "absent": that would pay again. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/**
 * Results by content key and pictures by their sha256, each written once. A picture is durable before the
 * result that names it is; a crash in between leaves a picture without a name, never a name without one.
 */
export class ResultStore {
  constructor(readonly folder: string) {}

  #resultPath(key: string): string {
    return join(this.folder, 'results', key.slice(0, 2), `${key}.json`);
  }

  picturePath(picture: { readonly sha256: string; readonly extension: string }): string {
    return join(
      this.folder,
      'pictures',
      picture.sha256.slice(0, 2),
      `${picture.sha256}.${picture.extension}`,
    );
  }

  /** What became of a key; undefined where nothing did yet. Throws StoreError for a file that cannot be read. */
  async find(key: string): Promise<StoredResult | undefined> {
    const path = this.#resultPath(key);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch {
      data = undefined;
    }
    const parsed = storedResultSchema.safeParse(data);
    if (!parsed.success || parsed.data.key !== key) {
      throw new StoreError(
        `The stored result ${path} is damaged or of a newer version of chargen. ` +
          'It stands for something that was paid for, so it is not made again by itself. ' +
          'Update chargen, or move the file away to have it made again.',
      );
    }
    if (parsed.data.kind === 'generated' && !(await this.hasPicture(parsed.data.picture))) return undefined;
    return parsed.data;
  }

  /** Keeps a result. The first one stays: a second answer to the same key is told by `false`. */
  async keep(result: StoredResult, picture?: Uint8Array): Promise<boolean> {
    if (picture !== undefined && result.kind === 'generated') await this.keepPicture(picture, result.picture);
    const present = await this.find(result.key);
    // A refusal gives way to a picture: it was asked again on purpose.
    if (present !== undefined && !(present.kind === 'refused' && result.kind !== 'refused')) return false;
    await writeFileAtomic(this.#resultPath(result.key), `${JSON.stringify(result, undefined, 2)}\n`);
    return true;
  }

  async hasPicture(picture: Pick<StoredPicture, 'sha256' | 'extension' | 'bytes'>): Promise<boolean> {
    try {
      return (await stat(this.picturePath(picture))).size === picture.bytes;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** Keeps bytes under their sha256; also those that an author edited by hand. */
  async keepPicture(
    bytes: Uint8Array,
    picture: Pick<StoredPicture, 'sha256' | 'extension' | 'bytes'>,
  ): Promise<void> {
    if (await this.hasPicture(picture)) return;
    if (sha256Hex(bytes) !== picture.sha256) throw new StoreError('The bytes are not those of the digest.');
    await writeFileAtomic(this.picturePath(picture), bytes);
  }

  /** The bytes of a picture, proven to be those of its digest. */
  async readPicture(picture: Pick<StoredPicture, 'sha256' | 'extension'>): Promise<Uint8Array> {
    const path = this.picturePath(picture);
    const bytes = await readFile(path);
    if (sha256Hex(bytes) !== picture.sha256) {
      throw new StoreError(`The stored picture ${path} is damaged. Move it away to have it made again.`);
    }
    return bytes;
  }

  /** Forgets a refusal, so that the same request is asked once more. Pictures are never forgotten here. */
  async forgetRefusal(key: string): Promise<boolean> {
    if ((await this.find(key))?.kind !== 'refused') return false;
    await rm(this.#resultPath(key));
    return true;
  }
}
