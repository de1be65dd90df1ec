import { z } from 'zod';
import { parseJson } from '../util/read-json.js';
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

/** What a slot holds. */
export interface SlotContent {
  /** Empty while it is being written. */
  readonly text: string;
  /** How long it has been there, in milliseconds, by the clock of the store: this machine's may be wrong. */
  readonly age: () => Promise<number>;
}

/**
 * Numbered places for the claims on a key, each taken once: of many machines that take the same number at once, one
 * succeeds. All methods reject with the error of the store.
 */
export interface ClaimSlots {
  /** Numbers that are taken. */
  numbers(key: string): Promise<readonly number[]>;
  /** Undefined if it is gone. */
  read(key: string, number: number): Promise<SlotContent | undefined>;
  /** False if the number is taken. */
  take(key: string, number: number, text: string): Promise<boolean>;
  remove(key: string, number: number): Promise<void>;
  /** Keys that have slots. */
  keys(): Promise<readonly string[]>;
}

interface LastClaim {
  readonly number: number;
  readonly claim: Claim | undefined;
}

/**
 * Claims in numbered slots. The one in force is the one with the highest number. A machine that takes over from an
 * expired one takes the next number, so two that see the same expired claim cannot both have it. Slot 1 stays until the
 * key is answered, so that who can take it knows that nothing was claimed before.
 */
export class SlotClaims {
  readonly #slots: ClaimSlots;
  readonly #now: () => number;

  constructor(slots: ClaimSlots, now: () => number) {
    this.#slots = slots;
    this.#now = now;
  }

  /** Rejects with the error of the store. Whether the key is answered is for the caller to look at afterwards. */
  async claim(
    key: string,
    claimant: Claimant & { readonly what: string },
    seconds: number,
    mayShorten: boolean,
  ): Promise<Extract<RemoteClaim, { kind: 'granted' | 'held' }>> {
    const now = this.#now;
    let last: LastClaim = { number: 0, claim: undefined };
    for (;;) {
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
      if (await this.#take(key, last.number + 1, claim)) return { kind: 'granted' };
      last = await this.#lastClaim(key);
    }
  }

  /** Never rejects: a claim that cannot be given back expires by itself. */
  async release(key: string, claimant: Claimant): Promise<void> {
    try {
      const last = await this.#lastClaim(key);
      if (last.claim?.id !== claimant.id) return;
      // Taken over by a claim that is over, rather than removed: an older one of ours may still have time left.
      await this.#take(key, last.number + 1, { ...claimant, what: '', since: 0, until: -SKEW_MS });
    } catch {
      // It expires by itself.
    }
  }

  async list(): Promise<ListedClaim[]> {
    const found: ListedClaim[] = [];
    for (const key of await this.#slots.keys()) {
      const { claim } = await this.#lastClaim(key);
      if (claim === undefined || claim.until <= this.#now()) continue;
      const { id, label, what, since, until } = claim;
      found.push({ key, holder: { id, label }, what, since, until });
    }
    return found;
  }

  async #lastClaim(key: string): Promise<LastClaim> {
    const number = Math.max(0, ...(await this.#slots.numbers(key)));
    const content = number === 0 ? undefined : await this.#slots.read(key, number);
    // Cleared away this moment, since the result came.
    if (content === undefined) return { number, claim: undefined };
    const parsed = claimSchema.safeParse(parseJson(content.text));
    return { number, claim: parsed.data ?? (await this.#unfinished(content)) };
  }

  /**
   * A slot may be taken before it has its content. Undefined if its machine has died since. Its age is not the
   * difference of two clocks: a machine that was minutes ahead of its WebDAV server took such claims for dead at once,
   * and paid what their machines were paying.
   */
  async #unfinished({ age }: SlotContent): Promise<Claim | undefined> {
    const left = WRITING_MS - (await age());
    if (left + SKEW_MS <= 0) return undefined;
    const now = this.#now();
    return {
      id: '',
      label: 'a machine that is writing its claim',
      what: '',
      since: now + left - WRITING_MS,
      until: now + left,
    };
  }

  async #take(key: string, number: number, claim: Claim): Promise<boolean> {
    if (!(await this.#slots.take(key, number, JSON.stringify(claim)))) return false;
    // A claim that is prolonged for hours must not leave a slot for each time.
    if (number > 2) await this.#slots.remove(key, number - 1);
    return true;
  }
}
