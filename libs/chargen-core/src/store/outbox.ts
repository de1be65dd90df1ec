import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../util/exists.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { namesIn } from '../util/names-in.js';

const OUTBOX = 'to-share';

/** Content keys of the results of a store that the shared one is still to be given. */
export async function waitingForShared(storeFolder: string): Promise<ReadonlySet<string>> {
  const names = await namesIn(join(storeFolder, OUTBOX));
  return new Set(names.filter((name) => /^[0-9a-f]{64}$/.test(name)));
}

/** Durable notes of the keys whose results the shared store is still to be given: one empty file each. */
export class Outbox {
  readonly #store: string;
  readonly #scratch: string;

  constructor(storeFolder: string, scratch: string) {
    this.#store = storeFolder;
    this.#scratch = scratch;
  }

  /** Resolves with whether the note is new. */
  async add(key: string): Promise<boolean> {
    if (await exists(this.#note(key))) return false;
    await writeFileAtomic(this.#note(key), '', this.#scratch);
    return true;
  }

  async remove(key: string): Promise<void> {
    await rm(this.#note(key), { force: true });
  }

  keys(): Promise<ReadonlySet<string>> {
    return waitingForShared(this.#store);
  }

  #note(key: string): string {
    return join(this.#store, OUTBOX, key);
  }
}
