import type { EntityCard, SceneCard, SceneFlag } from '../model.js';
import { aboutEntity } from './about-entity.js';
import { face, ratioOf } from './card-face.js';
import { el, icon, replaceChildren } from './dom.js';
import { meansBroken, type Searchable } from './filter.js';
import { neighbour } from './neighbour.js';
import type { Store } from './store.js';
import { formatView, isFiltered, NO_VIEW } from './view.js';
import { FLAG_WORDS, plural, STATE_WORDS, TYPE_WORDS } from './words.js';

/** What the page can do beyond looking, if a server stands behind it. */
export interface GridActions {
  addScene(entity: EntityCard): void;
}

interface Section {
  readonly element: HTMLElement;
  readonly count: HTMLElement;
  readonly cards: readonly {
    readonly one: Searchable;
    readonly element: HTMLElement;
    readonly link: HTMLElement;
  }[];
  readonly entity: EntityCard;
}

/** That a picture is not reviewed yet is the usual case: a mark on every card would be noise. */
function isBadge(flag: SceneFlag): boolean {
  return flag !== 'unreviewed';
}

/** All scenes, a section for each entity. Made once; filters only hide. */
export class Grid {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #status: HTMLElement;
  readonly #body: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #clear: HTMLButtonElement;
  /** Ids of entities whose references are unfolded. */
  readonly #opened = new Set<string>();
  #sections: readonly Section[] = [];
  #actions: GridActions | undefined;

  constructor(store: Store) {
    this.#store = store;
    this.#status = el('p', { class: 'status', role: 'status' });
    this.#body = el('div', {});
    this.#empty = el('div', { class: 'empty', hidden: true }, el('p', {}, 'No scene fits these filters.'));
    this.#clear = el(
      'button',
      {
        type: 'button',
        class: 'small',
        hidden: true,
        onclick: () => {
          store.show(NO_VIEW);
          this.element.focus();
        },
      },
      icon('cross'),
      'Show all',
    );
    this.element = el(
      'main',
      { tabindex: '-1' },
      el('div', { class: 'status-line' }, this.#status, this.#clear),
      this.#empty,
      this.#body,
    );
    this.#body.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    this.draw();
    store.onView(() => {
      this.#filter();
    });
    store.onData(() => {
      this.draw();
    });
    store.onScene((one, before) => {
      this.#replace(one, before);
    });
    store.onChoice(() => {
      for (const { cards } of this.#sections) {
        for (const { one, element } of cards) {
          const isChosen = store.chosen.has(one.scene.id);
          element.classList.toggle('chosen', isChosen);
          const box = element.querySelector('input');
          if (box !== null) box.checked = isChosen;
        }
      }
    });
  }

  /** Draws one card anew. */
  #replace(one: Searchable, before: Searchable): void {
    this.#sections = this.#sections.map((section) => ({
      ...section,
      cards: section.cards.map((card) => {
        if (card.one !== before) return card;
        const next = this.#card(one);
        card.element.replaceWith(next.element);
        return next;
      }),
    }));
    this.#filter();
  }

  /** Shows what needs a server. */
  allow(actions: GridActions): void {
    this.#actions = actions;
    this.draw();
  }

  draw(): void {
    const byEntity = new Map<EntityCard, Searchable[]>();
    for (const entity of this.#store.index.entities) byEntity.set(entity, []);
    for (const one of this.#store.all) byEntity.get(one.entity)?.push(one);
    this.#sections = [...byEntity].map(([entity, scenes]) => this.#section(entity, scenes));
    replaceChildren(
      this.#body,
      this.#sections.map((section) => section.element),
    );
    this.#filter();
  }

  /** Puts the focus on a scene's card, as after closing it. */
  focus(id: string): void {
    for (const { cards } of this.#sections) {
      for (const { one, link } of cards) if (one.scene.id === id) this.#focusLink(link);
    }
  }

  #section(entity: EntityCard, scenes: readonly Searchable[]): Section {
    const cards = scenes.map((one) => this.#card(one));
    const count = el('span', { class: 'entity-count' });
    const actions = this.#actions;
    const portrait = entity.portrait?.thumb;
    const element = el(
      'section',
      { class: 'entity', 'aria-label': `${TYPE_WORDS[entity.type].one}: ${entity.name}` },
      el(
        'header',
        {},
        portrait === undefined
          ? undefined
          : el('img', { class: 'portrait', src: portrait, alt: '', loading: 'lazy', width: 48, height: 48 }),
        el(
          'div',
          { class: 'entity-words' },
          el('p', { class: 'kind' }, TYPE_WORDS[entity.type].one, count),
          el('h2', {}, entity.name),
        ),
        actions === undefined || entity.errors.length > 0
          ? undefined
          : el(
              'button',
              {
                type: 'button',
                class: 'add',
                'aria-label': `Add a scene to ${entity.name}`,
                onclick: () => {
                  actions.addScene(entity);
                },
              },
              icon('plus'),
              'Scene',
            ),
      ),
      entity.description === '' ? undefined : el('p', { class: 'description' }, entity.description),
      aboutEntity(entity, this.#opened),
      entity.errors.length === 0
        ? undefined
        : el(
            'div',
            { class: 'problem' },
            el('p', {}, icon('alert'), `${entity.file} cannot be read, so its scenes are not known.`),
            ...entity.errors.map((error) => el('p', { class: 'code' }, error)),
          ),
      el('ul', { class: 'cards' }, ...cards.map((card) => card.element)),
    );
    return { element, count, cards, entity };
  }

  #card(one: Searchable): Section['cards'][number] {
    const { scene, entity } = one;
    const word = STATE_WORDS[scene.state];
    const link = el(
      'a',
      {
        class: 'open',
        tabindex: '-1',
        href: `#${formatView({ ...NO_VIEW, scene: scene.id })}`,
        onclick: (event: Event) => {
          if (event instanceof MouseEvent && (event.metaKey || event.ctrlKey || event.shiftKey)) return;
          event.preventDefault();
          this.#store.show({ scene: scene.id, compare: '' }, 'push');
        },
      },
      face(scene),
      el(
        'span',
        { class: 'caption' },
        el('span', { class: 'title' }, scene.title),
        el('span', { class: 'unseen' }, `, ${entity.name}, `),
        el(
          'span',
          { class: 'badges' },
          el('span', { class: `badge ${scene.state}` }, icon(word.icon), word.label),
          ...scene.flags.filter(isBadge).map((flag) => {
            const { icon: name, label } = FLAG_WORDS[flag];
            return el(
              'span',
              { class: `badge flag ${flag}`, title: label },
              icon(name),
              el('span', { class: 'unseen' }, label),
            );
          }),
        ),
      ),
    );
    const element = el('li', { class: `card is-${scene.state}` }, link);
    if (this.#actions !== undefined) element.append(this.#tick(scene));
    element.style.setProperty('--ratio', String(ratioOf(scene)));
    return { one, element, link };
  }

  #tick(scene: SceneCard): HTMLElement {
    const box = el('input', {
      type: 'checkbox',
      checked: this.#store.chosen.has(scene.id),
      'aria-label': `Choose ${scene.title}`,
      onchange: () => {
        this.#store.choose(scene.id, box.checked);
      },
    });
    return el('label', { class: 'tick' }, box);
  }

  #filter(): void {
    const { view, index } = this.#store;
    const visible = new Set(this.#store.visible());
    let first: HTMLElement | undefined;
    let isEmpty = true;
    for (const { element, count, cards, entity } of this.#sections) {
      let shown = 0;
      for (const card of cards) {
        const isVisible = visible.has(card.one);
        card.element.hidden = !isVisible;
        card.link.tabIndex = -1;
        if (!isVisible) continue;
        shown += 1;
        first ??= card.link;
      }
      count.textContent =
        shown === cards.length ? plural(shown, 'scene') : `${shown} of ${plural(cards.length, 'scene')}`;
      const isMeant =
        meansBroken(view, entity) || (isFiltered(view) ? view.entity === entity.id : cards.length === 0);
      element.hidden = shown === 0 && !isMeant;
      if (!element.hidden) isEmpty = false;
    }
    // One card is reached by Tab; arrows lead to the others.
    if (first !== undefined) first.tabIndex = 0;
    const scenes = index.scenes.length;
    this.#status.textContent =
      visible.size === scenes ? plural(scenes, 'scene') : `${visible.size} of ${plural(scenes, 'scene')}`;
    this.#clear.hidden = !isFiltered(view);
    this.#empty.hidden = !isEmpty || (!isFiltered(view) && scenes === 0);
  }

  #focusLink(link: HTMLElement): void {
    for (const { cards } of this.#sections) for (const card of cards) card.link.tabIndex = -1;
    link.tabIndex = 0;
    link.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const target = event.target;
    if (!(target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    const links = this.#sections.flatMap(({ cards }) =>
      cards.filter((card) => !card.element.hidden).map((card) => card.link),
    );
    const at = links.indexOf(target);
    if (at === -1) return;
    const box = target.parentElement?.querySelector('input') ?? undefined;
    if ((event.key === 'x' || event.key === ' ') && box !== undefined) {
      box.click();
      event.preventDefault();
      return;
    }
    const next = neighbour(links, at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    this.#focusLink(next);
    next.scrollIntoView({ block: 'nearest' });
  }
}
