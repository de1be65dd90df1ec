import pLimit from 'p-limit';
import { unreachable } from '../util/unreachable.js';
import { askedKey, attemptKey } from './asked-index.js';
import { claimantOf } from './claimant.js';
import { HeldClaims } from './held-claims.js';
import type { RemoteAccess } from './remote-access.js';
import type { Claimant, ClaimHolder, ClaimRequest, RemoteClaim } from './remote-store.js';
import type { Claimed, ClaimObstacle, Sharing, Wanted } from './sharing.js';
import type { ResultStore } from './result-store.js';

/** A claim on what was not sent: a living process prolongs it, and after a crash others wait so long. */
const CLAIM_SECONDS = 10 * 60;

/** Prolonged well before its end, so that one failed attempt does not let a claim end. */
const HEARTBEAT_MS = (CLAIM_SECONDS * 1000) / 4;

/** A job that Google has may take 48 hours; then it has expired there, and was not billed. */
const SUBMITTED_SECONDS = 50 * 3600;

type LocalStore = Pick<ResultStore, 'folder' | 'scratch' | 'findEntry'>;

export interface ClaimsOptions {
  /** If not, nothing is claimed, and the claims of others are not waited for. */
  readonly isEnabled: boolean;
  /** Nothing may be paid for without a claim. */
  readonly isRequired: boolean;
}

interface OwnClaim {
  readonly wanted: Wanted;
  /** Google was asked for it, or is about to be. */
  readonly isSent: boolean;
  /** Whether the shared store has granted it for as long as it is needed. */
  readonly isGranted: boolean;
}

/** What became of one address at which an item is claimed. */
type AddressOutcome =
  | { readonly kind: 'granted' }
  | { readonly kind: 'held'; readonly holder: ClaimHolder }
  | { readonly kind: 'unclaimed' };

/** The claims of this clone in a shared store: on content keys, and on what people asked for by them. */
export class Claims implements Pick<
  Sharing,
  'claim' | 'sending' | 'notSent' | 'doubtful' | 'release' | 'settle'
> {
  readonly #access: RemoteAccess;
  readonly #local: LocalStore;
  readonly #options: ClaimsOptions;
  readonly #heldSeen: HeldClaims;
  /** Where the shared store said that there is an answer, and whether it turned out to be of no use. */
  readonly #answered = new Map<string, 'said' | 'unusable'>();
  readonly #own = new Map<string, OwnClaim>();
  /** A heartbeat must not come after the longer claim of what is being sent. */
  readonly #inTurn = pLimit(1);
  #held: ReadonlyMap<string, ClaimHolder> = new Map();
  #claimant: Promise<Claimant> | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  /** Why this machine cannot claim, though it may read. */
  #cannotClaim: string | undefined;

  constructor(access: RemoteAccess, local: LocalStore, options: ClaimsOptions) {
    this.#access = access;
    this.#local = local;
    this.#options = options;
    this.#heldSeen = new HeldClaims(local.folder, local.scratch, access.now);
  }

  async claim(wanted: readonly Wanted[]): Promise<Claimed> {
    const claimed = await this.#claimAll(wanted, { seconds: CLAIM_SECONDS });
    this.#note(wanted, claimed, false);
    this.#held = claimed.held;
    return claimed;
  }

  /** Whether another machine holds the key, so that its answer may come from there at any time. */
  isHeld(key: string): boolean {
    return this.#held.has(key);
  }

  /** The answer to a key came from another machine: it is held no more. */
  async arrived(key: string): Promise<void> {
    this.#held = new Map([...this.#held].filter(([held]) => held !== key));
    await this.#heldSeen.note(key, undefined);
  }

  /** The shared store was asked for what lies at an address, and has nothing there that can be used. */
  isUseless(address: string): void {
    if (this.#answered.has(address)) this.#answered.set(address, 'unusable');
  }

  /** The shared store has the answer to a key, which ends the claims at its own address and at what was asked for. */
  async shared(key: string): Promise<void> {
    const { attempt = 1 } = this.#own.get(key)?.wanted.asked ?? {};
    this.#own.delete(key);
    if (attempt > 1) await this.#access.remote.release([attemptKey(key, attempt)], await this.#identity());
  }

  async sending(wanted: readonly Wanted[]): Promise<Claimed> {
    const claimed = await this.#claimAll(wanted, { seconds: SUBMITTED_SECONDS });
    const { held } = claimed;
    this.#note(wanted, claimed, true);
    this.#held = new Map([...this.#held, ...held]);
    if (held.size > 0) await this.notSent(wanted.filter(({ key }) => !held.has(key)));
    return claimed;
  }

  async notSent(wanted: readonly Wanted[]): Promise<void> {
    const own = wanted.filter(({ key }) => this.#own.has(key));
    for (const one of own) this.#own.set(one.key, { wanted: one, isSent: false, isGranted: true });
    await this.#claimAll(own, { seconds: CLAIM_SECONDS, mayShorten: true });
  }

  async doubtful(wanted: readonly Wanted[], why: string, seconds: number = SUBMITTED_SECONDS): Promise<void> {
    await this.#claimAll(wanted, { seconds, note: why, mayShorten: true });
  }

  async release(wanted: readonly Wanted[]): Promise<void> {
    for (const { key } of wanted) this.#own.delete(key);
    if (this.#access.obstacle !== undefined || !this.#options.isEnabled) return;
    if (this.#cannotClaim !== undefined || wanted.length === 0) return;
    const claimant = await this.#identity();
    const addresses = [...new Set(wanted.flatMap(claimedAt))];
    await this.#inTurn(() => this.#access.remote.release(addresses, claimant));
  }

  /** One on what Google works on stays: the machine that collects it ends it. */
  async settle(failed: readonly Wanted[]): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    const unused = [...this.#own.values()].flatMap(({ wanted, isSent }) => (isSent ? [] : [wanted]));
    await this.release([...unused, ...failed]);
    await this.#heldSeen.save();
  }

  /** Prolongs what is not sent, and claims what was sent while the store was out of reach. */
  async beat(): Promise<void> {
    const own = [...this.#own.values()];
    const unsent = own.flatMap(({ wanted, isSent }) => (isSent ? [] : [wanted]));
    const open = own.flatMap(({ wanted, isSent, isGranted }) => (isSent && !isGranted ? [wanted] : []));
    await this.#claimAll(unsent, { seconds: CLAIM_SECONDS, onlyUnsent: true });
    const { held, unclaimed } = await this.#claimAll(open, { seconds: SUBMITTED_SECONDS });
    for (const one of open) {
      const isGranted = !held.has(one.key) && !unclaimed.has(one.key);
      if (isGranted) this.#own.set(one.key, { wanted: one, isSent: true, isGranted });
    }
  }

  #note(wanted: readonly Wanted[], { held, unclaimed }: Claimed, isSent: boolean): void {
    for (const one of wanted) {
      if (held.has(one.key)) this.#own.delete(one.key);
      else if (isSent || !unclaimed.has(one.key)) {
        this.#own.set(one.key, { wanted: one, isSent, isGranted: !unclaimed.has(one.key) });
      }
    }
    if (this.#own.size === 0 || this.#heartbeat !== undefined || !this.#options.isEnabled) return;
    this.#heartbeat = setInterval(() => {
      void this.beat();
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  #claimAll(wanted: readonly Wanted[], how: HowToClaim): Promise<Claimed> {
    return this.#inTurn(async () => {
      // A heartbeat may have waited here while they were sent.
      const asked =
        how.onlyUnsent === true ? wanted.filter(({ key }) => this.#own.get(key)?.isSent === false) : wanted;
      const held = new Map<string, ClaimHolder>();
      const unclaimed = new Set<string>();
      const take = (one: Wanted, outcome: AddressOutcome): boolean => {
        if (outcome.kind === 'held') held.set(one.key, outcome.holder);
        if (outcome.kind === 'unclaimed') unclaimed.add(one.key);
        return outcome.kind === 'granted';
      };
      // The key first and what was asked for after it, on every machine: so no two wait for each other.
      const first = await this.#claimAt(asked, addressOfItem, how);
      const granted = asked.filter((one, n) => take(one, first[n] ?? { kind: 'unclaimed' }));
      const withAsked = granted.filter((one) => one.asked !== undefined);
      const second = await this.#claimAt(withAsked, addressOfAsked, how);
      withAsked.forEach((one, n) => take(one, second[n] ?? { kind: 'unclaimed' }));
      await this.#heldSeen.save();
      return { held, unclaimed, obstacle: unclaimed.size === 0 ? undefined : this.#whyUnclaimed() };
    });
  }

  async #claimAt(
    wanted: readonly Wanted[],
    addressOf: (one: Wanted) => string,
    how: HowToClaim,
  ): Promise<AddressOutcome[]> {
    if (wanted.length === 0) return [];
    const addresses = wanted.map(addressOf);
    const { isEnabled } = this.#options;
    if (!isEnabled) return addresses.map(() => ({ kind: 'unclaimed' }));
    if (this.#access.obstacle !== undefined || this.#cannotClaim !== undefined) return this.#seen(addresses);
    const requests = wanted.map((one, n): ClaimRequest => ({
      key: addresses[n] ?? one.key,
      what: one.name ?? '',
    }));
    const outcomes = await this.#ask(requests, how);
    return Promise.all(addresses.map((address, n) => this.#outcomeAt(address, outcomes[n])));
  }

  async #ask(requests: readonly ClaimRequest[], how: HowToClaim): Promise<readonly RemoteClaim[]> {
    const identity = await this.#identity();
    const label = how.note === undefined ? identity.label : `${identity.label} (${how.note})`;
    const claimant = { ...identity, label };
    const outcomes = await this.#access.remote.claim(requests, claimant, how.seconds, how.mayShorten);
    if (!outcomes.some(({ kind }) => kind === 'unavailable' || kind === 'denied')) this.#access.answers();
    return outcomes;
  }

  async #outcomeAt(address: string, outcome: RemoteClaim | undefined): Promise<AddressOutcome> {
    switch (outcome?.kind) {
      case 'granted':
        await this.#heldSeen.note(address, undefined);
        return { kind: 'granted' };
      case 'held':
        await this.#heldSeen.note(address, outcome.holder);
        return { kind: 'held', holder: outcome.holder };
      case 'answered':
        await this.#heldSeen.note(address, undefined);
        return this.#whenAnswered(address);
      case 'read-only':
      case 'unsupported':
        this.#cannotClaim = outcome.why;
        break;
      case 'denied':
        this.#access.giveUp(outcome.why);
        break;
      case 'unavailable':
        this.#access.pause(outcome.why);
        break;
      case undefined:
        break;
      default:
        return unreachable(outcome);
    }
    const [seen = { kind: 'unclaimed' }] = await this.#seen([address]);
    return seen;
  }

  /**
   * Held by its result, which the next bring has; one that cannot be used is not waited for. One that is here was judged
   * when this was planned: an answer to the same words, with other pictures or refused before.
   */
  async #whenAnswered(address: string): Promise<AddressOutcome> {
    if (this.#answered.get(address) === 'unusable' || (await this.#isHere(address))) {
      return { kind: 'granted' };
    }
    this.#answered.set(address, 'said');
    const holder = { label: this.#access.remote.name, until: this.#access.now() };
    return { kind: 'held', holder };
  }

  /** What this machine knows without asking: what it saw held stays held until its time. */
  #seen(addresses: readonly string[]): Promise<AddressOutcome[]> {
    return Promise.all(
      addresses.map(async (address): Promise<AddressOutcome> => {
        const holder = await this.#heldSeen.of(address);
        return holder === undefined ? { kind: 'unclaimed' } : { kind: 'held', holder };
      }),
    );
  }

  #whyUnclaimed(): ClaimObstacle {
    const { isEnabled, isRequired } = this.#options;
    const { trouble, retryInMs } = this.#access;
    if (!isEnabled) {
      return { kind: 'ignored', why: 'CHARGEN_CLAIMS is "ignore"', retryInMs: 0, isRequired: false };
    }
    if (this.#cannotClaim !== undefined) {
      return { kind: 'lasting', why: this.#cannotClaim, retryInMs: 0, isRequired };
    }
    const { kind = 'passing', why = 'it did not answer' } = trouble ?? {};
    return { kind, why, retryInMs, isRequired };
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

interface HowToClaim {
  readonly seconds: number;
  /** Said to other machines beside the name of this one. */
  readonly note?: string;
  readonly mayShorten?: boolean;
  readonly onlyUnsent?: boolean;
}

/** At its key, or at that of a later attempt, since the first one's refusal lies at the key. */
function addressOfItem({ key, asked }: Wanted): string {
  const { attempt = 1 } = asked ?? {};
  return attempt > 1 ? attemptKey(key, attempt) : key;
}

/** At what people asked for, which another version asks for under another key. */
function addressOfAsked({ key, asked }: Wanted): string {
  return asked === undefined ? addressOfItem({ key }) : askedKey(asked.digest, 0);
}

function claimedAt(wanted: Wanted): readonly string[] {
  const first = addressOfItem(wanted);
  return wanted.asked === undefined ? [first] : [first, addressOfAsked(wanted)];
}
