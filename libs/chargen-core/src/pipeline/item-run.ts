import { PastAnswers, runEngine, type EngineOutcome, type Work } from '../run/index.js';
import { StoreError, type Wanted } from '../store/index.js';
import { atOnce } from '../util/at-once.js';
import { collectGarbage } from '../util/collect-garbage.js';
import type { Failure, ItemKind, LayOutcome, PlanRound, Subject, Tracked } from './item-kind.js';
import { pullCommand, pullPictures } from './lfs.js';
import type { GenerateOptions } from './options.js';
import { batchFolderOf, type Tools } from './tools.js';

export type ItemRunOptions = GenerateOptions & Tools;

function selectionOf({ selection, chosen, world }: ItemRunOptions): readonly string[] {
  if (selection !== undefined) return selection.names;
  return chosen.length === world.entities.length ? [] : chosen.map(({ id }) => id);
}

/**
 * Plans, lays and requests the subjects of one kind, and knows how each of them stands. Planning and laying
 * alternate: what is laid can give keys to others, and what has changed is planned again, and nothing else.
 */
export class ItemRun<P> {
  readonly #kind: ItemKind<P>;
  readonly #options: ItemRunOptions;
  readonly #tracked = new Map<string, Tracked<P>>();
  readonly #past: PastAnswers;
  #round: PlanRound<P>;
  /** Whether time has passed since everything was planned: something was laid, or waited for. */
  #hasLaid = false;
  /** What the last work asked for: a result of it changes a plan. */
  #asked: readonly Wanted[] = [];
  /** How many answers to what people asked for there were when it was planned, by digest. */
  readonly #answers = new Map<string, number>();

  constructor(kind: ItemKind<P>, options: ItemRunOptions) {
    this.#kind = kind;
    this.#options = options;
    this.#round = kind.round(this.#tracked);
    this.#past = new PastAnswers({
      batchFolder: batchFolderOf(options),
      kind: kind.target,
      store: options.store,
      settings: options.settings,
      readText: kind.readPastText,
      listener: options.listener,
    });
  }

  get tracked(): ReadonlyMap<string, Tracked<P>> {
    return this.#tracked;
  }

  /** Plans everything and lays what was paid for before. Google is not asked. */
  async prepare(): Promise<Work> {
    await this.#planAndLay(new Set(this.#kind.subjects.map((one) => one.name)));
    await this.#fetchPointers();
    for (;;) {
      const work = await this.#wanted();
      const came = await this.#options.store.bring(work.items);
      if (came === 0) return work;
    }
  }

  /** Has made what is missing, and lays it, as long as the control allows. `onLaid` after each part that came. */
  async request(onLaid: () => Promise<void>): Promise<EngineOutcome> {
    const { workspaceRoot, nxTarget, takes, settings, store, openDoor, listener, signal, clock, control } =
      this.#options;
    const kind = this.#kind;
    this.#hasLaid = true;
    const outcome = await runEngine({
      workspaceRoot,
      batchFolder: batchFolderOf(this.#options),
      kind: kind.target,
      nxTarget,
      settings,
      selection: selectionOf(this.#options),
      takes,
      store,
      openDoor,
      plan: () => this.#wanted(),
      onCollected: async () => {
        await this.#layNew();
        await onLaid();
      },
      delivered: () => kind.delivered(this.#tracked),
      listener,
      signal,
      clock,
      ...control,
      pay: this.#options.pay ?? { kind: 'batch' },
      readText: kind.readText,
    });
    await this.#layNew();
    return outcome;
  }

  /** What is to be paid for, after every result was found that the store or the results of old runs have. */
  async #wanted(): Promise<Work> {
    for (;;) {
      await this.#layNew();
      const work = await this.#round.work(this.#tracked);
      this.#asked = work.items;
      for (const { asked } of work.items) {
        // Scenes of other entities, which this run makes for others to show.
        if (asked !== undefined && !this.#answers.has(asked.digest)) await this.#noteAnswers(asked.digest);
      }
      if ((await this.#past.bring(work.items.map((item) => item.key))) === 0) return work;
    }
  }

  /** Lays what came into the store since the last look, and plans what that changes. */
  async #layNew(): Promise<void> {
    const arrived = new Set<string>();
    for (const { key, asked } of [...this.#open(), ...this.#asked]) {
      if (arrived.has(key)) continue;
      if ((await this.#isInStore(key)) || (await this.#isAnswered(asked?.digest))) arrived.add(key);
    }
    if (arrived.size === 0) return;
    const names = new Set<string>();
    for (const [name, { planned }] of this.#tracked) {
      const { key, standing, shows } = this.#kind.facts(planned);
      if (standing !== 'open') continue;
      // What a run has made for another entity is known by its key alone.
      const isAffected = key === undefined ? shows.some((one) => !this.#tracked.has(one)) : arrived.has(key);
      if (isAffected) names.add(name);
    }
    await this.#planAndLay(names);
  }

  *#open(): Iterable<Wanted> {
    for (const { planned } of this.#tracked.values()) {
      const { key, asked, standing } = this.#kind.facts(planned);
      if (standing !== 'open' || key === undefined) continue;
      yield { key, asked: asked === undefined ? undefined : { digest: asked } };
    }
  }

  async #noteAnswers(digest: string | undefined): Promise<void> {
    if (digest === undefined) return;
    this.#answers.set(digest, (await this.#options.store.answersTo(digest)).length);
  }

  /** Whether an answer to what people asked for has come since it was planned, in any version's words. */
  async #isAnswered(digest: string | undefined): Promise<boolean> {
    if (digest === undefined) return false;
    const { length } = await this.#options.store.answersTo(digest);
    return length > (this.#answers.get(digest) ?? 0);
  }

  async #isInStore(key: string): Promise<boolean> {
    try {
      return (await this.#options.store.find(key)) !== undefined;
    } catch (error) {
      // A damaged result stops its scene, which the plan shows.
      if (error instanceof StoreError) return true;
      throw error;
    }
  }

  /** Plans these subjects and lays them, then those that show what has changed, until nothing changes any more. */
  async #planAndLay(names: ReadonlySet<string>): Promise<void> {
    let next = names;
    while (next.size > 0) {
      const now = next;
      this.#round = this.#kind.round(this.#tracked);
      // The last round, with all that it has planned, is needed no more.
      collectGarbage();
      const changed = await this.#planAll(now);
      const laid = await this.#layAll(now);
      // Those of this round were planned together, so they know of each other's changes, but not of what was laid.
      const others = [...this.#showing(changed)].filter((name) => !now.has(name));
      next = new Set([...this.#showing(laid), ...others]);
    }
  }

  /** Answers those that stand elsewhere than before. */
  async #planAll(names: ReadonlySet<string>): Promise<Set<string>> {
    const changed = new Set<string>();
    for (const subject of this.#kind.subjects) {
      const { name } = subject;
      if (!names.has(name)) continue;
      const planned = await this.#round.plan(name);
      const { key, asked, standing } = this.#kind.facts(planned);
      if (standing === 'open') await this.#noteAnswers(asked);
      const tracked = this.#tracked.get(name);
      if (tracked === undefined) {
        this.#tracked.set(name, { subject, origin: standing, planned, warnings: [], failure: undefined });
        continue;
      }
      const before = this.#kind.facts(tracked.planned);
      if (before.standing !== standing || before.key !== key) changed.add(name);
      tracked.planned = planned;
      collectGarbage();
      const wasPaidBefore = this.#past.has(key) || this.#options.store.isBrought(key);
      if (wasPaidBefore) tracked.origin = 'stored';
    }
    return changed;
  }

  /**
   * Answers those whose files changed. Several at once: most of the time is spent waiting for the disk. The files of
   * one subject are written one after the other.
   */
  async #layAll(names: ReadonlySet<string>): Promise<Set<string>> {
    const laid = new Set<string>();
    await atOnce(names, async (name) => {
      const tracked = this.#tracked.get(name);
      if (tracked === undefined || tracked.failure !== undefined) return;
      if (this.#kind.facts(tracked.planned).standing === 'open') {
        tracked.failure = await this.#kind.obstacle(tracked.planned);
        return;
      }
      const outcome = await this.#lay(tracked.planned);
      if (outcome.kind === 'failed') tracked.failure = outcome.failure;
      if (outcome.kind !== 'laid') return;
      tracked.planned = outcome.planned;
      tracked.warnings = outcome.warnings;
      laid.add(name);
      collectGarbage();
    });
    this.#hasLaid ||= laid.size > 0;
    return laid;
  }

  /**
   * Plans again what is settled and whose file an author has changed since. Called before it is reported, so that no
   * cache takes an author's bytes for a result. `isReported` marks what is already reported, for which it is too late.
   */
  async lookAgain(isReported: (subject: Subject) => boolean): Promise<void> {
    // Everything was planned a moment ago.
    if (!this.#hasLaid) return;
    const changed = new Set<string>();
    await atOnce(this.#tracked, async ([name, { subject, planned, failure }]) => {
      if (failure !== undefined || isReported(subject)) return;
      if (this.#kind.facts(planned).standing !== 'settled') return;
      if (!(await this.#kind.isIntact(planned))) changed.add(name);
    });
    if (changed.size > 0) await this.#planAndLay(changed);
  }

  async #lay(planned: P): Promise<LayOutcome<P>> {
    try {
      return await this.#kind.lay(planned);
    } catch (error) {
      const what = this.#kind.target === 'generate' ? 'picture' : 'analysis';
      const failure: Failure = {
        kind: 'failed',
        class: 'not-written',
        message: `The ${what} could not be written: ${error instanceof Error ? error.message : String(error)}`,
        advice:
          'It is safe in the store. Remove the cause, then run the same command again; nothing is paid for twice.',
      };
      return { kind: 'failed', failure };
    }
  }

  /** Subjects that are to be made and show one of these. */
  #showing(names: ReadonlySet<string>): Set<string> {
    const found = new Set<string>();
    for (const [name, { planned }] of this.#tracked) {
      const { standing, shows } = this.#kind.facts(planned);
      if (standing === 'open' && shows.some((one) => names.has(one))) found.add(name);
    }
    return found;
  }

  /** A Git LFS pointer is neither uploaded as a picture nor given to Nx as one. */
  async #fetchPointers(): Promise<void> {
    const { workspaceRoot, digests } = this.#options;
    const pointersOf = ({ planned, failure }: Tracked<P>): readonly string[] =>
      failure === undefined ? this.#kind.facts(planned).pointers : [];
    const affected = [...this.#tracked.values()].filter((one) => pointersOf(one).length > 0);
    const paths = [...new Set(affected.flatMap(pointersOf))];
    if (paths.length === 0) return;
    const outcome = await pullPictures(workspaceRoot, paths);
    for (const path of paths) digests.forget(path);
    await this.#planAndLay(new Set(affected.map((one) => one.subject.name)));
    const why = outcome.kind === 'failed' ? outcome.why : 'it did not bring them';
    for (const tracked of affected) {
      const missing = pointersOf(tracked);
      if (missing.length === 0) continue;
      tracked.failure = {
        kind: 'failed',
        class: 'lfs-pointer',
        message: `${missing.join(', ')}: only the Git LFS pointer is here, and git lfs pull failed (${why}).`,
        advice: `Fetch the picture with: ${pullCommand(missing)}`,
      };
    }
  }
}
