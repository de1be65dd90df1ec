import type { SceneCard } from '../model.js';
import { el, icon, thumbnail } from './dom.js';
import type { Searchable } from './filter.js';
import type { Place } from './layout.js';
import { formatView, NO_VIEW } from './view.js';
import { FLAG_WORDS, sentence, STATE_WORDS, type Word } from './words.js';

/** As many letters as fit on a card. */
const EXCERPT = 120;

/** What cards ask of the page. */
export interface CardContext {
  isChosen(id: string): boolean;
  /** A card has the focus. */
  focused(id: string): void;
  /** A click on a card's link; with Shift or Ctrl it chooses, if there is a server. */
  open(id: string, event: MouseEvent): void;
  /** Undefined if there is no server behind the page: then nothing can be chosen. */
  readonly choose: ((id: string, event: MouseEvent) => void) | undefined;
  /** Buttons for the state of a scene. */
  tools(scene: SceneCard): HTMLElement | undefined;
}

/** The card of a scene. A card is drawn when it comes near, and made anew if its scene changes. */
export class Card {
  readonly element: HTMLElement;
  readonly link: HTMLElement;
  readonly #box: HTMLInputElement | undefined;

  constructor(
    readonly one: Searchable,
    readonly context: CardContext,
  ) {
    const { scene, entity } = one;
    const compact = scene.picture === undefined;
    const attributes = {
      class: 'open',
      tabindex: '-1',
      href: `#${formatView({ ...NO_VIEW, scene: scene.id })}`,
      title: scene.title,
      onfocus: () => context.focused(scene.id),
      onclick: (event: Event) => {
        if (event instanceof MouseEvent) context.open(scene.id, event);
      },
      oncontextmenu: (event: Event) => {
        // A finger that rests on a card chooses it; the menu of a mouse stays.
        if (!(event instanceof PointerEvent) || event.pointerType === 'mouse') return;
        if (context.choose === undefined) return;
        event.preventDefault();
        context.choose(scene.id, event);
      },
    };
    const caption = el(
      'span',
      { class: 'caption' },
      el('span', { class: 'title' }, scene.title),
      el('span', { class: 'unseen' }, `, ${entity.name}, `),
      badges(scene),
      compact && el('span', { class: 'excerpt', 'aria-hidden': 'true' }, inPlaceOf(scene)),
    );
    this.link = el('a', attributes, face(scene), caption);
    const classes = `card is-${scene.state} ${scene.flags.join(' ')} ${compact ? 'compact' : ''}`;
    this.element = el('li', { class: classes }, this.link);
    const { choose } = context;
    if (choose === undefined) return;
    this.#box = el('input', {
      type: 'checkbox',
      class: 'tick',
      tabindex: '-1',
      'aria-label': `Choose ${scene.title}`,
      onclick: (event: Event) => {
        if (event instanceof MouseEvent) choose(scene.id, event);
      },
    });
    this.element.append(this.#box);
    this.showChoice();
    this.#offerTools();
  }

  /** Buttons on every card would be thousands: they come when a card is meant. */
  #offerTools(): void {
    const { element, one, context } = this;
    let tools: HTMLElement | undefined;
    const add = (): void => {
      tools ??= context.tools(one.scene);
      // Put there once more between pointer down and up, a button would get no click.
      if (tools !== undefined && tools.parentElement !== element) element.append(tools);
    };
    const remove = (): void => {
      if (!element.matches(':hover, :focus-within')) tools?.remove();
    };
    // Under a finger that taps, a button must not appear: the open scene has them all.
    element.addEventListener('pointerenter', ({ pointerType }) => {
      if (pointerType === 'mouse') add();
    });
    element.addEventListener('focusin', () => {
      if (element.matches(':has(:focus-visible)')) add();
    });
    element.addEventListener('pointerleave', remove);
    element.addEventListener('focusout', () => requestAnimationFrame(remove));
  }

  showChoice(): void {
    const isChosen = this.context.isChosen(this.one.scene.id);
    this.element.classList.toggle('chosen', isChosen);
    if (this.#box !== undefined) this.#box.checked = isChosen;
  }

  put({ left, top, width, height }: Place): void {
    const { style } = this.element;
    style.setProperty('left', `${left}px`);
    style.setProperty('top', `${top}px`);
    style.setProperty('width', `${width}px`);
    style.setProperty('height', `${height}px`);
  }
}

/** The picture of a card, or the drawing of its state. */
function face({ picture, state }: SceneCard): HTMLElement {
  if (picture?.thumb !== undefined) return el('span', { class: 'face' }, thumbnail(picture));
  return thumbnail(undefined, { instead: picture === undefined ? STATE_WORDS[state].icon : 'image' });
}

/** What is said first, and what else can be said. That a picture is not reviewed yet is usual, and said by no mark. */
function badges({ state, flags, picture }: SceneCard): HTMLElement {
  const isOpen = state === 'pending' || state === 'waits';
  const instead = isOpen ? flags.find((flag) => flag === 'preview-only' || flag === 'outdated') : undefined;
  const first = instead === undefined ? STATE_WORDS[state] : FLAG_WORDS[instead];
  const others = flags.filter((flag) => flag !== 'unreviewed' && flag !== instead);
  return el(
    'span',
    { class: 'badges' },
    badge(`${state} ${instead ?? ''}`, first, 'badge-word'),
    ...others.map((flag) => badge(`flag ${flag}`, FLAG_WORDS[flag], 'unseen')),
    picture !== undefined && picture.thumb === undefined && 'This file is no whole picture.',
  );
}

function badge(className: string, { icon: name, label, says }: Word, wordClass: string): HTMLElement {
  const word = el('span', { class: wordClass }, label);
  return el('span', { class: `badge ${className}`, title: `${label}: a scene ${says}` }, icon(name), word);
}

/** The reason if something went wrong, else what is to be painted. */
function inPlaceOf({ state, reason, prompt }: SceneCard): string {
  const isWrong = ['failed', 'refused', 'unusable', 'blocked'].includes(state);
  const text = isWrong ? sentence(reason) : prompt;
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT).replace(/\s+\S*$/, '')} …`;
}

/** The shape of its picture, width by height; undefined for a scene without one. */
export function ratioOf({ picture, aspectRatio }: SceneCard): number | undefined {
  if (picture === undefined) return undefined;
  const [width = 1, height = 1] =
    picture.width > 0 ? [picture.width, picture.height] : aspectRatio.split(':').map((part) => Number(part));
  const ratio = width / height;
  return Number.isFinite(ratio) && ratio > 0 ? Math.min(3, Math.max(0.45, ratio)) : 1;
}
