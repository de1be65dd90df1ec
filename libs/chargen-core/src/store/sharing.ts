import type { ClaimHolder } from './remote-store.js';

/** An answer that is looked for: by its key, and by what people asked for, which other versions know by other keys. */
export interface Wanted {
  readonly key: string;
  /** For people: the name of the item. Left out if only the key is known. */
  readonly name?: string | undefined;
  /** `digest` is that of all authored fields; `attempt` is the scene's, 1 if left out. */
  readonly asked?: { readonly digest: string; readonly attempt?: number } | undefined;
}

/** Why keys could not be claimed in a shared store. */
export interface ClaimObstacle {
  /**
   * `passing`: the store is out of reach, and is asked again after `retryInMs`. `lasting`: waiting does not cure it, and
   * nothing may be paid for. `ignored`: a person said that nothing is to be claimed.
   */
  readonly kind: 'passing' | 'lasting' | 'ignored';
  readonly why: string;
  readonly retryInMs: number;
  /** Nothing may be paid for without a claim, however long the store is out of reach. */
  readonly isRequired: boolean;
}

export interface Claimed {
  /** Keys that another machine claimed before, in words of any version: they are to be waited for. */
  readonly held: ReadonlyMap<string, ClaimHolder>;
  /** Keys that are neither held nor claimed: another machine may pay for them at the same time. */
  readonly unclaimed: ReadonlySet<string>;
  /** Undefined if every key is held or claimed. */
  readonly obstacle: ClaimObstacle | undefined;
}

/** Results that were paid for here and that the shared store has not got. */
export interface Unshared {
  readonly answers: number;
  readonly why: string;
  /** When it is worth another try, in milliseconds from now; undefined if waiting does not help. */
  readonly retryInMs: number | undefined;
}

/** What a store does for, and takes from, the other machines that share its results. None of it ever rejects. */
export interface Sharing {
  /** Brings results that other machines paid for; returns how many came. */
  bring(wanted: readonly Wanted[]): Promise<number>;
  /** Whether a result was paid for by another machine and came to this one during this call. */
  isBrought(key: string | undefined): boolean;
  /** Announces what is about to be paid for. The claims last while this process lives, and some minutes after it. */
  claim(wanted: readonly Wanted[]): Promise<Claimed>;
  /** Announces that Google is about to be asked for them: from here on the claims last as long as a job may. */
  sending(wanted: readonly Wanted[]): Promise<Claimed>;
  /** Google has not taken them: their claims end with this process, and are given back by `settle`. */
  notSent(wanted: readonly Wanted[]): Promise<void>;
  /**
   * It is not known whether Google makes them: the claims say so (`why`) to other machines, and last for `seconds`; as
   * long as a job may, if left out.
   */
  doubtful(wanted: readonly Wanted[], why: string, seconds?: number): Promise<void>;
  /** Gives claims back at once, also those of an earlier process of this clone. */
  release(wanted: readonly Wanted[]): Promise<void>;
  /** Gives other machines what is still to be shared; undefined if they have everything. */
  offer(): Promise<Unshared | undefined>;
  /** The end of a run: gives back the claims on what was not sent, and on what came to nothing (`failed`). */
  settle(failed: readonly Wanted[]): Promise<void>;
}

const ALL_CLAIMED: Claimed = { held: new Map(), unclaimed: new Set(), obstacle: undefined };

/** A store of one clone alone: nothing comes from elsewhere, and no key is ever held. */
export const NOT_SHARED: Sharing = {
  bring: () => Promise.resolve(0),
  isBrought: () => false,
  claim: () => Promise.resolve(ALL_CLAIMED),
  sending: () => Promise.resolve(ALL_CLAIMED),
  notSent: () => Promise.resolve(),
  doubtful: () => Promise.resolve(),
  release: () => Promise.resolve(),
  offer: () => Promise.resolve(undefined),
  settle: () => Promise.resolve(),
};
