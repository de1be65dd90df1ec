import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';

/** Longest side in pixels: sharp on a dense screen at the size in which the page shows it. */
const THUMB_SIDE = 640;
const SUFFIX = '.webp';

/**
 * Small copies of pictures beside the page, named by the sha256 of the original, so that each is made once and a
 * replaced picture never shows its old thumbnail. The originals are only read.
 */
export class Thumbnails {
  readonly #ready: Set<string>;
  readonly #making = new Map<string, Promise<boolean>>();
  // sharp decodes with threads of its own; more at once would only need more memory.
  readonly #limit = pLimit(2);
  /** How many were made, for the one who waits. */
  made = 0;

  private constructor(
    /** Absolute. */
    readonly folder: string,
    names: readonly string[],
  ) {
    this.#ready = new Set(names.filter((name) => name.endsWith(SUFFIX)));
  }

  static async open(folder: string): Promise<Thumbnails> {
    await mkdir(folder, { recursive: true });
    return new Thumbnails(folder, await readdir(folder));
  }

  /** The file name of the thumbnail of a picture; undefined if the picture cannot be decoded. */
  async of(sha256: string, picture: string): Promise<string | undefined> {
    const name = sha256 + SUFFIX;
    if (this.#ready.has(name)) return name;
    let making = this.#making.get(name);
    if (making === undefined) {
      making = this.#limit(() => this.#make(name, picture));
      this.#making.set(name, making);
    }
    return (await making) ? name : undefined;
  }

  async #make(name: string, picture: string): Promise<boolean> {
    const { default: sharp } = await import('sharp');
    const temporary = join(this.folder, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
    try {
      await sharp(picture)
        .rotate()
        .resize({ width: THUMB_SIDE, height: THUMB_SIDE, fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 80, effort: 3 })
        .toFile(temporary);
      await rename(temporary, join(this.folder, name));
    } catch {
      // What cannot be decoded is shown as such; a page without one picture is better than no page.
      await rm(temporary, { force: true });
      return false;
    }
    this.#ready.add(name);
    this.made += 1;
    return true;
  }
}
