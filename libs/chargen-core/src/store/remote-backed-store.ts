import { unreachable } from '../util/unreachable.js';
import { askedKey, attemptKey, MAX_ANSWERS } from './asked-index.js';
import { Claims, type ClaimsOptions } from './claims.js';
import { Outbox } from './outbox.js';
import { RemoteAccess, type RemoteAccessOptions } from './remote-access.js';
import { packEnvelope, unpackEnvelope, type Unpacked } from './remote-envelope.js';
import type { RemoteFault } from './remote-store.js';
import { ResultStore, StoreError } from './result-store.js';
import type { Claimed, Unshared, Wanted } from './sharing.js';
import type { PictureName, Store } from './store.js';
import type { AskedEntry, StoredResult } from './stored-result.js';

export interface RemoteBackedOptions extends RemoteAccessOptions {
  /** Of the local store. */
  readonly folder: string;
  readonly claims: ClaimsOptions;
}

/**
 * The store of this clone with a shared one behind it. Everything works on the local store; the shared one is
 * asked for what would have to be paid otherwise, and offered what was paid for here. What could not be offered is
 * offered by a later run.
 */
export class RemoteBackedStore implements Store {
  readonly #local: ResultStore;
  /** The same, for what comes from the shared store with its entry: neither is offered again. */
  readonly #fromShared: ResultStore;
  readonly #access: RemoteAccess;
  readonly #claims: Claims;
  readonly #outbox: Outbox;
  readonly #asked = new Set<string>();
  readonly #brought = new Set<string>();
  /** Why this machine may not write. */
  #readOnly: string | undefined;

  constructor(options: RemoteBackedOptions) {
    // Also the entries beside the results are shared, so that other versions find the answer.
    this.#local = new ResultStore(options.folder, async ({ key }) => {
      await this.#outbox.add(key);
    });
    this.#fromShared = new ResultStore(options.folder);
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
    if (toAsk.length === 0 || this.#access.obstacle !== undefined) return 0;
    const listed = await this.#access.remote.present([...new Set(toAsk.flatMap(lookedUpAt))]);
    if (listed.kind !== 'listed') {
      this.#whenFaulty(listed);
      return 0;
    }
    this.#access.answers();
    const came = await this.#access.forEach(toAsk, (one) => this.#bringWanted(one, listed.found));
    return came.filter(Boolean).length;
  }

  async #bringWanted({ key, asked }: Wanted, present: ReadonlySet<string>): Promise<boolean> {
    const { attempt = 1 } = asked ?? {};
    // A machine that died in between may have shared an answer and not its entry.
    const isIndexed = asked !== undefined && present.has(askedKey(asked.digest, 0));
    const bring = (address: string): Promise<boolean> =>
      present.has(address) ? this.#bringOne(address, isIndexed) : this.#isAbsent(address);
    let hasCome = await bring(key);
    if (attempt > 1) hasCome = (await bring(attemptKey(key, attempt))) || hasCome;
    else if (hasCome) return true;
    for (let n = 0; asked !== undefined && n < MAX_ANSWERS; n += 1) {
      const entryKey = askedKey(asked.digest, n);
      // Only the first of them was looked up: for most there is no other.
      if (n === 0) await bring(entryKey);
      else await this.#bringOne(entryKey);
      const entry = await this.#local.findEntry(entryKey);
      if (entry?.kind !== 'asked') break;
      if (!this.#asked.has(entry.of) && (await this.#bringOne(entry.of))) hasCome = true;
    }
    return hasCome;
  }

  #isAbsent(address: string): Promise<false> {
    this.#asked.add(address);
    this.#claims.isUseless(address);
    return Promise.resolve(false);
  }

  async #bringOne(key: string, isIndexed = false): Promise<boolean> {
    if (this.#access.obstacle !== undefined) return false;
    const got = await this.#access.remote.get(key);
    switch (got.kind) {
      case 'unavailable':
      case 'denied':
        this.#whenFaulty(got);
        return false;
      case 'absent':
        return this.#isAbsent(key);
      case 'found': {
        this.#asked.add(key);
        const outcome = unpackEnvelope(key, got.envelope);
        if (outcome.kind === 'unpacked') return this.#keepBrought(outcome.unpacked, isIndexed);
        const { name } = this.#access.remote;
        // It is an answer: taken for useless, it would be bought again.
        if (outcome.kind === 'newer')
          throw new StoreError(`The answer to ${key} in the shared store ${name} ${outcome.why}.`);
        this.#access.warn(`What the shared store ${name} holds for ${key} is not used: ${outcome.why}.`);
        this.#claims.isUseless(key);
        return false;
      }
      default:
        return unreachable(got);
    }
  }

  #whenFaulty({ kind, why }: RemoteFault): void {
    if (kind === 'denied') this.#access.giveUp(why);
    else this.#access.pause(why);
  }

  async #keepBrought({ result: entry, picture }: Unpacked, isIndexed: boolean): Promise<boolean> {
    const store = isIndexed ? this.#fromShared : this.#local;
    if (entry.kind === 'asked') {
      await store.keepEntry(entry);
      return false;
    }
    const result = entry.kind === 'attempt' ? entry.refusal : entry;
    await this.#claims.arrived(result.key);
    const isNew = await store.keep(result, picture);
    if (isNew) this.#brought.add(result.key);
    return isNew;
  }

  isBrought(key: string | undefined): boolean {
    return key !== undefined && this.#brought.has(key);
  }

  claim(wanted: readonly Wanted[]): Promise<Claimed> {
    return this.#claims.claim(wanted);
  }

  sending(wanted: readonly Wanted[]): Promise<Claimed> {
    return this.#claims.sending(wanted);
  }

  notSent(wanted: readonly Wanted[]): Promise<void> {
    return this.#claims.notSent(wanted);
  }

  doubtful(wanted: readonly Wanted[], why: string, seconds?: number): Promise<void> {
    return this.#claims.doubtful(wanted, why, seconds);
  }

  release(wanted: readonly Wanted[]): Promise<void> {
    return this.#claims.release(wanted);
  }

  settle(failed: readonly Wanted[]): Promise<void> {
    return this.#claims.settle(failed);
  }

  async offer(): Promise<Unshared | undefined> {
    const [first, ...others] = await this.#outbox.keys();
    // After a failure one alone, so that a store that never answers costs the time of one request.
    if (first !== undefined && this.#access.trouble !== undefined) await this.#offerOne(first);
    else if (first !== undefined) others.push(first);
    await this.#access.forEach(others, (key) => this.#offerOne(key));
    const left = await this.#outbox.keys();
    const obstacle = this.#access.trouble;
    const why = this.#readOnly ?? obstacle?.why;
    if (why === undefined || left.size === 0) return undefined;
    const mayPass = this.#readOnly === undefined && obstacle?.kind === 'passing';
    const answers = await this.#resultsAmong(left);
    return { answers, why, retryInMs: mayPass ? this.#access.retryInMs : undefined };
  }

  /** Entries beside the results are no answers. */
  async #resultsAmong(keys: ReadonlySet<string>): Promise<number> {
    let answers = 0;
    for (const key of keys) {
      const result = await this.#local.find(key).catch(() => undefined);
      if (result !== undefined) answers += 1;
    }
    return answers;
  }

  async #offerOne(key: string): Promise<void> {
    if (this.#access.obstacle !== undefined || this.#readOnly !== undefined) return;
    const own = await this.#readOwn(key);
    // Another process may be keeping it this moment.
    if (own === undefined) return;
    const { result, picture } = own;
    const outcome = await this.#access.remote.put(key, packEnvelope(result, picture));
    switch (outcome.kind) {
      case 'unavailable':
      case 'denied':
        this.#whenFaulty(outcome);
        return;
      case 'read-only':
        // The note stays: it is offered as soon as this machine may write.
        this.#readOnly = outcome.why;
        return;
      case 'rejected':
        this.#access.warn(
          `The shared store ${this.#access.remote.name} does not take ${key}: ${outcome.why}.`,
        );
        return;
      case 'stored':
      case 'exists':
        this.#access.answers();
        await this.#claims.shared(key);
        await this.#outbox.remove(key);
        return;
      default:
        return unreachable(outcome);
    }
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

/** Where the answer to an item may lie: at its key, at that of a later attempt, and where what was asked for leads to. */
function lookedUpAt({ key, asked }: Wanted): readonly string[] {
  if (asked === undefined) return [key];
  const { attempt = 1 } = asked;
  return [key, ...(attempt > 1 ? [attemptKey(key, attempt)] : []), askedKey(asked.digest, 0)];
}
