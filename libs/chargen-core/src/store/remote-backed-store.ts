import { unreachable } from '../util/unreachable.js';
import { askedKey, attemptKey, MAX_ANSWERS } from './asked-index.js';
import { Claims } from './claims.js';
import { Outbox } from './outbox.js';
import { RemoteAccess, type RemoteAccessOptions } from './remote-access.js';
import { packEnvelope, unpackEnvelope, type Unpacked } from './remote-envelope.js';
import type { ClaimHolder } from './remote-store.js';
import { ResultStore, StoreError } from './result-store.js';
import type { Wanted } from './sharing.js';
import type { PictureName, Store } from './store.js';
import type { AskedEntry, StoredResult } from './stored-result.js';

export interface RemoteBackedOptions extends RemoteAccessOptions {
  /** Of the local store. */
  readonly folder: string;
  /** False: nothing is claimed, and the claims of others are not waited for. */
  readonly claims: boolean;
}

/**
 * The store of this clone with a shared one behind it. Everything works on the local store; the shared one is
 * asked for what would have to be paid otherwise, and offered what was paid for here. It being down, slow,
 * full or damaged is a warning and never more. What could not be offered is offered by a later run.
 */
export class RemoteBackedStore implements Store {
  readonly #local: ResultStore;
  readonly #access: RemoteAccess;
  readonly #claims: Claims;
  readonly #outbox: Outbox;
  readonly #asked = new Set<string>();
  readonly #brought = new Set<string>();
  #isReadOnly = false;

  constructor(options: RemoteBackedOptions) {
    // Also the entries beside the results are shared, so that other versions find the answer.
    this.#local = new ResultStore(options.folder, async ({ key }) => {
      await this.#outbox.add(key);
    });
    this.#access = new RemoteAccess(options);
    this.#claims = new Claims(this.#access, this.#local, options.claims);
    this.#outbox = new Outbox(options.folder, this.#local.scratch);
  }

  get folder(): string {
    return this.#local.folder;
  }

  get scratch(): string {
    return this.#local.scratch;
  }

  find(key: string): Promise<StoredResult | undefined> {
    return this.#local.find(key);
  }

  answersTo(digest: string): Promise<readonly AskedEntry[]> {
    return this.#local.answersTo(digest);
  }

  picturePath(picture: PictureName): string {
    return this.#local.picturePath(picture);
  }

  hasPicture(picture: PictureName & { readonly bytes: number }): Promise<boolean> {
    return this.#local.hasPicture(picture);
  }

  readPicture(picture: PictureName): Promise<Uint8Array> {
    return this.#local.readPicture(picture);
  }

  /** Also notes, durably, that the shared store is to have it. */
  async keep(result: StoredResult, picture?: Uint8Array): Promise<boolean> {
    // Before the result: after a crash in between, what was paid for here would else never be offered to others.
    const isNoteNew = await this.#outbox.add(result.key);
    const isNew = await this.#local.keep(result, picture);
    if (!isNew && isNoteNew) await this.#outbox.remove(result.key);
    return isNew;
  }

  /**
   * Brings results into the local store; returns how many came. A key is asked for once, and again while another
   * machine holds a claim on it.
   */
  async bring(wanted: readonly Wanted[]): Promise<number> {
    const toAsk = wanted.filter(({ key }) => !this.#asked.has(key) || this.#claims.isHeld(key));
    const came = await this.#access.forEach(toAsk, (one) => this.#bringWanted(one));
    return came.filter(Boolean).length;
  }

  async #bringWanted({ key, asked }: Wanted): Promise<boolean> {
    const { attempt = 1 } = asked ?? {};
    let hasCome = await this.#bringOne(key);
    if (attempt > 1) hasCome = (await this.#bringOne(attemptKey(key, attempt))) || hasCome;
    else if (hasCome) return true;
    for (let n = 0; asked !== undefined && n < MAX_ANSWERS; n += 1) {
      const entryKey = askedKey(asked.digest, n);
      await this.#bringOne(entryKey);
      const entry = await this.#local.findEntry(entryKey);
      if (entry?.kind !== 'asked') break;
      if (!this.#asked.has(entry.of) && (await this.#bringOne(entry.of))) hasCome = true;
    }
    return hasCome;
  }

  async #bringOne(key: string): Promise<boolean> {
    if (this.#access.isPaused()) return false;
    const got = await this.#access.remote.get(key);
    switch (got.kind) {
      case 'unavailable':
        this.#access.pause(got.why);
        return false;
      case 'absent':
        this.#asked.add(key);
        return false;
      case 'found': {
        this.#asked.add(key);
        const outcome = unpackEnvelope(key, got.envelope);
        if (outcome.kind === 'unpacked') return this.#keepBrought(outcome.unpacked);
        const { name } = this.#access.remote;
        this.#access.warn(`What the shared store ${name} holds for ${key} is not used: ${outcome.why}.`);
        return false;
      }
      default:
        return unreachable(got);
    }
  }

  async #keepBrought({ result: entry, picture }: Unpacked): Promise<boolean> {
    if (entry.kind === 'asked') {
      await this.#local.keepEntry(entry);
      return false;
    }
    const result = entry.kind === 'attempt' ? entry.refusal : entry;
    this.#claims.arrived(result.key);
    const isNew = await this.#local.keep(result, picture);
    if (isNew) this.#brought.add(result.key);
    return isNew;
  }

  isBrought(key: string | undefined): boolean {
    return key !== undefined && this.#brought.has(key);
  }

  claim(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    return this.#claims.claim(wanted);
  }

  sending(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    return this.#claims.sending(wanted);
  }

  notSent(keys: readonly string[]): void {
    this.#claims.notSent(keys);
  }

  doubtful(wanted: readonly Wanted[], why: string, seconds?: number): Promise<void> {
    return this.#claims.doubtful(wanted, why, seconds);
  }

  release(wanted: readonly Wanted[]): Promise<void> {
    return this.#claims.release(wanted);
  }

  async settle(failed: ReadonlySet<string>): Promise<void> {
    await this.offer();
    await this.#claims.releaseUnused(failed);
  }

  async offer(): Promise<void> {
    await this.#access.forEach(await this.#outbox.keys(), (key) => this.#offerOne(key));
  }

  async #offerOne(key: string): Promise<void> {
    if (this.#access.isPaused()) return;
    const own = await this.#readOwn(key);
    // Another process may be keeping it this moment.
    if (own === undefined) return;
    if (!this.#isReadOnly) {
      const { result, picture } = own;
      const outcome = await this.#access.remote.put(key, packEnvelope(result, picture));
      if (outcome.kind === 'unavailable') {
        this.#access.pause(outcome.why);
        return;
      }
      if (outcome.kind === 'read-only') this.#isReadOnly = true;
      await this.#claims.shared(key);
    }
    await this.#outbox.remove(key);
  }

  /** Undefined if it is not here, or damaged: one result must not keep the others from being shared. */
  async #readOwn(key: string): Promise<Unpacked | undefined> {
    try {
      const result = await this.#local.findEntry(key);
      if (result === undefined) return undefined;
      const picture = result.kind === 'generated' ? await this.#local.readPicture(result.picture) : undefined;
      return { result, picture };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#access.warn(`It is not offered to the shared store: ${error.message}`);
      return undefined;
    }
  }
}
