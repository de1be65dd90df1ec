import type { EntityCard } from '../model.js';
import { aboutEntity } from './about-entity.js';
import { Card, ratioOf, type CardContext } from './card.js';
import { button, el, icon, replaceChildren, thumbnail } from './dom.js';
import type { Searchable } from './filter.js';
import { bottomOf, layCards, type Place, type Sizes } from './layout.js';
import { plural, TYPE_WORDS } from './words.js';

export interface SectionContext extends CardContext {
  /** Undefined without a server. */
  readonly addScene: ((entity: EntityCard) => void) | undefined;
  /** Ids of entities whose references are unfolded. */
  readonly opened: Set<string>;
  /** How high the words above the cards are, in pixels, by entity, as far as they were drawn once. */
  readonly heads: Map<string, number>;
}

/** A stretch of a list, in pixels from its top. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * An entity with its cards. Only what is near the screen is in the page: of a section that is far, its heading and its
 * height; of a near one, the rows of cards that are near.
 */
export class EntitySection {
  readonly element = el('section', { class: 'entity' });
  readonly #list = el('ul', { class: 'cards' });
  readonly #cards = new Map<string, Card>();
  readonly #count = el('span', { class: 'entity-count' });
  #head: HTMLElement | undefined;
  #shown: readonly Searchable[] = [];
  #places: readonly Place[] = [];
  #isDrawn = false;

  constructor(
    readonly entity: EntityCard,
    readonly all: number,
    readonly context: SectionContext,
  ) {}

  get places(): readonly Place[] {
    return this.#places;
  }

  get shown(): readonly Searchable[] {
    return this.#shown;
  }

  card(id: string): Card | undefined {
    return this.#cards.get(id);
  }

  lay(shown: readonly Searchable[], sizes: Sizes): void {
    this.#shown = shown;
    this.#places = layCards(
      shown.map(({ scene }) => ratioOf(scene)),
      sizes,
    );
    const { all } = this;
    this.#count.textContent =
      shown.length === all ? plural(all, 'scene') : `${shown.length} of ${plural(all, 'scene')}`;
    this.#list.style.setProperty('height', `${bottomOf(this.#places)}px`);
    if (!this.#isDrawn) this.#become(false);
  }

  /** The top of the list on the screen, given that of the section. */
  listTop(top: number): number {
    return this.#isDrawn ? this.#list.getBoundingClientRect().top : top + this.#headHeight();
  }

  /** Draws what is near; undefined if nothing is. The card with the id `pinned` stays, wherever it is. */
  draw(near: Stretch | undefined, pinned: string): void {
    const isDrawn = near !== undefined;
    if (isDrawn !== this.#isDrawn) this.#become(isDrawn);
    if (near !== undefined) this.#drawCards(near, pinned);
  }

  #become(isDrawn: boolean): void {
    this.#isDrawn = isDrawn;
    const { element, entity } = this;
    if (isDrawn) {
      this.#head ??= this.#drawHead();
      element.style.removeProperty('height');
      if (this.#head.parentElement !== element) replaceChildren(element, this.#head, this.#list);
      return;
    }
    this.#cards.clear();
    this.#list.replaceChildren();
    element.style.setProperty('height', `${this.#headHeight() + bottomOf(this.#places)}px`);
    replaceChildren(element, el('h2', { class: 'unseen' }, entity.name));
  }

  #drawCards({ from, to }: Stretch, pinned: string): void {
    const wanted = new Map<string, { readonly one: Searchable; readonly place: Place }>();
    for (const [at, one] of this.#shown.entries()) {
      const place = this.#places[at];
      if (place === undefined) continue;
      const isNear = place.top < to && place.top + place.height > from;
      if (isNear || one.scene.id === pinned) wanted.set(one.scene.id, { one, place });
    }
    for (const [id, card] of this.#cards) {
      if (wanted.get(id)?.one === card.one) continue;
      card.element.remove();
      this.#cards.delete(id);
    }
    let next = this.#list.firstElementChild;
    for (const [id, { one, place }] of wanted) {
      const card = this.#cards.get(id) ?? new Card(one, this.context);
      this.#cards.set(id, card);
      card.put(place);
      if (card.element === next) next = next.nextElementSibling;
      else this.#list.insertBefore(card.element, next);
    }
  }

  showChoice(): void {
    for (const card of this.#cards.values()) card.showChoice();
  }

  /** To be called after drawing: how high its head is. */
  measure(): void {
    if (!this.#isDrawn) return;
    const height = this.element.getBoundingClientRect().height - bottomOf(this.#places);
    if (height > 0) this.context.heads.set(this.entity.id, height);
  }

  #headHeight(): number {
    const { description, references, id } = this.entity;
    const guess = 110 + (description === '' ? 0 : 28) + (references === 0 ? 0 : 32);
    return this.context.heads.get(id) ?? guess;
  }

  #drawHead(): HTMLElement {
    const { portrait, errors, name, type, description, file } = this.entity;
    const { addScene, opened } = this.context;
    const attributes = { class: 'add', 'aria-label': `Add a scene to ${name}` };
    const unread = `${file} cannot be read, so its scenes are not known.`;
    const problems = errors.map((error) => el('p', { class: 'code' }, error));
    return el(
      'div',
      { class: 'entity-head' },
      el(
        'header',
        portrait?.thumb !== undefined && thumbnail(portrait),
        el(
          'div',
          { class: 'entity-words' },
          el('p', { class: 'kind' }, TYPE_WORDS[type].one, this.#count),
          el('h2', name),
        ),
        addScene && errors.length === 0 && button('plus', 'Scene', () => addScene(this.entity), attributes),
      ),
      description !== '' && el('p', { class: 'description' }, description),
      aboutEntity(this.entity, opened),
      errors.length > 0 && el('div', { class: 'problem' }, el('p', icon('alert'), unread), problems),
    );
  }
}
