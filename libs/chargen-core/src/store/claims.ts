import { unreachable } from '../util/unreachable.js';
import { askedKey } from './asked-index.js';
import { claimantOf } from './claimant.js';
import type { RemoteAccess } from './remote-access.js';
import type { Claimant, ClaimHolder } from './remote-store.js';
import type { Sharing, Wanted } from './sharing.js';
import type { Store } from './store.js';

/** From the claim to the job at Google: uploads of many references over a slow line take their time. */
const CLAIM_SECONDS = 30 * 60;

/** A job that Google has may take 48 hours; then it has expired there, and was not billed. */
const SUBMITTED_SECONDS = 50 * 3600;

/** The claims of this clone in a shared store: on content keys, and on what people asked for by them. */
export class Claims implements Pick<Sharing, 'claim' | 'sending' | 'notSent' | 'doubtful' | 'release'> {
  readonly #access: RemoteAccess;
  readonly #local: Pick<Store, 'folder' | 'scratch'>;
  readonly #answered = new Set<string>();
  readonly #claimed = new Set<string>();
  readonly #submitted = new Set<string>();
  /** By content key: the key under which an answer to what people asked for is indexed and claimed. */
  readonly #asks = new Map<string, string>();
  readonly #askedKeys = new Set<string>();
  #held: ReadonlyMap<string, ClaimHolder> = new Map();
  #claimant: Promise<Claimant> | undefined;
  #cannotClaim: boolean;

  /** If not `enabled`, nothing is claimed, and the claims of others are not waited for. */
  constructor(access: RemoteAccess, local: Pick<Store, 'folder' | 'scratch'>, enabled: boolean) {
    this.#access = access;
    this.#local = local;
    this.#cannotClaim = !enabled;
  }

  /**
   * Announces that these keys are about to be paid for. Returns those that another machine claimed before: they are
   * to be waited for. If nothing can be claimed, nothing is held.
   */
  async claim(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    for (const { key, asked } of wanted) {
      if (asked === undefined) continue;
      this.#asks.set(key, askedKey(asked.digest, 0));
      this.#askedKeys.add(askedKey(asked.digest, 0));
    }
    const keys = wanted.map((one) => one.key);
    this.#held = await this.#claimAll(keys, CLAIM_SECONDS);
    return this.#held;
  }

  /** Whether another machine holds the key, so that its answer may come from there at any time. */
  isHeld(key: string): boolean {
    return this.#held.has(key);
  }

  /** The answer to a key came from another machine: it is held no more. */
  arrived(key: string): void {
    this.#held = new Map([...this.#held].filter(([held]) => held !== key));
  }

  /** The shared store has the answer to a key, which ends the claim on it. */
  shared(key: string): void {
    this.#claimed.delete(key);
  }

  /**
   * Google is about to be asked for them: from here on the claims last as long as a job may, whatever becomes of this
   * process and of the answer. Returns those that another machine has claimed since: they must not be asked for.
   */
  async sending(keys: readonly string[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    const held = await this.#claimAll(keys, SUBMITTED_SECONDS);
    for (const key of keys) if (this.#claimed.has(key)) this.#submitted.add(key);
    if (held.size > 0) this.notSent(keys);
    this.#held = new Map([...this.#held, ...held]);
    return held;
  }

  /** Google has not taken them: their claims are given back when the run ends. */
  notSent(keys: readonly string[]): void {
    for (const key of keys) this.#submitted.delete(key);
  }

  async doubtful(keys: readonly string[], why: string, seconds: number = SUBMITTED_SECONDS): Promise<void> {
    await this.#claimAll(keys, seconds, why);
  }

  async release(keys: readonly string[]): Promise<void> {
    if (this.#access.isPaused() || this.#cannotClaim) return;
    const claimant = await this.#identity();
    const all = keys.flatMap((key) => [key, this.#asks.get(key) ?? []].flat());
    await this.#access.forEach(all, (key) => this.#access.remote.release(key, claimant));
    for (const key of keys) {
      this.#claimed.delete(key);
      this.#submitted.delete(key);
    }
  }

  /** Ends the claim on what people asked for. */
  async releaseAsked(digest: string): Promise<void> {
    await this.#access.remote.release(askedKey(digest, 0), await this.#identity());
  }

  /** Gives back the claims on what was not submitted or came to nothing. One on what Google works on stays. */
  async releaseUnused(failed: ReadonlySet<string>): Promise<void> {
    const unused = [...this.#claimed].filter((key) => !this.#submitted.has(key) || failed.has(key));
    if (unused.length > 0) await this.release(unused);
  }

  async #claimAll(
    keys: readonly string[],
    seconds: number,
    note?: string,
  ): Promise<Map<string, ClaimHolder>> {
    const held = new Map<string, ClaimHolder>();
    await this.#access.forEach(keys, async (key) => {
      const asked = this.#asks.get(key);
      const holder =
        (await this.#claimOne(key, seconds, note)) ??
        // Another version asks for the same under another key.
        (asked === undefined ? undefined : await this.#claimOne(asked, seconds, note));
      if (holder !== undefined) held.set(key, holder);
    });
    return held;
  }

  async #claimOne(key: string, seconds: number, note: string | undefined): Promise<ClaimHolder | undefined> {
    if (this.#access.isPaused() || this.#cannotClaim) return undefined;
    const { remote, now } = this.#access;
    const identity = await this.#identity();
    const claimant = note === undefined ? identity : { ...identity, label: `${identity.label} (${note})` };
    const outcome = await remote.claim(key, claimant, seconds);
    switch (outcome.kind) {
      case 'granted':
        // The claim on what was asked for lasts as long as that on its key.
        if (!this.#askedKeys.has(key)) this.#claimed.add(key);
        return undefined;
      case 'held':
        return outcome.holder;
      case 'answered':
        // Held by its result, which the next bring has; one that cannot be used is waited for no second time.
        if (this.#answered.has(key)) return undefined;
        this.#answered.add(key);
        return { label: remote.name, until: now() };
      case 'unsupported':
        this.#cannotClaim = true;
        return undefined;
      case 'unavailable':
        this.#access.pause(outcome.why);
        return undefined;
      default:
        return unreachable(outcome);
    }
  }

  /** Found out once: keys are claimed side by side, and each would else make a name of its own for this clone. */
  #identity(): Promise<Claimant> {
    this.#claimant ??= claimantOf(this.#local);
    return this.#claimant;
  }
}
