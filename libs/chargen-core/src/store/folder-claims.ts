import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing } from '../util/fs-error.js';
import { namesIn } from '../util/names-in.js';
import { placeNew, type Link } from '../util/place-new.js';
import type { Claimant, ListedClaim, RemoteClaim } from './remote-store.js';

const claimSchema = z.object({
  id: z.string(),
  label: z.string(),
  what: z.string().default(''),
  since: z.number().default(0),
  until: z.number(),
});
type Claim = z.infer<typeof claimSchema>;

/** How far the clocks of two machines may be apart: a claim of another one is waited for so much longer. */
const SKEW_MS = 5 * 60_000;

/** A claim whose content is not there yet is being written; after this time its machine is taken for dead. */
const WRITING_MS = 60_000;

export interface FolderClaimsOptions {
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly makeLink: Link | undefined;
  readonly isAnswered: (key: string) => Promise<boolean>;
  /** Writes a finished file beside the claims; returns its path. */
  readonly writeTemporary: (bytes: Uint8Array) => Promise<string>;
}

interface LastClaim {
  readonly number: number;
  readonly claim: Claim | undefined;
}

/**
 * Claims as numbered files, each made exclusively. The one in force is the one with the highest number. A machine that
 * takes over from an expired one makes the next number, so two that see the same expired claim cannot both have it.
 */
export class FolderClaims {
  readonly #options: FolderClaimsOptions;

  constructor(options: FolderClaimsOptions) {
    this.#options = options;
  }

  /** Rejects with the file system's own error. */
  async claim(
    key: string,
    claimant: Claimant & { readonly what: string },
    seconds: number,
    mayShorten: boolean,
  ): Promise<RemoteClaim> {
    const { now, isAnswered } = this.#options;
    if (await isAnswered(key)) return { kind: 'answered' };
    for (;;) {
      const last = await this.#lastClaim(key);
      const present = last.claim;
      const isOwn = present?.id === claimant.id;
      if (present !== undefined && !isOwn && present.until + SKEW_MS > now()) {
        return { kind: 'held', holder: { label: present.label, until: present.until + SKEW_MS } };
      }
      const until = now() + seconds * 1000;
      const claim: Claim = {
        ...claimant,
        since: now(),
        until: isOwn && !mayShorten ? Math.max(until, present.until) : until,
      };
      if (await this.#place(key, last.number + 1, claim)) {
        // A result clears the claims away: it may have come since we looked, and taken the holder's with it.
        return { kind: (await isAnswered(key)) ? 'answered' : 'granted' };
      }
    }
  }

  /** Never rejects: a claim that cannot be given back expires by itself. */
  async release(key: string, claimant: Claimant): Promise<void> {
    try {
      const last = await this.#lastClaim(key);
      if (last.claim?.id !== claimant.id) return;
      // Taken over by a claim that is over, rather than removed: an older one of ours may still have time left.
      await this.#place(key, last.number + 1, { ...claimant, what: '', since: 0, until: -SKEW_MS });
    } catch {
      // It expires by itself.
    }
  }

  /** The key is answered, and needs no claim any more. */
  async clear(key: string): Promise<void> {
    await rm(this.#claimFolder(key), { recursive: true, force: true });
  }

  async list(): Promise<ListedClaim[]> {
    const { folder, now } = this.#options;
    const found: ListedClaim[] = [];
    for (const part of await namesIn(join(folder, 'claims'))) {
      for (const key of await namesIn(join(folder, 'claims', part))) {
        const { claim } = await this.#lastClaim(key);
        if (claim === undefined || claim.until <= now()) continue;
        const { id, label, what, since, until } = claim;
        found.push({ key, holder: { id, label }, what, since, until });
      }
    }
    return found;
  }

  #claimFolder(key: string): string {
    return join(this.#options.folder, 'claims', key.slice(0, 2), key);
  }

  async #lastClaim(key: string): Promise<LastClaim> {
    const folder = this.#claimFolder(key);
    const names = await namesIn(folder);
    const number = Math.max(0, ...names.map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? '0')));
    if (number === 0) return { number, claim: undefined };
    const path = join(folder, `${number}.json`);
    try {
      const claim = parseClaim(await readFile(path, 'utf8')) ?? (await this.#unfinished(path));
      return { number, claim };
    } catch (error) {
      // Cleared away this moment, since the result came.
      if (isMissing(error)) return { number, claim: undefined };
      throw error;
    }
  }

  /** Without hard links the name of a claim is there before its content. Undefined if its machine has died since. */
  async #unfinished(path: string): Promise<Claim | undefined> {
    const { mtimeMs } = await stat(path);
    const until = mtimeMs + WRITING_MS;
    if (until + SKEW_MS <= this.#options.now()) return undefined;
    return { id: '', label: 'a machine that is writing its claim', what: '', since: mtimeMs, until };
  }

  /** False if another machine has made this number. */
  async #place(key: string, number: number, claim: Claim): Promise<boolean> {
    const { makeLink, writeTemporary } = this.#options;
    const folder = this.#claimFolder(key);
    const temporary = await writeTemporary(Buffer.from(JSON.stringify(claim)));
    try {
      await mkdir(folder, { recursive: true });
      if (!(await placeNew(temporary, join(folder, `${number}.json`), makeLink))) return false;
      // A claim that is prolonged for hours must not leave a file for each time.
      await rm(join(folder, `${number - 1}.json`), { force: true });
      return true;
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

function parseClaim(text: string): Claim | undefined {
  try {
    return claimSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
