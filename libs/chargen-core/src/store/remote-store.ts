/** Who asks for a key, so that others know whom to wait for. */
export interface Claimant {
  /** Stays the same for a clone: it may take its own claims again after a crash. */
  readonly id: string;
  /** For people. */
  readonly label: string;
}

export interface ClaimHolder {
  readonly label: string;
  /** Milliseconds since 1970, by the clock of this machine. */
  readonly until: number;
}

/** Why a shared store does not do what was asked. */
export type RemoteFault =
  /** Out of reach, failing or full: it may pass. */
  | { readonly kind: 'unavailable'; readonly why: string }
  /** It takes no token, or not this one (401): waiting does not cure it. */
  | { readonly kind: 'denied'; readonly why: string };

export type RemoteGet =
  | { readonly kind: 'found'; readonly envelope: Uint8Array }
  | { readonly kind: 'absent' }
  | RemoteFault;

export type RemoteListed<Found> = { readonly kind: 'listed'; readonly found: Found } | RemoteFault;

export type RemotePut =
  | { readonly kind: 'stored' }
  /** Another result was there first, and stays. */
  | { readonly kind: 'exists' }
  /** This machine may only read. */
  | { readonly kind: 'read-only'; readonly why: string }
  /** It does not take this envelope, which says nothing about others. */
  | { readonly kind: 'rejected'; readonly why: string }
  | RemoteFault;

export type RemoteClaim =
  | { readonly kind: 'granted' }
  | { readonly kind: 'held'; readonly holder: ClaimHolder }
  /** The result is there by now. */
  | { readonly kind: 'answered' }
  /** This machine may only read, so that it cannot claim. */
  | { readonly kind: 'read-only'; readonly why: string }
  /** The store has no way to claim: of many that ask at once, it would grant a key to each. */
  | { readonly kind: 'unsupported'; readonly why: string }
  | RemoteFault;

export interface ClaimRequest {
  readonly key: string;
  /** For people: the scene or picture that is to be paid for. */
  readonly what: string;
}

/** A claim as the store lists it. */
export interface ListedClaim {
  readonly key: string;
  readonly holder: Claimant;
  readonly what: string;
  /** Milliseconds since 1970: when it was made or prolonged; undefined if the store does not know. */
  readonly since: number | undefined;
  readonly until: number;
}

/** What is in a shared store, without its content. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since 1970, by the clock of the store; undefined if it does not say. */
  readonly modified: number | undefined;
}

/** The store has no way to do that. */
export interface RemoteUnable {
  readonly kind: 'unsupported';
  readonly why: string;
}

export type RemoteRemoval =
  | { readonly kind: 'removed' }
  | { readonly kind: 'read-only'; readonly why: string }
  | RemoteUnable
  | RemoteFault;

/**
 * Results that several machines share, one envelope a key, each written once. None of the methods rejects: a
 * shared store that is down must not cost a run.
 */
export interface RemoteStore {
  /** Where it is, for messages; without secrets. */
  readonly name: string;
  get(key: string): Promise<RemoteGet>;
  /** Which of these keys have an envelope, in few requests. */
  present(keys: readonly string[]): Promise<RemoteListed<ReadonlySet<string>>>;
  put(key: string, envelope: Uint8Array): Promise<RemotePut>;
  /**
   * Grants each key that is free, expired, or already the claimant's own, which is prolonged; only with `mayShorten` may
   * its new end be an earlier one, since a request that was held up on its way must not shorten a later one. The
   * outcomes are in the order of the requests.
   */
  claim(
    requests: readonly ClaimRequest[],
    claimant: Claimant,
    seconds: number,
    mayShorten?: boolean,
  ): Promise<readonly RemoteClaim[]>;
  /** Gives claims of its own back; a failure is not reported, since a claim expires by itself. */
  release(keys: readonly string[], claimant: Claimant): Promise<void>;
  /** The claims that are in force. */
  claims(): Promise<RemoteListed<readonly ListedClaim[]>>;
  /** Everything that is in the store, in few requests. */
  stored(): Promise<RemoteListed<readonly StoredObject[]> | RemoteUnable>;
  /** For a person who cleans up: no run removes anything. */
  remove(key: string): Promise<RemoteRemoval>;
}
