import {
  requestText,
  sceneOfItem,
  wordDiff,
  type CanonicalRequest,
  type Recipe,
  type ResultStore,
  type StoredResult,
  pathFrom,
} from 'chargen-core';
import type { VersionView } from '../model.js';
import type { Shelf } from '../pictures/shelf.js';
import { plannedItems, reportedScenes, type PastRun } from './runs.js';

/** What a scene has now, as opposed to what it had. */
export interface Present {
  readonly recipe: Recipe | undefined;
  /** What an author noted for a rejected take, by take. */
  readonly notes: ReadonlyMap<number, string>;
}

/**
 * The pictures that scenes had before, as far as this machine's runs and store know them: a run names the key that a
 * scene had, and the store holds what became of the key.
 */
export class History {
  readonly #keys = new Map<string, Map<string, PastRun[]>>();
  readonly #plans = new Map<string, ReturnType<typeof plannedItems>>();

  private constructor(
    readonly workspaceRoot: string,
    readonly store: ResultStore,
    readonly shelf: Shelf,
  ) {}

  static async open(
    workspaceRoot: string,
    store: ResultStore,
    shelf: Shelf,
    runs: readonly PastRun[],
  ): Promise<History> {
    const history = new History(workspaceRoot, store, shelf);
    for (const run of runs) {
      if (run.report === undefined) {
        for (const { name, key } of (await plannedItems(run.directory)).values()) {
          history.#add(sceneOfItem(name), key, run);
        }
      } else if (run.report.mode === 'real' && run.report.target === 'generate') {
        for (const { scene, key } of reportedScenes(run.report)) {
          if (key !== undefined) history.#add(scene, key, run);
        }
      }
    }
    return history;
  }

  #add(scene: string, key: string, run: PastRun): void {
    const keys = this.#keys.get(scene) ?? new Map<string, PastRun[]>();
    keys.set(key, [...(keys.get(key) ?? []), run]);
    this.#keys.set(scene, keys);
  }

  /** All versions of a scene's picture, oldest first. */
  async versionsOf(scene: string, present: Present): Promise<VersionView[]> {
    const versions: VersionView[] = [];
    const { recipe } = present;
    for (const [key, runs] of this.#keys.get(scene) ?? []) {
      if (key === recipe?.key) continue;
      const stored = await this.#find(key);
      if (stored === undefined || stored.kind === 'analyzed') continue;
      versions.push(await this.#version(stored, await this.#request(key, runs), present));
    }
    if (recipe !== undefined) versions.push(await this.#current(recipe, present));
    return versions.sort((a, b) => (a.finishedAt < b.finishedAt ? -1 : a.finishedAt > b.finishedAt ? 1 : 0));
  }

  async #find(key: string): Promise<StoredResult | undefined> {
    try {
      return await this.store.find(key);
    } catch {
      // A damaged result is reported by planning; a gallery shows what it can.
      return undefined;
    }
  }

  async #request(key: string, runs: readonly PastRun[]): Promise<CanonicalRequest | undefined> {
    for (const run of [...runs].reverse()) {
      let plan = this.#plans.get(run.id);
      if (plan === undefined) {
        plan = plannedItems(run.directory);
        this.#plans.set(run.id, plan);
      }
      const request = (await plan).get(key)?.request;
      if (request !== undefined) return request;
    }
    return undefined;
  }

  async #version(
    stored: Exclude<StoredResult, { kind: 'analyzed' }>,
    request: CanonicalRequest | undefined,
    present: Present,
  ): Promise<VersionView> {
    const { key, provenance } = stored;
    const take = request?.take ?? 0;
    const facts = {
      key,
      run: provenance.run,
      finishedAt: provenance.finishedAt,
      take,
      model: provenance.model,
      diff:
        request === undefined || present.recipe === undefined
          ? []
          : wordDiff(requestText(request), requestText(present.recipe.request)),
      costUsd: provenance.costUsd,
      current: false,
      note: present.notes.get(take) ?? '',
    };
    if (stored.kind === 'refused') {
      return { ...facts, refusal: `${stored.reason}${stored.message === '' ? '' : `: ${stored.message}`}` };
    }
    return { ...facts, refusal: '', picture: await this.#stored(stored.picture) };
  }

  async #current(recipe: Recipe, present: Present): Promise<VersionView> {
    const { picture, provenance, request } = recipe;
    const inStore = await this.#hasPicture(recipe);
    return {
      key: recipe.key,
      run: provenance.run,
      finishedAt: provenance.finishedAt,
      take: request.take,
      model: provenance.model,
      diff: [],
      costUsd: provenance.costUsd,
      refusal: '',
      current: true,
      note: present.notes.get(request.take) ?? '',
      ...(inStore ? { picture: await this.#stored(picture) } : {}),
    };
  }

  async #hasPicture(recipe: Recipe): Promise<boolean> {
    return this.store.hasPicture(recipe.picture);
  }

  #stored(picture: Recipe['picture'] | Extract<StoredResult, { kind: 'generated' }>['picture']) {
    const path = pathFrom(this.workspaceRoot, this.store.picturePath(picture));
    return this.shelf.known(path, picture);
  }
}
