/** Who asks for a key, so that others know whom to wait for. */
export interface Claimant {
  /** Stays the same for a clone: it may take its own claims again after a crash. */
  readonly id: string;
  /** For people. */
  readonly label: string;
}

export interface ClaimHolder {
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export type RemoteGet =
  | { readonly kind: 'found'; readonly envelope: Uint8Array }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unavailable'; readonly why: string };

export type RemotePut =
  | { readonly kind: 'stored' }
  /** Another result was there first, and stays. */
  | { readonly kind: 'exists' }
  /** This machine may only read. */
  | { readonly kind: 'read-only' }
  | { readonly kind: 'unavailable'; readonly why: string };

export type RemoteClaim =
  | { readonly kind: 'granted' }
  | { readonly kind: 'held'; readonly holder: ClaimHolder }
  /** The result is there by now. */
  | { readonly kind: 'answered' }
  /** Nothing can be claimed here: a store without claims, or a token that may only read. */
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'unavailable'; readonly why: string };

/**
 * Results that several machines share, one envelope a key, each written once. None of the methods rejects: a
 * shared store that is down must not cost a run.
 */
export interface RemoteStore {
  /** Where it is, for messages; without secrets. */
  readonly name: string;
  get(key: string): Promise<RemoteGet>;
  put(key: string, envelope: Uint8Array): Promise<RemotePut>;
  /** Grants a key that is free, expired, or already the claimant's own (which prolongs it). */
  claim(key: string, claimant: Claimant, ttlSeconds: number): Promise<RemoteClaim>;
  /** Gives a claim of its own back; a failure is not reported, since the claim expires by itself. */
  release(key: string, claimant: Claimant): Promise<void>;
}
