import { unreachable } from '../util/unreachable.js';
import { askedKey, attemptKey } from './asked-index.js';
import { claimantOf } from './claimant.js';
import type { RemoteAccess } from './remote-access.js';
import type { Claimant, ClaimHolder } from './remote-store.js';
import type { Sharing, Wanted } from './sharing.js';
import type { ResultStore } from './result-store.js';

/** From the claim to the job at Google: uploads of many references over a slow line take their time. */
const CLAIM_SECONDS = 30 * 60;

/** A job that Google has may take 48 hours; then it has expired there, and was not billed. */
const SUBMITTED_SECONDS = 50 * 3600;

type LocalStore = Pick<ResultStore, 'folder' | 'scratch' | 'findEntry'>;

/** The claims of this clone in a shared store: on content keys, and on what people asked for by them. */
export class Claims implements Pick<Sharing, 'claim' | 'sending' | 'notSent' | 'doubtful' | 'release'> {
  readonly #access: RemoteAccess;
  readonly #local: LocalStore;
  readonly #answered = new Set<string>();
  readonly #claimed = new Map<string, Wanted>();
  readonly #submitted = new Set<string>();
  #held: ReadonlyMap<string, ClaimHolder> = new Map();
  #claimant: Promise<Claimant> | undefined;
  #cannotClaim: boolean;

  /** If not `enabled`, nothing is claimed, and the claims of others are not waited for. */
  constructor(access: RemoteAccess, local: LocalStore, enabled: boolean) {
    this.#access = access;
    this.#local = local;
    this.#cannotClaim = !enabled;
  }

  /**
   * Announces that these keys are about to be paid for. Returns those that another machine claimed before: they are
   * to be waited for. If nothing can be claimed, nothing is held.
   */
  async claim(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    this.#held = await this.#claimAll(wanted, CLAIM_SECONDS);
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

  /** The shared store has the answer to a key, which ends the claims at its own address and at what was asked for. */
  async shared(key: string): Promise<void> {
    const { attempt = 1 } = this.#claimed.get(key)?.asked ?? {};
    this.#claimed.delete(key);
    if (attempt > 1) await this.#access.remote.release(attemptKey(key, attempt), await this.#identity());
  }

  /**
   * Google is about to be asked for them: from here on the claims last as long as a job may, even if this process
   * ends or the answer is lost. Returns those that another machine has claimed since: they must not be asked for.
   */
  async sending(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    const held = await this.#claimAll(wanted, SUBMITTED_SECONDS);
    const keys = wanted.map((one) => one.key);
    for (const key of keys) if (this.#claimed.has(key)) this.#submitted.add(key);
    if (held.size > 0) this.notSent(keys);
    this.#held = new Map([...this.#held, ...held]);
    return held;
  }

  /** Google has not taken them: their claims are given back when the run ends. */
  notSent(keys: readonly string[]): void {
    for (const key of keys) this.#submitted.delete(key);
  }

  async doubtful(wanted: readonly Wanted[], why: string, seconds: number = SUBMITTED_SECONDS): Promise<void> {
    await this.#claimAll(wanted, seconds, why);
  }

  async release(wanted: readonly Wanted[]): Promise<void> {
    if (this.#access.isPaused() || this.#cannotClaim) return;
    const claimant = await this.#identity();
    const all = wanted.flatMap(claimedAt);
    await this.#access.forEach(all, (address) => this.#access.remote.release(address, claimant));
    for (const { key } of wanted) {
      this.#claimed.delete(key);
      this.#submitted.delete(key);
    }
  }

  /** Gives back the claims on what was not submitted or came to nothing. One on what Google works on stays. */
  async releaseUnused(failed: ReadonlySet<string>): Promise<void> {
    const unused = [...this.#claimed.values()].filter(
      ({ key }) => !this.#submitted.has(key) || failed.has(key),
    );
    if (unused.length > 0) await this.release(unused);
  }

  async #claimAll(
    wanted: readonly Wanted[],
    seconds: number,
    note?: string,
  ): Promise<Map<string, ClaimHolder>> {
    const held = new Map<string, ClaimHolder>();
    await this.#access.forEach(wanted, async (one) => {
      const holder = await this.#claimOne(one, seconds, note);
      if (holder !== undefined) held.set(one.key, holder);
    });
    return held;
  }

  async #claimOne(
    wanted: Wanted,
    seconds: number,
    note: string | undefined,
  ): Promise<ClaimHolder | undefined> {
    for (const address of claimedAt(wanted)) {
      const outcome = await this.#claimAt(address, seconds, note);
      if (outcome === 'granted') this.#claimed.set(wanted.key, wanted);
      else if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  /** Undefined if nothing can be claimed there. */
  async #claimAt(
    key: string,
    seconds: number,
    note: string | undefined,
  ): Promise<ClaimHolder | 'granted' | undefined> {
    if (this.#access.isPaused() || this.#cannotClaim) return undefined;
    const { remote, now } = this.#access;
    const identity = await this.#identity();
    const claimant = note === undefined ? identity : { ...identity, label: `${identity.label} (${note})` };
    const outcome = await remote.claim(key, claimant, seconds);
    switch (outcome.kind) {
      case 'granted':
        return 'granted';
      case 'held':
        return outcome.holder;
      case 'answered':
        // Held by its result, which the next bring has; one that cannot be used is waited for no second time. One that
        // is here was judged when this was planned: an answer to the same words, with other pictures or refused before.
        if (this.#answered.has(key) || (await this.#isHere(key))) return undefined;
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

  async #isHere(key: string): Promise<boolean> {
    const entry = await this.#local.findEntry(key).catch(() => undefined);
    return entry !== undefined;
  }

  /** Found out once: keys are claimed side by side, and each would else make a name of its own for this clone. */
  #identity(): Promise<Claimant> {
    this.#claimant ??= claimantOf(this.#local);
    return this.#claimant;
  }
}

/**
 * Where an item is claimed: at its key, or at that of a later attempt, since the first one's refusal lies at the key; and
 * at what people asked for, which another version asks for under another key.
 */
function claimedAt({ key, asked }: Wanted): readonly string[] {
  const { attempt = 1 } = asked ?? {};
  const first = attempt > 1 ? attemptKey(key, attempt) : key;
  return asked === undefined ? [first] : [first, askedKey(asked.digest, 0)];
}
