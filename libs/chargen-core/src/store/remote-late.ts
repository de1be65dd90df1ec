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
  RemoteUnable,
  StoredObject,
} from './remote-store.js';

/** A shared store, or why it is not known yet what kind of store it is. */
export type OpenedStore = RemoteStore | RemoteFault;

/** A shared store that is opened when it is first used: its code is loaded, and its server asked what it is. */
export class RemoteLate implements RemoteStore {
  #store: RemoteStore | undefined;
  #opening: Promise<OpenedStore> | undefined;

  constructor(
    readonly name: string,
    readonly open: () => Promise<OpenedStore>,
  ) {}

  async get(key: string): Promise<RemoteGet> {
    const store = await this.#opened();
    return 'get' in store ? store.get(key) : store;
  }

  async present(keys: readonly string[]): Promise<RemoteListed<ReadonlySet<string>>> {
    const store = await this.#opened();
    return 'present' in store ? store.present(keys) : store;
  }

  async put(key: string, envelope: Uint8Array): Promise<RemotePut> {
    const store = await this.#opened();
    return 'put' in store ? store.put(key, envelope) : store;
  }

  async claim(
    requests: readonly ClaimRequest[],
    claimant: Claimant,
    seconds: number,
    mayShorten?: boolean,
  ): Promise<readonly RemoteClaim[]> {
    const store = await this.#opened();
    return 'claim' in store
      ? store.claim(requests, claimant, seconds, mayShorten)
      : requests.map(() => store);
  }

  async release(keys: readonly string[], claimant: Claimant): Promise<void> {
    const store = await this.#opened();
    if ('release' in store) await store.release(keys, claimant);
  }

  async claims(): Promise<RemoteListed<readonly ListedClaim[]>> {
    const store = await this.#opened();
    return 'claims' in store ? store.claims() : store;
  }

  async stored(): Promise<RemoteListed<readonly StoredObject[]> | RemoteUnable> {
    const store = await this.#opened();
    return 'stored' in store ? store.stored() : store;
  }

  async remove(key: string): Promise<RemoteRemoval> {
    const store = await this.#opened();
    return 'remove' in store ? store.remove(key) : store;
  }

  /** Once, for all that ask at the same moment; again after a failure. */
  async #opened(): Promise<OpenedStore> {
    if (this.#store !== undefined) return this.#store;
    this.#opening ??= this.open();
    const opened = await this.#opening;
    if ('name' in opened) this.#store = opened;
    else this.#opening = undefined;
    return opened;
  }
}
