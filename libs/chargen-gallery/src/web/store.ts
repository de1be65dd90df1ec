import type { EntityCard, GalleryIndex, ReviewView, SceneFlag } from '../model.js';
import { inStoryOrder, searchable, searchables, sceneFilter, type Searchable } from './filter.js';
import { keep, kept } from './kept.js';
import { filtersOf, formatView, parseView, type View } from './view.js';

/**
 * What has changed: the filters, the scene that is open or what it is compared with, all data, what is known of some
 * scenes, or which scenes are chosen.
 */
export type Part = 'filters' | 'open' | 'data' | 'scenes' | 'choice';

/** Where what was chosen survives a reload of the page. */
const CHOSEN = 'chosen';

/** The page's state: the data, the view that the address names, and the scenes that are chosen. */
export class Store {
  index: GalleryIndex;
  /** In the order in which they are shown. */
  entities: readonly EntityCard[] = [];
  /** In the order in which they are shown: an entity's pictures first, then its scenes without one. */
  all: readonly Searchable[] = [];
  view: View;
  /** Ids of scenes that were ticked. */
  readonly chosen: Set<string>;
  #byId: ReadonlyMap<string, Searchable> = new Map();
  #visible: readonly Searchable[] | undefined;
  /** What was decided since the data were made. */
  readonly #reviews = new Map<string, { readonly review: ReviewView; readonly at: number }>();
  readonly #listeners: { readonly parts: readonly Part[]; readonly listener: () => void }[] = [];

  constructor(index: GalleryIndex) {
    this.index = index;
    this.view = parseView(location.hash);
    this.#take(index);
    this.chosen = new Set(keptChoice().filter((id) => this.find(id) !== undefined));
    addEventListener('hashchange', () => this.#become(parseView(location.hash)));
  }

  on(parts: readonly Part[], listener: () => void): void {
    this.#listeners.push({ parts, listener });
  }

  /** Each listener once, whatever has changed. */
  #tell(...changed: readonly Part[]): void {
    this.#visible = undefined;
    for (const { parts, listener } of this.#listeners) {
      if (parts.some((part) => changed.includes(part))) listener();
    }
  }

  #take(index: GalleryIndex): void {
    this.index = index;
    this.entities = inStoryOrder(index.entities);
    this.#hold(searchables(index, this.entities));
  }

  #hold(all: readonly Searchable[]): void {
    this.all = all;
    this.#byId = new Map(all.map((one) => [one.scene.id, one]));
    this.#visible = undefined;
  }

  /** Changes the view and its address. Filters replace the address; opening a scene can be gone back from. */
  show(change: Partial<View>, step: 'replace' | 'push' = 'replace'): void {
    const view = { ...this.view, ...change };
    const hash = formatView(view);
    if (hash === formatView(this.view)) return;
    // On the file system, too, a lone "#" keeps the page where it is.
    const address = `#${hash}`;
    if (step === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    this.#become(view);
  }

  #become(view: View): void {
    const before = this.view;
    this.view = view;
    const isOther = filtersOf(before) !== filtersOf(view);
    const isOpened = before.scene !== view.scene || before.compare !== view.compare;
    this.#tell(...(isOther ? ['filters' as const] : []), ...(isOpened ? ['open' as const] : []));
  }

  /** The scenes that the filters leave, in their order. */
  visible(): readonly Searchable[] {
    this.#visible ??= this.all.filter(sceneFilter(this.view));
    return this.#visible;
  }

  find(id: string): Searchable | undefined {
    return this.#byId.get(id);
  }

  /** The chosen scenes in their order. */
  choice(): readonly Searchable[] {
    return this.all.filter(({ scene }) => this.chosen.has(scene.id));
  }

  /**
   * What a person decided about pictures, as far as they are those that are shown here. `at` is when it was written;
   * left out as long as that is not known.
   */
  review(reviews: ReadonlyMap<string, ReviewView>, at = Infinity): void {
    for (const [id, review] of reviews) this.#reviews.set(id, { review, at });
    this.#showReviews(reviews);
    this.#tell('scenes');
  }

  /** What the server reports was written at this time; what was decided here later is still on its way. */
  reviewed(reviews: ReadonlyMap<string, ReviewView>, at: number): void {
    this.review(new Map([...reviews].filter(([id]) => (this.#reviews.get(id)?.at ?? 0) <= at)), at);
  }

  /** What is shown already was written at this time. */
  written(id: string, review: ReviewView, at: number): void {
    if (this.#reviews.get(id)?.review === review) this.#reviews.set(id, { review, at });
  }

  #showReviews(reviews: ReadonlyMap<string, ReviewView>): void {
    this.#hold(
      this.all.map((one) => {
        const { scene, entity } = one;
        const review = reviews.get(scene.id);
        if (review === undefined || scene.review?.sha256 !== review.sha256) return one;
        const others = scene.flags.filter((flag) => flag !== scene.review?.state);
        const flags: readonly SceneFlag[] = [review.state, ...others];
        return searchable({ ...scene, flags, review }, entity);
      }),
    );
  }

  choose(ids: Iterable<string>, isChosen: boolean): void {
    for (const id of ids) {
      if (isChosen) this.chosen.add(id);
      else this.chosen.delete(id);
    }
    keep('sessionStorage', CHOSEN, JSON.stringify([...this.chosen]));
    this.#tell('choice');
  }

  replaceData(index: GalleryIndex): void {
    this.#take(index);
    // Data that were made before something was decided do not have it.
    const newer = new Map<string, ReviewView>();
    for (const [id, { review, at }] of this.#reviews) {
      if (at < Date.parse(index.madeAt)) this.#reviews.delete(id);
      else newer.set(id, review);
    }
    this.#showReviews(newer);
    for (const id of this.chosen) if (this.find(id) === undefined) this.chosen.delete(id);
    this.#tell('data', 'choice');
  }
}

function keptChoice(): readonly string[] {
  try {
    const list: unknown = JSON.parse(kept('sessionStorage', CHOSEN) ?? '[]');
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
