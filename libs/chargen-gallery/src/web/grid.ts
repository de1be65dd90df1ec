import type { Card } from './card.js';
import { Density } from './density.js';
import { button, el, replaceChildren } from './dom.js';
import { meansBroken, type Searchable } from './filter.js';
import { neighbour, type Spot } from './neighbour.js';
import { EntitySection, type SectionContext } from './section.js';
import type { Store } from './store.js';
import { isFiltered, NO_VIEW } from './view.js';
import { plural } from './words.js';

/** What the page can do beyond looking, if a server stands behind it. */
export type GridActions = Pick<SectionContext, 'tools'> & Required<Pick<SectionContext, 'addScene'>>;

/** Up to so many cards are all in the page, so that the browser's own search finds each of them. */
const ALL_AT_ONCE = 80;

/** How much beyond the screen is drawn, in screens. */
const AHEAD = 0.75;

/** All scenes, a section for each entity. Only what is near the screen is in the page. */
export class Grid {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #status = el('p', { class: 'status', role: 'status' });
  readonly #body = el('div', { class: 'sections' });
  readonly #empty = el('div', { class: 'empty', hidden: true }, el('p', 'No scene fits these filters.'));
  readonly #clear: HTMLButtonElement;
  readonly #all: HTMLButtonElement;
  /** How large pictures are, for the head of the page. */
  readonly density: Density;
  readonly #context: { -readonly [Key in keyof SectionContext]: SectionContext[Key] };
  #sections: readonly EntitySection[] = [];
  #spots: readonly Spot[] = [];
  /** The card that Tab leads to; arrows lead to the others. */
  #current = '';
  /** Where a choice with Shift begins. */
  #anchor = '';
  #width = 0;

  constructor(store: Store) {
    this.#store = store;
    this.#context = {
      isChosen: (id) => store.chosen.has(id),
      focused: (id) => this.#setCurrent(id),
      open: (id, event) => this.#open(id, event),
      choose: undefined,
      tools: () => undefined,
      addScene: undefined,
      opened: new Set(),
      heads: new Map(),
    };
    const showAll = (): void => {
      store.show(NO_VIEW);
      this.element.focus();
    };
    this.#clear = button('cross', 'Show all', showAll, { class: 'small', hidden: true });
    const chooseAll = (): void => {
      const ids = store.visible().map(({ scene }) => scene.id);
      store.choose(ids, true);
    };
    this.#all = button('check', 'Choose all', chooseAll, { class: 'small', hidden: true });
    this.density = new Density(() => this.#keepingPlace(() => this.#lay()));
    const line = [this.#status, this.#clear, this.#all];
    this.element = el(
      'main',
      { tabindex: '-1', 'aria-label': 'Pictures' },
      el('div', { class: 'status-line' }, ...line),
      this.#empty,
      this.#body,
    );
    this.#body.addEventListener('keydown', (event) => this.#onKey(event));
    store.on(['filters'], () => {
      this.#lay();
      this.#toFirst();
    });
    store.on(['data'], () => this.#make());
    store.on(['scenes'], () => this.#lay());
    store.on(['choice'], () => {
      for (const section of this.#sections) section.showChoice();
    });
  }

  /** To be called when the page stands: cards are laid by its width. */
  start(): void {
    this.#make();
    addEventListener('scroll', () => {
      this.#draw();
      this.#followScreen();
    });
    addEventListener('resize', () => {
      if (this.#body.clientWidth !== this.#width) this.#lay();
      else this.#draw();
    });
    this.#body.addEventListener('toggle', () => this.#draw(), { capture: true });
  }

  /** Shows what needs a server. */
  allow(actions: GridActions): void {
    Object.assign(this.#context, actions);
    this.#context.choose = (id, event) => this.#choose(id, event.shiftKey);
    this.#make();
  }

  /** Puts the focus on a scene's card, as after closing it; on the pictures if it is not shown. */
  focus(id: string): void {
    if (this.#spots.some((spot) => spot.id === id)) this.#current = id;
    this.#draw();
    const link = this.#card(this.#current)?.link ?? this.element;
    link.focus({ preventScroll: true });
    if (link !== this.element) link.scrollIntoView({ block: 'nearest' });
  }

  #card(id: string): Card | undefined {
    for (const section of this.#sections) {
      const card = section.card(id);
      if (card !== undefined) return card;
    }
    return undefined;
  }

  #make(): void {
    const counts = new Map<string, number>();
    for (const { entity } of this.#store.all) counts.set(entity.id, (counts.get(entity.id) ?? 0) + 1);
    this.#keepingPlace(() => {
      this.#sections = this.#store.entities.map(
        (entity) => new EntitySection(entity, counts.get(entity.id) ?? 0, this.#context),
      );
      replaceChildren(
        this.#body,
        this.#sections.map((section) => section.element),
      );
      this.#lay();
    });
  }

  /** Gives each card its place, which depends on the filters, the width and the size of pictures. */
  #lay(): void {
    const { view, index } = this.#store;
    this.#width = this.#body.clientWidth;
    const em = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const sizes = this.density.sizes(this.#width, em);
    this.element.classList.toggle('small-cards', this.density.isSmall);
    const visible = this.#store.visible();
    const byEntity = new Map<string, Searchable[]>();
    for (const one of visible) {
      const own = byEntity.get(one.entity.id);
      if (own === undefined) byEntity.set(one.entity.id, [one]);
      else own.push(one);
    }
    let isEmpty = true;
    for (const section of this.#sections) {
      const { entity, all } = section;
      const shown = byEntity.get(entity.id) ?? [];
      const isMeant = meansBroken(view, entity) || (isFiltered(view) ? view.entity === entity.id : all === 0);
      section.element.hidden = shown.length === 0 && !isMeant;
      if (!section.element.hidden) isEmpty = false;
      section.lay(shown, sizes);
      // What is not shown is not in the page.
      if (section.element.hidden) section.draw(undefined, '');
    }
    this.#spots = this.#sections.flatMap(({ shown, places }, list) =>
      places.flatMap(({ left, top, width }, at): Spot[] => {
        const id = shown[at]?.scene.id;
        return id === undefined ? [] : [{ id, list, top, left: left + width / 2 }];
      }),
    );
    if (!this.#spots.some(({ id }) => id === this.#current)) this.#current = this.#spots[0]?.id ?? '';
    const scenes = index.scenes.length;
    this.#status.textContent =
      visible.length === scenes ? plural(scenes, 'scene') : `${visible.length} of ${plural(scenes, 'scene')}`;
    this.#clear.hidden = !isFiltered(view);
    this.#all.hidden = this.#context.choose === undefined || visible.length === 0;
    this.#all.lastChild?.replaceWith(isFiltered(view) ? `Choose these ${visible.length}` : 'Choose all');
    this.#empty.hidden = !isEmpty || (!isFiltered(view) && scenes === 0);
    this.#draw();
  }

  /** Draws what is near the screen and takes away what is far; what is seen stays where it is. */
  #draw(): void {
    const ahead = this.#spots.length <= ALL_AT_ONCE ? Infinity : AHEAD * innerHeight;
    const sections = this.#sections.filter(({ element }) => !element.hidden);
    const boxes = sections.map((section) => {
      const { top, bottom } = section.element.getBoundingClientRect();
      return { section, top, bottom, listTop: section.listTop(top) };
    });
    const seen = boxes.find(({ bottom }) => bottom > 0);
    for (const { section, top, bottom, listTop } of boxes) {
      const isPinned = section.shown.some(({ scene }) => scene.id === this.#current);
      const isNear = (bottom > -ahead && top < innerHeight + ahead) || isPinned;
      const near = { from: -ahead - listTop, to: innerHeight + ahead - listTop };
      section.draw(isNear ? near : undefined, this.#current);
    }
    for (const { section } of boxes) {
      const link = section.card(this.#current)?.link;
      if (link !== undefined) link.tabIndex = 0;
      section.measure();
    }
    // Sections above may have become higher or lower than was guessed.
    const moved = seen === undefined ? 0 : seen.section.element.getBoundingClientRect().top - seen.top;
    if (seen !== undefined && seen.top < 0 && Math.abs(moved) > 1) scrollBy(0, moved);
  }

  /** Tab leads to a card that is seen, unless one has the focus. */
  #followScreen(): void {
    if (this.#body.contains(document.activeElement)) return;
    const isSeen = (card: Card | undefined): boolean => {
      const box = card?.element.getBoundingClientRect();
      return box !== undefined && box.bottom > 0 && box.top < innerHeight;
    };
    if (isSeen(this.#card(this.#current))) return;
    for (const section of this.#sections) {
      const first = section.shown.find(({ scene }) => isSeen(section.card(scene.id)));
      if (first === undefined) continue;
      this.#setCurrent(first.scene.id);
      return;
    }
  }

  /** A change that moves cards about leaves the section that is read where it is. */
  #keepingPlace(change: () => void): void {
    const topOf = (section: EntitySection): number => section.element.getBoundingClientRect().top;
    const seen = this.#sections.find(({ element }) => element.getBoundingClientRect().bottom > 0);
    const before = seen === undefined ? 0 : topOf(seen);
    change();
    const now = this.#sections.find(({ entity }) => entity.id === seen?.entity.id);
    if (now === undefined || before >= 0 || now.element.hidden) return;
    scrollBy(0, topOf(now) - before);
    this.#draw();
  }

  /** What a filter has found begins at the top. */
  #toFirst(): void {
    const { top } = this.element.getBoundingClientRect();
    const head = document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0;
    if (top < head) scrollBy(0, top - Math.max(0, head));
  }

  #open(id: string, event: MouseEvent): void {
    const isChoice = event.shiftKey || event.ctrlKey || event.metaKey;
    if (isChoice && this.#context.choose === undefined) return;
    event.preventDefault();
    this.#setCurrent(id);
    if (isChoice) this.#choose(id, event.shiftKey);
    else this.#store.show({ scene: id, compare: '' }, 'push');
  }

  /** Turns the choice of one; with Shift all from the last one that was turned become as it is. */
  #choose(id: string, isRange: boolean): void {
    const ids = this.#spots.map((spot) => spot.id);
    const [from, to] = [ids.indexOf(this.#anchor), ids.indexOf(id)];
    if (isRange && from !== -1 && to !== -1) {
      const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
      this.#store.choose(range, this.#store.chosen.has(this.#anchor));
    } else {
      this.#anchor = id;
      this.#store.choose([id], !this.#store.chosen.has(id));
    }
  }

  #setCurrent(id: string): void {
    const before = this.#card(this.#current);
    if (before !== undefined) before.link.tabIndex = -1;
    this.#current = id;
    const now = this.#card(id);
    if (now !== undefined) now.link.tabIndex = 0;
  }

  #onKey(event: KeyboardEvent): void {
    const { target, key } = event;
    if (!(target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (target !== this.#card(this.#current)?.link) return;
    if ((key === 'x' || key === ' ' || key === 'X') && this.#context.choose !== undefined) {
      this.#choose(this.#current, event.shiftKey);
      event.preventDefault();
      return;
    }
    const at = this.#spots.findIndex(({ id }) => id === this.#current);
    const next = neighbour(this.#spots, at, key);
    const id = next === undefined ? undefined : this.#spots[next]?.id;
    if (id === undefined) return;
    event.preventDefault();
    const before = this.#current;
    this.#setCurrent(id);
    this.focus(id);
    if (!event.shiftKey || this.#context.choose === undefined) return;
    if (this.#anchor === '' || !this.#store.chosen.has(this.#anchor)) this.#choose(before, false);
    this.#choose(id, true);
  }
}
