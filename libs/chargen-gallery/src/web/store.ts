import type { EntityCard, GalleryIndex, ReviewView, SceneCard, SceneFlag } from '../model.js';
import { searchable, searchables, sceneFilter, type Searchable } from './filter.js';
import { formatView, parseView, type View } from './view.js';

/** The page's state: the data, the view that the address names, and the scenes that are chosen. */
export class Store {
  index: GalleryIndex;
  all: readonly Searchable[];
  view: View;
  /** Ids of scenes that were ticked. */
  readonly chosen = new Set<string>();
  /** What was decided since the data were made. */
  readonly #reviews = new Map<string, { readonly review: ReviewView; readonly at: number }>();
  readonly #listeners = new Set<(before: View) => void>();
  readonly #choiceListeners = new Set<() => void>();
  readonly #dataListeners = new Set<() => void>();
  readonly #sceneListeners = new Set<(one: Searchable, before: Searchable) => void>();

  constructor(index: GalleryIndex) {
    this.index = index;
    this.all = searchables(index);
    this.view = parseView(location.hash);
    addEventListener('hashchange', () => {
      this.#become(parseView(location.hash));
    });
  }

  onView(listener: (before: View) => void): void {
    this.#listeners.add(listener);
  }

  onChoice(listener: () => void): void {
    this.#choiceListeners.add(listener);
  }

  onData(listener: () => void): void {
    this.#dataListeners.add(listener);
  }

  /** Called if what is known of one scene changes, and nothing else. */
  onScene(listener: (one: Searchable, before: Searchable) => void): void {
    this.#sceneListeners.add(listener);
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
    for (const listener of this.#listeners) listener(before);
  }

  /** The scenes that the filters leave, in their order. */
  visible(): readonly Searchable[] {
    return this.all.filter(sceneFilter(this.view));
  }

  find(id: string): { readonly scene: SceneCard; readonly entity: EntityCard } | undefined {
    return this.all.find((one) => one.scene.id === id);
  }

  /**
   * What a person decided about the picture of a scene, as far as it is the picture that is shown here. `at` is when
   * it was written; left out as long as that is not known.
   */
  review(id: string, review: ReviewView, at = Infinity): void {
    this.#reviews.set(id, { review, at });
    this.#showReview(id, review);
  }

  /** What is shown already was written at this time. */
  written(id: string, review: ReviewView, at: number): void {
    if (this.#reviews.get(id)?.review === review) this.#reviews.set(id, { review, at });
  }

  #showReview(id: string, review: ReviewView): void {
    const before = this.all.find(({ scene }) => scene.id === id);
    if (before?.scene.review?.sha256 !== review.sha256) return;
    const flags: readonly SceneFlag[] = [
      review.state,
      ...before.scene.flags.filter((flag) => flag !== before.scene.review?.state),
    ];
    const one = searchable({ ...before.scene, flags, review }, before.entity);
    this.all = this.all.map((other) => (other === before ? one : other));
    for (const listener of this.#sceneListeners) listener(one, before);
  }

  choose(id: string, isChosen: boolean): void {
    if (isChosen) this.chosen.add(id);
    else this.chosen.delete(id);
    for (const listener of this.#choiceListeners) listener();
  }

  clearChoice(): void {
    this.chosen.clear();
    for (const listener of this.#choiceListeners) listener();
  }

  replaceData(index: GalleryIndex): void {
    this.index = index;
    this.all = searchables(index);
    // Data that were made before something was decided do not have it.
    for (const [id, { review, at }] of this.#reviews) {
      if (at <= Date.parse(index.madeAt)) this.#reviews.delete(id);
      else this.#showReview(id, review);
    }
    for (const id of this.chosen) if (this.find(id) === undefined) this.chosen.delete(id);
    for (const listener of this.#dataListeners) listener();
    for (const listener of this.#choiceListeners) listener();
  }
}
