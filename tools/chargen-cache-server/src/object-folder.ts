import { randomBytes } from 'node:crypto';
import type { ReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Fault, hasCode } from './fault.js';

const TEMPORARY = '.incoming';

export interface StoredObject {
  readonly bytes: number;
  readonly stream: ReadStream;
}

/** Looks at a body while it passes; `end` may refuse it before it is kept. */
export interface BodyCheck {
  pass(chunk: Uint8Array): void;
  end(): void;
}

export function tooLarge(limit: number): Fault {
  return new Fault(413, `An entry may have ${limit} bytes at most; this one is not kept.`, {
    unread: true,
  });
}

export type WriteOutcome = 'stored' | 'exists';

/**
 * Files by name, each written once. A body is in a temporary file until its last byte came and was synced; only
 * then it gets its name, by a link that fails if the name is taken. A reader sees whole files or none.
 */
export class ObjectFolder {
  /** The bytes of each object, the least recently used first: making room must not look at every file. */
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  private constructor(
    readonly folder: string,
    readonly maxEntryBytes: number,
  ) {}

  static async open(folder: string, maxEntryBytes: number): Promise<ObjectFolder> {
    const objects = new ObjectFolder(folder, maxEntryBytes);
    await mkdir(folder, { recursive: true });
    // What an earlier process left unfinished has no name and no reader.
    await rm(join(folder, TEMPORARY), { recursive: true, force: true });
    await mkdir(join(folder, TEMPORARY));
    const oldestFirst = (await objects.#list()).sort((a, b) => a.usedAt - b.usedAt);
    for (const { name, bytes } of oldestFirst) objects.#note(name, bytes);
    return objects;
  }

  get bytes(): number {
    return this.#bytes;
  }

  path(name: string): string {
    return join(this.folder, name.slice(0, 2), name);
  }

  async read(name: string): Promise<StoredObject | undefined> {
    let file: FileHandle;
    try {
      // Opened before it is measured: what is open stays whole while room is made for others.
      file = await open(this.path(name), 'r');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
    const { size } = await file.stat();
    // The time of the last use decides what goes first when the cache is full.
    const now = new Date();
    await file.utimes(now, now);
    if (this.#sizes.has(name)) this.#note(name, size);
    return { bytes: size, stream: file.createReadStream() };
  }

  async has(name: string): Promise<boolean> {
    try {
      await stat(this.path(name));
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  /**
   * Keeps a body under a name. `mayReplace` is asked when the name is taken. Rejects with a Fault (413) for a body
   * that is too large, and with any error of the stream or the check; nothing is left behind then.
   */
  async write(
    name: string,
    body: AsyncIterable<Uint8Array>,
    check: BodyCheck | undefined,
    mayReplace: () => Promise<boolean>,
  ): Promise<WriteOutcome> {
    const temporary = join(this.folder, TEMPORARY, randomBytes(12).toString('hex'));
    let bytes = 0;
    try {
      const file = await open(temporary, 'wx');
      try {
        for await (const chunk of body) {
          bytes += chunk.byteLength;
          if (bytes > this.maxEntryBytes) {
            throw tooLarge(this.maxEntryBytes);
          }
          check?.pass(chunk);
          await file.write(chunk);
        }
        check?.end();
        await file.sync();
      } finally {
        await file.close();
      }
      const path = this.path(name);
      await mkdir(join(this.folder, name.slice(0, 2)), { recursive: true });
      if (!(await this.#linked(temporary, path))) {
        if (!(await mayReplace())) return 'exists';
        await rename(temporary, path);
      }
      this.#note(name, bytes);
      return 'stored';
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** False if the name is taken. */
  async #linked(temporary: string, path: string): Promise<boolean> {
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      // A disk without hard links. Of two bodies of one name that end at the same moment the later one may stay: no
      // other process writes here, and a reader sees one of them whole.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].some((code) => hasCode(error, code))) throw error;
    }
    if (await this.has(basename(path))) return false;
    await rename(temporary, path);
    return true;
  }

  /** Makes room: the least recently used objects go until all together have at most so many bytes. */
  async shrinkTo(limit: number): Promise<void> {
    for (const name of this.#sizes.keys()) {
      if (this.#bytes <= limit) return;
      // Forgotten first, so that of many who make room at once each takes another.
      this.#forget(name);
      await rm(this.path(name), { force: true });
    }
  }

  #note(name: string, bytes: number): void {
    this.#forget(name);
    this.#sizes.set(name, bytes);
    this.#bytes += bytes;
  }

  #forget(name: string): void {
    this.#bytes -= this.#sizes.get(name) ?? 0;
    this.#sizes.delete(name);
  }

  async #list(): Promise<{ readonly name: string; readonly bytes: number; readonly usedAt: number }[]> {
    const found: { name: string; bytes: number; usedAt: number }[] = [];
    for (const prefix of await readdir(this.folder)) {
      if (prefix === TEMPORARY) continue;
      for (const name of await readdir(join(this.folder, prefix))) {
        const { size, mtimeMs } = await stat(join(this.folder, prefix, name));
        found.push({ name, bytes: size, usedAt: mtimeMs });
      }
    }
    return found;
  }
}
