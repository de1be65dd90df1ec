import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { exists } from '../util/exists.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { isMissing } from '../util/fs-error.js';
import { unreachable } from '../util/unreachable.js';
import { packEnvelope, unpackEnvelope, type Unpacked } from './remote-envelope.js';
import type { Claimant, ClaimHolder, RemoteStore } from './remote-store.js';
import { ResultStore, StoreError } from './result-store.js';
import { askedKey, MAX_ANSWERS } from './asked-index.js';
import type { Wanted } from './sharing.js';
import type { AskedEntry, StoredResult } from './stored-result.js';
import { namesIn } from '../util/names-in.js';

/** From the claim to the job at Google: uploads of many references over a slow line take their time. */
const CLAIM_SECONDS = 30 * 60;

/** A job that Google has may take 48 hours; then it has expired there, and nobody was billed. */
const SUBMITTED_SECONDS = 50 * 3600;

/** How long a shared store that did not answer is left alone. */
const PAUSE_MS = 60_000;

const PARALLEL = 8;

const OUTBOX = 'to-share';

export interface RemoteBackedOptions {
  readonly folder: string;
  readonly remote: RemoteStore;
  /** False: nothing is claimed, and nobody's claims are waited for. */
  readonly claims: boolean;
  readonly now: () => number;
  /** Told once for each thing that went wrong. */
  readonly warn: (message: string) => void;
}

/** Content keys of the results of a store that the shared one is still to be given. */
export async function waitingForShared(storeFolder: string): Promise<ReadonlySet<string>> {
  const names = await namesIn(join(storeFolder, OUTBOX));
  return new Set(names.filter((name) => /^[0-9a-f]{64}$/.test(name)));
}

/**
 * The store of this clone with a shared one behind it. Everything works on the local store; the shared one is
 * asked for what would have to be paid otherwise, and offered what was paid for here. It being down, slow,
 * full or damaged is a warning and never more. What could not be offered is offered by a later run.
 */
export class RemoteBackedStore extends ResultStore {
  readonly #options: RemoteBackedOptions;
  readonly #limit = pLimit(PARALLEL);
  readonly #asked = new Set<string>();
  readonly #brought = new Set<string>();
  readonly #answered = new Set<string>();
  readonly #claimed = new Set<string>();
  readonly #submitted = new Set<string>();
  /** By content key: the key under which an answer to what people asked for is indexed and claimed. */
  readonly #asks = new Map<string, string>();
  readonly #askedKeys = new Set<string>();
  #held: ReadonlyMap<string, ClaimHolder> = new Map();
  readonly #warned = new Set<string>();
  #claimant: Promise<Claimant> | undefined;
  #pausedUntil = 0;
  #isReadOnly = false;
  #cannotClaim = false;

  constructor(options: RemoteBackedOptions) {
    super(options.folder);
    this.#options = options;
    this.#cannotClaim = !options.claims;
  }

  /** Also notes, durably, that the shared store is to have it. */
  override async keep(result: StoredResult, picture?: Uint8Array): Promise<boolean> {
    // Before the result: after a crash in between, nobody would ever be offered what was paid for here.
    const note = join(this.#outbox, result.key);
    const wasNoted = await exists(note);
    if (!wasNoted) await writeFileAtomic(note, '', this.scratch);
    const isNew = await super.keep(result, picture);
    if (!isNew && !wasNoted) await rm(note, { force: true });
    if (isNew && result.kind === 'refused') await this.noteRefusal(result.key);
    return isNew;
  }

  /**
   * Brings results into the local store; returns how many came. A key is asked for once, and again while another
   * machine holds a claim on it.
   */
  override async bring(wanted: readonly Wanted[]): Promise<number> {
    const open = wanted.filter(({ key }) => !this.#asked.has(key) || this.#held.has(key));
    const came = await Promise.all(open.map((one) => this.#limit(() => this.#bringWanted(one))));
    return came.filter(Boolean).length;
  }

  async #bringWanted({ key, asked }: Wanted): Promise<boolean> {
    if (await this.#bringOne(key)) return true;
    let hasCome = false;
    for (let n = 0; asked !== undefined && n < MAX_ANSWERS; n += 1) {
      const entryKey = askedKey(asked.digest, n);
      await this.#bringOne(entryKey);
      const entry = await this.findEntry(entryKey);
      if (entry?.kind !== 'asked') break;
      if (!this.#asked.has(entry.of) && (await this.#bringOne(entry.of))) hasCome = true;
    }
    return hasCome;
  }

  /** Also notes, durably, that the shared store is to have it. */
  protected override async keepAsked(entry: AskedEntry): Promise<void> {
    await writeFileAtomic(join(this.#outbox, entry.key), '', this.scratch);
    await super.keepAsked(entry);
  }

  /** Whether a result was paid for by another machine and came to this one just now. */
  override isBrought(key: string | undefined): boolean {
    return key !== undefined && this.#brought.has(key);
  }

  async #bringOne(key: string): Promise<boolean> {
    if (this.#isPaused()) return false;
    const got = await this.#options.remote.get(key);
    switch (got.kind) {
      case 'unavailable':
        this.#pause(got.why);
        return false;
      case 'absent':
        this.#asked.add(key);
        return false;
      case 'found': {
        this.#asked.add(key);
        const outcome = unpackEnvelope(key, got.envelope);
        if (outcome.kind === 'damaged') {
          this.#warn(
            `What the shared store ${this.#options.remote.name} holds for ${key} is not used: ${outcome.why}.`,
          );
          return false;
        }
        const { result, picture } = outcome.unpacked;
        if (result.kind === 'asked') {
          await super.keepAsked(result);
          return false;
        }
        if (result.kind === 'refused' && (await this.knewRefusal(key))) return false;
        this.#held = new Map([...this.#held].filter(([one]) => one !== key));
        const isNew = await super.keep(result, picture);
        if (isNew) this.#brought.add(key);
        if (isNew && result.kind === 'refused') await this.noteRefusal(key);
        return isNew;
      }
      default:
        return unreachable(got);
    }
  }

  /**
   * Says to the others that these keys are about to be paid for. Answers those that another machine was quicker
   * with: they are to be waited for. Where nothing can be claimed, nothing is held.
   */
  override async claim(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    for (const { key, asked } of wanted) {
      if (asked === undefined) continue;
      this.#asks.set(key, askedKey(asked.digest, 0));
      this.#askedKeys.add(askedKey(asked.digest, 0));
    }
    const keys = wanted.map((one) => one.key);
    const held = await this.#claimAll(keys, CLAIM_SECONDS);
    this.#held = held;
    return held;
  }

  async #claimAll(
    keys: readonly string[],
    seconds: number,
    note?: string,
  ): Promise<Map<string, ClaimHolder>> {
    const held = new Map<string, ClaimHolder>();
    await Promise.all(
      keys.map((key) =>
        this.#limit(async () => {
          const asked = this.#asks.get(key);
          const holder =
            (await this.#claimOne(key, seconds, note)) ??
            // Another version asks for the same under another key.
            (asked === undefined ? undefined : await this.#claimOne(asked, seconds, note));
          if (holder !== undefined) held.set(key, holder);
        }),
      ),
    );
    return held;
  }

  async #claimOne(key: string, seconds: number, note: string | undefined): Promise<ClaimHolder | undefined> {
    if (this.#isPaused() || this.#cannotClaim) return undefined;
    const { remote, now } = this.#options;
    const me = await this.#whoAmI();
    const claimant = note === undefined ? me : { ...me, label: `${me.label} (${note})` };
    const outcome = await remote.claim(key, claimant, seconds);
    switch (outcome.kind) {
      case 'granted':
        // The claim on what was asked for lasts as long as that on its key.
        if (!this.#askedKeys.has(key)) this.#claimed.add(key);
        return undefined;
      case 'held':
        return outcome.holder;
      case 'answered':
        // Held by its result, which the next bring has; one that cannot be used is waited for no second time.
        if (this.#answered.has(key)) return undefined;
        this.#answered.add(key);
        return { label: remote.name, until: now() };
      case 'unsupported':
        this.#cannotClaim = true;
        return undefined;
      case 'unavailable':
        this.#pause(outcome.why);
        return undefined;
      default:
        return unreachable(outcome);
    }
  }

  /**
   * Google is about to be asked for them: from here on the claims last as long as a job may, whatever becomes of this
   * process and of the answer. Answers those that another machine has claimed since: they must not be asked for.
   */
  override async sending(keys: readonly string[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    const held = await this.#claimAll(keys, SUBMITTED_SECONDS);
    for (const key of keys) if (this.#claimed.has(key)) this.#submitted.add(key);
    if (held.size > 0) this.notSent(keys);
    this.#held = new Map([...this.#held, ...held]);
    return held;
  }

  /** Google has not taken them: their claims are given back when the run ends. */
  override notSent(keys: readonly string[]): void {
    for (const key of keys) this.#submitted.delete(key);
  }

  override async doubtful(
    keys: readonly string[],
    why: string,
    seconds: number = SUBMITTED_SECONDS,
  ): Promise<void> {
    await this.#claimAll(keys, seconds, why);
  }

  override async release(keys: readonly string[]): Promise<void> {
    if (this.#isPaused() || this.#cannotClaim) return;
    const claimant = await this.#whoAmI();
    const all = keys.flatMap((key) => [key, this.#asks.get(key) ?? []].flat());
    await Promise.all(all.map((key) => this.#limit(() => this.#options.remote.release(key, claimant))));
    for (const key of keys) {
      this.#claimed.delete(key);
      this.#submitted.delete(key);
    }
  }

  /**
   * Offers what was kept, and gives back the claims on what was not submitted or came to nothing. Called at a
   * run's end. A claim on what Google works on stays.
   */
  override async settle(failed: ReadonlySet<string>): Promise<void> {
    await this.offer();
    const free = [...this.#claimed].filter((key) => !this.#submitted.has(key) || failed.has(key));
    if (free.length > 0) await this.release(free);
  }

  /** Gives the shared store what it is still to have. */
  override async offer(): Promise<void> {
    const keys = await waitingForShared(this.folder);
    await Promise.all([...keys].map((key) => this.#limit(() => this.#offerOne(key))));
  }

  async #offerOne(key: string): Promise<void> {
    if (this.#isPaused()) return;
    const own = await this.#readOwn(key);
    // Another process may be keeping it this moment.
    if (own === undefined) return;
    if (!this.#isReadOnly) {
      const { result, picture } = own;
      const outcome = await this.#options.remote.put(key, packEnvelope(result, picture));
      if (outcome.kind === 'unavailable') {
        this.#pause(outcome.why);
        return;
      }
      if (outcome.kind === 'read-only') this.#isReadOnly = true;
      this.#claimed.delete(key);
      // Only a picture is indexed by what was asked for, and so ends the claim on that by itself.
      if (result.kind === 'refused' && result.asked !== undefined) {
        await this.#options.remote.release(askedKey(result.asked, 0), await this.#whoAmI());
      }
    }
    await rm(join(this.#outbox, key), { force: true });
  }

  /** Undefined where it is not here, or damaged: one result must not keep the others from being shared. */
  async #readOwn(key: string): Promise<Unpacked | undefined> {
    try {
      const result = await this.findEntry(key);
      if (result === undefined) return undefined;
      const picture = result.kind === 'generated' ? await this.readPicture(result.picture) : undefined;
      return { result, picture };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#warn(`It is not offered to the shared store: ${error.message}`);
      return undefined;
    }
  }

  get #outbox(): string {
    return join(this.folder, OUTBOX);
  }

  /** Found out once: keys are claimed side by side, and each would else make a name of its own for this clone. */
  #whoAmI(): Promise<Claimant> {
    this.#claimant ??= this.#identify();
    return this.#claimant;
  }

  async #identify(): Promise<Claimant> {
    const path = join(this.folder, 'claimant');
    let id: string;
    try {
      id = (await readFile(path, 'utf8')).trim();
    } catch (error) {
      if (!isMissing(error)) throw error;
      await mkdir(this.folder, { recursive: true });
      id = randomUUID();
      await writeFileAtomic(path, `${id}\n`, this.scratch);
    }
    return { id, label: hostname() };
  }

  #isPaused(): boolean {
    return this.#options.now() < this.#pausedUntil;
  }

  #pause(why: string): void {
    this.#pausedUntil = this.#options.now() + PAUSE_MS;
    this.#warn(
      `The shared store ${this.#options.remote.name} cannot be used now (${why}). The run goes on without it: ` +
        'two machines that ask for the same picture at once could both pay for it. What is made here is offered later.',
    );
  }

  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.warn(message);
  }
}
