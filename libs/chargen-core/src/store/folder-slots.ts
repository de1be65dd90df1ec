import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../util/fs-error.js';
import { makeBelow } from '../util/make-below.js';
import { namesIn } from '../util/names-in.js';
import { placeNew, type Link } from '../util/place-new.js';
import type { ClaimSlots, SlotContent } from './slot-claims.js';

export interface FolderSlotsOptions {
  /** Of the store: never made, and there as long as the share is. */
  readonly root: string;
  /** The folder of all claims, in the root. */
  readonly folder: string;
  readonly makeLink: Link | undefined;
  /** Writes a finished file on the same disk; returns its path. */
  readonly writeTemporary: (bytes: Uint8Array) => Promise<string>;
}

/** Slots as files, each made exclusively. */
export class FolderSlots implements ClaimSlots {
  constructor(readonly options: FolderSlotsOptions) {}

  async numbers(key: string): Promise<readonly number[]> {
    const names = await namesIn(this.#folderOf(key));
    return names.flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
  }

  async read(key: string, number: number): Promise<SlotContent | undefined> {
    const path = this.#path(key, number);
    try {
      const text = await readFile(path, 'utf8');
      const { mtimeMs } = await stat(path);
      return { text, age: async () => Math.max(0, (await this.#now()) - mtimeMs) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async take(key: string, number: number, text: string): Promise<boolean> {
    const temporary = await this.options.writeTemporary(Buffer.from(text));
    try {
      await makeBelow(this.options.root, this.#folderOf(key));
      return await placeNew(temporary, this.#path(key, number), this.options.makeLink);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async remove(key: string, number: number): Promise<void> {
    await rm(this.#path(key, number), { force: true });
  }

  async keys(): Promise<readonly string[]> {
    const { folder } = this.options;
    const keys: string[] = [];
    for (const part of await namesIn(folder)) keys.push(...(await namesIn(join(folder, part))));
    return keys;
  }

  async clear(key: string): Promise<void> {
    await rm(this.#folderOf(key), { recursive: true, force: true });
  }

  /** The time of the disk that the slots are on, which may be another machine's. */
  async #now(): Promise<number> {
    const temporary = await this.options.writeTemporary(Buffer.from(''));
    try {
      return (await stat(temporary)).mtimeMs;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  #folderOf(key: string): string {
    return join(this.options.folder, key.slice(0, 2), key);
  }

  #path(key: string, number: number): string {
    return join(this.#folderOf(key), `${number}.json`);
  }
}
