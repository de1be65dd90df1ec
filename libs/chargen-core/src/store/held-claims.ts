import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../util/atomic-write.js';
import { isMissing } from '../util/fs-error.js';
import type { ClaimHolder } from './remote-store.js';

const fileSchema = z.object({
  v: z.literal(1),
  held: z.record(z.string(), z.object({ label: z.string(), until: z.number() })),
});

/**
 * The claims of other machines that this clone has seen. They are kept on the disk: what was seen held stays held until
 * its time, also if the shared store is out of reach and for the next process.
 */
export class HeldClaims {
  readonly #path: string;
  readonly #scratch: string;
  readonly #now: () => number;
  readonly #held = new Map<string, ClaimHolder>();
  #loaded: Promise<void> | undefined;

  constructor(folder: string, scratch: string, now: () => number) {
    this.#path = join(folder, 'held-claims.json');
    this.#scratch = scratch;
    this.#now = now;
  }

  /** Undefined if no other machine holds the key, as far as this clone has seen. */
  async of(key: string): Promise<ClaimHolder | undefined> {
    await this.#load();
    const holder = this.#held.get(key);
    return holder !== undefined && holder.until > this.#now() ? holder : undefined;
  }

  /** What the shared store said last: who holds the key; undefined if no other machine does. */
  async note(key: string, holder: ClaimHolder | undefined): Promise<void> {
    await this.#load();
    if (holder === undefined) this.#held.delete(key);
    else this.#held.set(key, holder);
  }

  async save(): Promise<void> {
    await this.#load();
    const held = Object.fromEntries([...this.#held].filter(([, { until }]) => until > this.#now()));
    const text = `${JSON.stringify({ v: 1, held })}\n`;
    const before = (await this.#read()) ?? '{"v":1,"held":{}}\n';
    if (text !== before) await writeFileAtomic(this.#path, text, this.#scratch);
  }

  #load(): Promise<void> {
    this.#loaded ??= this.#read().then((text) => {
      for (const [key, holder] of parse(text)) this.#held.set(key, holder);
    });
    return this.#loaded;
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

/** A file that cannot be read is no claim: the shared store still has those in force. */
function parse(text: string | undefined): [string, ClaimHolder][] {
  if (text === undefined) return [];
  try {
    return Object.entries(fileSchema.parse(JSON.parse(text)).held);
  } catch {
    return [];
  }
}
