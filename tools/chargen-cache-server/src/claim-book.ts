import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ClaimOrder } from './claim-requests.js';
import { hasCode } from './fault.js';

/** A client is about to pay for a key, or has paid and waits for the answer. */
export interface Claim {
  readonly owner: string;
  /** For people: which machine. */
  readonly label: string;
  /** For people: what is paid for. */
  readonly what: string;
  /** Milliseconds since 1970: when it was made or prolonged. */
  readonly since: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface KeyClaim extends Claim {
  readonly key: string;
}

export type ClaimAnswer = { readonly kind: 'granted' | 'held'; readonly claim: Claim };

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

  /** Grants a key that is free, expired or the owner's own, which is prolonged. */
  claim(key: string, what: string, order: Omit<ClaimOrder, 'claims'>): Promise<ClaimAnswer> {
    const { owner, label, ttlSeconds, mayShorten } = order;
    return this.#inTurn(key, async () => {
      const present = await this.#read(key);
      const inForce = present !== undefined && present.until > this.now() ? present : undefined;
      if (inForce !== undefined && inForce.owner !== owner) return { kind: 'held', claim: inForce };
      const until = this.now() + ttlSeconds * 1000;
      const claim: Claim = {
        owner,
        label,
        what,
        since: this.now(),
        until: mayShorten ? until : Math.max(until, inForce?.until ?? 0),
      };
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

  /** Those in force. Those that are over are removed. */
  async list(): Promise<KeyClaim[]> {
    const found: KeyClaim[] = [];
    for (const key of await this.#keys()) {
      const claim = await this.#inTurn(key, async () => {
        const present = await this.#read(key);
        if (present !== undefined && present.until > this.now()) return present;
        await rm(this.#path(key), { force: true });
        return undefined;
      });
      if (claim !== undefined) found.push({ key, ...claim });
    }
    return found;
  }

  async #keys(): Promise<string[]> {
    const keys: string[] = [];
    for (const part of await namesIn(this.folder)) {
      for (const name of await namesIn(join(this.folder, part))) {
        const key = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
        if (key !== undefined) keys.push(key);
      }
    }
    return keys;
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

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
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
  const what = 'what' in data && typeof data.what === 'string' ? data.what : '';
  const since = 'since' in data && typeof data.since === 'number' ? data.since : 0;
  return { owner, label, what, since, until };
}
