import pLimit from 'p-limit';
import { givesWay } from './envelope-outcome.js';
import { askEach, PARALLEL } from './in-portions.js';
import { ObjectsTrouble, type Objects } from './objects.js';
import type {
  Claimant,
  ClaimRequest,
  ListedClaim,
  RemoteClaim,
  RemoteFault,
  RemoteGet,
  RemoteListed,
  RemotePut,
  RemoteRemoval,
  RemoteStore,
  StoredObject,
} from './remote-store.js';
import { probeSlots } from './probe-slots.js';
import { SlotClaims } from './slot-claims.js';

/** More keys than these are looked up by listing. */
const FEW = 16;

/** A shared store in object storage, or on a plain HTTP server. */
export class RemoteObjects implements RemoteStore {
  readonly name: string;
  readonly #objects: Objects;
  readonly #claims: SlotClaims;
  #canClaim: Promise<string | undefined> | undefined;

  constructor(objects: Objects, now: () => number) {
    this.name = objects.name;
    this.#objects = objects;
    this.#claims = new SlotClaims(objects.slots, now);
  }

  async get(key: string): Promise<RemoteGet> {
    try {
      const envelope = await this.#objects.read(pathOf(key));
      return envelope === undefined ? { kind: 'absent' } : { kind: 'found', envelope };
    } catch (error) {
      return faultOf(error);
    }
  }

  async present(keys: readonly string[]): Promise<RemoteListed<ReadonlySet<string>>> {
    try {
      return { kind: 'listed', found: await this.#presentAmong(keys) };
    } catch (error) {
      return faultOf(error);
    }
  }

  async #presentAmong(keys: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    if (keys.length <= FEW) {
      for (const key of keys) if (await this.#objects.has(pathOf(key))) found.add(key);
      return found;
    }
    const parts = [...new Set(keys.map((key) => key.slice(0, 2)))];
    const limit = pLimit(PARALLEL);
    const lists = parts.map((part) => limit(() => this.#objects.list(`store/${part}`)));
    for (const names of await Promise.all(lists)) for (const name of names) found.add(name);
    return found;
  }

  async put(key: string, envelope: Uint8Array): Promise<RemotePut> {
    const path = pathOf(key);
    try {
      if (!(await this.#objects.create(path, envelope))) {
        const present = await this.#objects.read(path);
        if (present === undefined || !givesWay(present, envelope)) return { kind: 'exists' };
        await this.#objects.replace(path, envelope);
      }
    } catch (error) {
      const outcome = outcomeOf(error);
      return outcome.kind === 'unsupported' ? { kind: 'unavailable', why: outcome.why } : outcome;
    }
    // The result ends the claims; one that cannot be removed now holds no machine up.
    await this.#objects.slots.clear(key).catch(() => undefined);
    return { kind: 'stored' };
  }

  async claim(
    requests: readonly ClaimRequest[],
    claimant: Claimant,
    seconds: number,
    mayShorten = false,
  ): Promise<readonly RemoteClaim[]> {
    try {
      const why = await this.#probe();
      if (why !== undefined) return requests.map(() => ({ kind: 'unsupported', why }));
    } catch (error) {
      const outcome = outcomeOf(error);
      return requests.map(() => outcome);
    }
    const outcomes = await askEach(requests, async ({ key, what }): Promise<RemoteClaim> => {
      try {
        return await this.#claims.claim(key, { ...claimant, what }, seconds, mayShorten);
      } catch (error) {
        return outcomeOf(error);
      }
    });
    return this.#withoutAnswered(requests, outcomes, claimant);
  }

  /** Looked at after the claims: a result clears them away, and may have come since and taken the holder's with it. */
  async #withoutAnswered(
    requests: readonly ClaimRequest[],
    outcomes: readonly RemoteClaim[],
    claimant: Claimant,
  ): Promise<readonly RemoteClaim[]> {
    const listed = await this.present(requests.map(({ key }) => key));
    if (listed.kind !== 'listed') return outcomes.map((one) => (one.kind === 'granted' ? listed : one));
    const answered = requests.filter(({ key }) => listed.found.has(key)).map(({ key }) => key);
    if (answered.length > 0) await this.release(answered, claimant);
    return outcomes.map((one, n) => (listed.found.has(requests[n]?.key ?? '') ? { kind: 'answered' } : one));
  }

  async release(keys: readonly string[], claimant: Claimant): Promise<void> {
    for (const key of keys) await this.#claims.release(key, claimant);
  }

  async claims(): Promise<RemoteListed<readonly ListedClaim[]>> {
    try {
      return { kind: 'listed', found: await this.#claims.list() };
    } catch (error) {
      return faultOf(error);
    }
  }

  async stored(): Promise<RemoteListed<readonly StoredObject[]>> {
    try {
      return { kind: 'listed', found: await this.#objects.listAll('store') };
    } catch (error) {
      return faultOf(error);
    }
  }

  async remove(key: string): Promise<RemoteRemoval> {
    try {
      await this.#objects.remove(pathOf(key));
      return { kind: 'removed' };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  /** Once; again only if the store was out of reach. */
  async #probe(): Promise<string | undefined> {
    this.#canClaim ??= probeSlots(this.#objects.slots);
    try {
      return await this.#canClaim;
    } catch (error) {
      this.#canClaim = undefined;
      throw error;
    }
  }
}

function pathOf(key: string): string {
  return `store/${key.slice(0, 2)}/${key}`;
}

function outcomeOf(error: unknown): ObjectsTrouble['outcome'] {
  if (error instanceof ObjectsTrouble) return error.outcome;
  return { kind: 'unavailable', why: error instanceof Error ? error.message : String(error) };
}

function faultOf(error: unknown): RemoteFault {
  const outcome = outcomeOf(error);
  return outcome.kind === 'unavailable' ? outcome : { kind: 'denied', why: outcome.why };
}
