import type { RemoteClaim, RemoteFault, StoredObject } from './remote-store.js';
import type { ClaimSlots } from './slot-claims.js';

/** Why a server did not do what was asked of it. */
export class ObjectsTrouble extends Error {
  override readonly name = 'ObjectsTrouble';

  constructor(readonly outcome: RemoteFault | Extract<RemoteClaim, { kind: 'read-only' | 'unsupported' }>) {
    super(outcome.why);
  }
}

/**
 * Objects by path on a server of another make. Paths have no slash at their beginning. All methods reject with
 * ObjectsTrouble.
 */
export interface Objects {
  /** Where it is, for messages; without secrets. */
  readonly name: string;
  /** Undefined if there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  has(path: string): Promise<boolean>;
  /** False if there is one. */
  create(path: string, body: Uint8Array): Promise<boolean>;
  replace(path: string, body: Uint8Array): Promise<void>;
  /** Names in a folder, without the path; of a folder that is not there, none. */
  list(folder: string): Promise<readonly string[]>;
  /** Objects in a folder and its folders; `key` is their last name. */
  listAll(folder: string): Promise<readonly StoredObject[]>;
  remove(path: string): Promise<void>;
  /** Where claims are made. */
  readonly slots: ClaimSlots & { clear(key: string): Promise<void> };
}
