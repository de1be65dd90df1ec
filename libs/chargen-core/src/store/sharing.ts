import type { ClaimHolder } from './remote-store.js';

/** An answer that is looked for: by its key, and by what people asked for, which other versions know by other keys. */
export interface Wanted {
  readonly key: string;
  /** `digest` is that of all authored fields; `attempt` is the scene's, 1 if left out. */
  readonly asked?: { readonly digest: string; readonly attempt?: number } | undefined;
}

/** What a store does for, and takes from, the other machines that share its results. None of it ever rejects. */
export interface Sharing {
  /** Brings results that other machines paid for; returns how many came. */
  bring(wanted: readonly Wanted[]): Promise<number>;
  /** Whether a result was paid for by another machine and came to this one during this call. */
  isBrought(key: string | undefined): boolean;
  /** Announces what is about to be paid for; returns the keys that another machine announced before, by any version. */
  claim(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, ClaimHolder>>;
  /**
   * Announces that Google is about to be asked for them: from here on the claims last as long as a job may. Returns
   * those that another machine has claimed since: they must not be asked for.
   */
  sending(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, ClaimHolder>>;
  /** Google has not taken them: their claims are given back by `settle`. */
  notSent(keys: readonly string[]): void;
  /**
   * It is not known whether Google makes them: the claims say so (`why`) to other machines, and last for `seconds`; as
   * long as a job may, if left out.
   */
  doubtful(wanted: readonly Wanted[], why: string, seconds?: number): Promise<void>;
  /** Gives claims back at once, also those of an earlier process of this clone. */
  release(wanted: readonly Wanted[]): Promise<void>;
  /** Gives other machines what is still to be shared. */
  offer(): Promise<void>;
  /** The end of a run: offers what was kept, and gives back the claims on what came to nothing. */
  settle(failed: ReadonlySet<string>): Promise<void>;
}

const NO_CLAIMS: ReadonlyMap<string, ClaimHolder> = new Map();

/** A store of one clone alone: nothing comes from elsewhere, and no key is ever held. */
export const NOT_SHARED: Sharing = {
  bring: () => Promise.resolve(0),
  isBrought: () => false,
  claim: () => Promise.resolve(NO_CLAIMS),
  sending: () => Promise.resolve(NO_CLAIMS),
  notSent: () => undefined,
  doubtful: () => Promise.resolve(),
  release: () => Promise.resolve(),
  offer: () => Promise.resolve(),
  settle: () => Promise.resolve(),
};
