import type { EntityCard, GalleryIndex, SceneCard } from '../model.js';
import { searchables, sceneFilter, type Searchable } from './filter.js';
import { formatView, parseView, type View } from './view.js';

/** The page's state: the data, the view that the address names, and the scenes that are chosen. */
export class Store {
  index: GalleryIndex;
  all: readonly Searchable[];
  view: View;
  /** Ids of scenes that were ticked. */
  readonly chosen = new Set<string>();
  readonly #listeners = new Set<(before: View) => void>();
  readonly #choiceListeners = new Set<() => void>();
  readonly #dataListeners = new Set<() => void>();

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
    for (const id of this.chosen) if (this.find(id) === undefined) this.chosen.delete(id);
    for (const listener of this.#dataListeners) listener();
    for (const listener of this.#choiceListeners) listener();
  }
}
