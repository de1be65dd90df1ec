import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault, hasCode } from './fault.js';

/** A client is about to pay for a key, or has paid and waits for the answer. */
export interface Claim {
  readonly owner: string;
  /** For people: which machine. */
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export type ClaimAnswer = { readonly kind: 'granted' | 'held'; readonly claim: Claim };

/** A job at Google may take 48 hours; nothing is claimed for longer than that and some. */
const MAX_TTL_SECONDS = 72 * 3600;

/**
 * Claims by key, on the disk, so that a restart forgets none. One process has the folder, and takes the requests
 * for one key one after another.
 */
export class ClaimBook {
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(
    readonly folder: string,
    readonly now: () => number,
  ) {}

  /** Grants a key that is free, expired or the owner's own (which prolongs it). */
  claim(key: string, owner: string, label: string, ttlSeconds: number): Promise<ClaimAnswer> {
    return this.#inTurn(key, async () => {
      const present = await this.#read(key);
      if (present !== undefined && present.owner !== owner && present.until > this.now()) {
        return { kind: 'held', claim: present };
      }
      const claim: Claim = { owner, label, until: this.now() + ttlSeconds * 1000 };
      await this.#write(key, claim);
      return { kind: 'granted', claim };
    });
  }

  /** Releases a claim: that of `owner` only, or any one if `owner` is undefined, since the key is answered. */
  release(key: string, owner: string | undefined): Promise<void> {
    return this.#inTurn(key, async () => {
      if (owner !== undefined && (await this.#read(key))?.owner !== owner) return;
      await rm(this.#path(key), { force: true });
    });
  }

  #path(key: string): string {
    return join(this.folder, key.slice(0, 2), `${key}.json`);
  }

  async #read(key: string): Promise<Claim | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path(key), 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
    return parseClaim(text);
  }

  async #write(key: string, claim: Claim): Promise<void> {
    const path = this.#path(key);
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomBytes(6).toString('hex')}`;
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(JSON.stringify(claim));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  }

  async #inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#queues.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(key) === mine) this.#queues.delete(key);
    }
  }
}

/** A damaged claim counts as no claim. */
function parseClaim(text: string): Claim | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof data !== 'object' || data === null) return undefined;
  if (!('owner' in data) || !('label' in data) || !('until' in data)) return undefined;
  const { owner, label, until } = data;
  if (typeof owner !== 'string' || typeof label !== 'string' || typeof until !== 'number') return undefined;
  return { owner, label, until };
}

/** The body of a PUT on a claim. Throws a Fault (400) for anything else. */
export function parseClaimRequest(text: string): { owner: string; label: string; ttlSeconds: number } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    data = undefined;
  }
  if (typeof data === 'object' && data !== null && 'owner' in data && 'ttlSeconds' in data) {
    const { owner, ttlSeconds } = data;
    const label = 'label' in data && typeof data.label === 'string' ? data.label.slice(0, 200) : '';
    if (
      typeof owner === 'string' &&
      /^[A-Za-z0-9-]{8,64}$/.test(owner) &&
      typeof ttlSeconds === 'number' &&
      ttlSeconds > 0 &&
      ttlSeconds <= MAX_TTL_SECONDS
    ) {
      return { owner, label, ttlSeconds };
    }
  }
  throw new Fault(400, `A claim is {"owner": "…", "ttlSeconds": 1 to ${MAX_TTL_SECONDS}, "label": "…"}.`);
}
