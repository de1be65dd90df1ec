import { batch, computed, signal } from '@preact/signals';
import type { GalleryIndex, ReviewView, SceneFlag } from '../model.js';
import { inStoryOrder, searchable, searchables, sceneFilter, type Searchable } from './filter.js';
import { keep, kept } from './kept.js';
import { filtersOf, formatView, parseView, type View } from './view.js';

/** Where what was chosen survives a reload of the page. */
const CHOSEN = 'chosen';

/** The data, the view that the address names, and the scenes that are chosen. Only its methods change its signals. */
export class Store {
  readonly index;
  readonly view = signal(parseView(location.hash));
  /** In the order in which they are shown: an entity's pictures first, then its scenes without one. */
  readonly all = signal<readonly Searchable[]>([]);
  /** Ids of scenes that were ticked. */
  readonly chosen = signal<ReadonlySet<string>>(new Set());
  /** In the order in which they are shown. */
  readonly entities = computed(() => inStoryOrder(this.index.value.entities));
  readonly #filters = computed(() => filtersOf(this.view.value));
  /** The view without the open scene: another one only if a filter changes. */
  readonly filters = computed(() => parseView(this.#filters.value));
  /** The scenes that the filters leave, in their order. */
  readonly visible = computed(() => this.all.value.filter(sceneFilter(this.filters.value)));
  /** The chosen scenes in their order. */
  readonly choice = computed(() => this.all.value.filter(({ scene }) => this.chosen.value.has(scene.id)));
  readonly open = computed(() => this.find(this.view.value.scene)?.scene);
  readonly #byId = computed(() => new Map(this.all.value.map((one) => [one.scene.id, one])));
  /** What was decided since the data were made. */
  readonly #reviews = new Map<string, { readonly review: ReviewView; readonly at: number }>();

  constructor(index: GalleryIndex) {
    this.index = signal(index);
    this.all.value = searchables(index, this.entities.value);
    this.chosen.value = new Set(keptChoice().filter((id) => this.find(id) !== undefined));
    addEventListener('hashchange', () => {
      this.view.value = parseView(location.hash);
    });
  }

  find(id: string): Searchable | undefined {
    return this.#byId.value.get(id);
  }

  /** Changes the view and its address. Filters replace the address; opening a scene can be gone back from. */
  show(change: Partial<View>, step: 'replace' | 'push' = 'replace'): void {
    const view = { ...this.view.peek(), ...change };
    const hash = formatView(view);
    if (hash === formatView(this.view.peek())) return;
    // On the file system, too, a lone "#" keeps the page where it is.
    const address = `#${hash}`;
    if (step === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    this.view.value = view;
  }

  /** Shows a scene in place of the open one; an empty id closes it. */
  openScene(scene: string, step: 'replace' | 'push' = 'replace'): void {
    this.show({ scene, compare: '' }, step);
  }

  /**
   * What a person decided about pictures, as far as they are those that are shown here. `at` is when it was written;
   * left out as long as that is not known.
   */
  review(reviews: ReadonlyMap<string, ReviewView>, at = Infinity): void {
    for (const [id, review] of reviews) this.#reviews.set(id, { review, at });
    this.#showReviews(reviews);
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
    this.all.value = this.all.peek().map((one) => {
      const { scene, entity } = one;
      const review = reviews.get(scene.id);
      if (review === undefined || scene.review?.sha256 !== review.sha256) return one;
      const others = scene.flags.filter((flag) => flag !== scene.review?.state);
      const flags: readonly SceneFlag[] = [review.state, ...others];
      return searchable({ ...scene, flags, review }, entity);
    });
  }

  choose(ids: Iterable<string>, isChosen: boolean): void {
    const chosen = new Set(this.chosen.peek());
    for (const id of ids) {
      if (isChosen) chosen.add(id);
      else chosen.delete(id);
    }
    keep('sessionStorage', CHOSEN, JSON.stringify([...chosen]));
    this.chosen.value = chosen;
  }

  replaceData(index: GalleryIndex): void {
    // Data that were made before something was decided do not have it.
    const newer = new Map<string, ReviewView>();
    for (const [id, { review, at }] of this.#reviews) {
      if (at < Date.parse(index.madeAt)) this.#reviews.delete(id);
      else newer.set(id, review);
    }
    batch(() => {
      this.index.value = index;
      this.all.value = searchables(index, this.entities.value);
      this.#showReviews(newer);
      this.chosen.value = new Set([...this.chosen.peek()].filter((id) => this.find(id) !== undefined));
    });
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
