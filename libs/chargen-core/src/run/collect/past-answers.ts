import type { ChargenSettings } from '../../plan/index.js';
import type { Store } from '../../store/index.js';
import { collectAgain } from './collect.js';
import type { CollectContext } from './ended-job.js';
import type { RunListener } from '../events.js';
import { hasResults } from './fetch-results.js';
import { readableItems, unlessDamaged } from '../journal/readable-states.js';
import { RunDirectories, type RunDirectory } from '../journal/run-directory.js';
import type { PlanItem, RunKind } from '../journal/run-state.js';
import type { TextReader } from './text-reader.js';

export interface PastAnswersOptions {
  /** Absolute: `.chargen/batch`. */
  readonly batchFolder: string;
  readonly kind: RunKind;
  readonly store: Store;
  readonly settings: ChargenSettings;
  readonly readText: TextReader;
  readonly listener: RunListener;
}

/**
 * Answers that came to this machine and that the store has lost: it was deleted, or one of its files. The result
 * files of old runs may still hold them, so they are looked for there before they are paid for again.
 */
export class PastAnswers {
  readonly #options: PastAnswersOptions;
  readonly #runs: RunDirectories;
  readonly #looked = new Set<string>();
  readonly #brought = new Set<string>();

  constructor(options: PastAnswersOptions) {
    this.#options = options;
    this.#runs = new RunDirectories(options.batchFolder);
  }

  /**
   * Puts into the store what old result files hold of these keys; answers how many came. A key is looked for once. A
   * file is read only if the state of its run lists one of them.
   */
  async bring(keys: readonly string[]): Promise<number> {
    const missing = new Set<string>();
    for (const key of keys) {
      if (this.#looked.has(key)) continue;
      this.#looked.add(key);
      // A refusal that is there is asked again on purpose: its old line is no new answer.
      if ((await this.#options.store.find(key)) === undefined) missing.add(key);
    }
    if (missing.size === 0) return 0;
    const all = missing.size;
    // The newest first: a scene that was refused and then asked again came later.
    for (const id of (await this.#runs.list()).reverse()) {
      if (missing.size === 0) break;
      for (const key of await this.#bringFrom(this.#runs.directory(id), missing)) {
        missing.delete(key);
        this.#brought.add(key);
      }
    }
    return all - missing.size;
  }

  /** Whether an answer was paid for by an old run, and taken from there by this call. */
  has(key: string | undefined): boolean {
    return key !== undefined && this.#brought.has(key);
  }

  async #bringFrom(directory: RunDirectory, missing: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const { kind, listener } = this.#options;
    const came = new Set<string>();
    const state = await unlessDamaged(directory.readState());
    if (state?.kind !== kind) return came;
    // It was reported when it failed; reading its line again would report the same.
    const failed = new Set(state.failures.map((failure) => failure.key));
    let items: ReadonlyMap<string, PlanItem> | undefined;
    for (const job of [...state.jobs].reverse()) {
      const keys = job.keys.filter((key) => missing.has(key) && !failed.has(key) && !came.has(key));
      if (job.stage !== 'collected' || keys.length === 0) continue;
      if (!(await hasResults(directory.resultsPath(job.n)))) continue;
      items ??= await readableItems(directory);
      const found = await collectAgain(this.#context, { directory, state, job, items }, new Set(keys));
      if (found.size === 0) continue;
      for (const key of found) came.add(key);
      listener({
        kind: 'warning',
        message:
          `The store had lost ${found.size} ${found.size === 1 ? 'answer' : 'answers'} that ` +
          `results-${job.n}.jsonl of the run ${state.runId} still holds. Nothing is paid for them again.`,
      });
    }
    return came;
  }

  get #context(): CollectContext {
    const { store, settings, listener, readText } = this.#options;
    return { store, settings, listener, readText, attempts: () => 0 };
  }
}
