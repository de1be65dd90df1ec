import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../util/fs-error.js';
import { namesIn } from '../util/names-in.js';
import { placeNew, type Link } from '../util/place-new.js';
import type { ClaimSlots, SlotContent } from './slot-claims.js';

export interface FolderSlotsOptions {
  /** The folder of all claims. */
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
      return { text: await readFile(path, 'utf8'), writtenAt: (await stat(path)).mtimeMs };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async take(key: string, number: number, text: string): Promise<boolean> {
    const temporary = await this.options.writeTemporary(Buffer.from(text));
    try {
      await mkdir(this.#folderOf(key), { recursive: true });
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

  #folderOf(key: string): string {
    return join(this.options.folder, key.slice(0, 2), key);
  }

  #path(key: string, number: number): string {
    return join(this.#folderOf(key), `${number}.json`);
  }
}
