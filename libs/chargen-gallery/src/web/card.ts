import { useComputed, useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { SceneCard } from '../model.js';
import { offersFor } from './actions.js';
import type { Searchable } from './filter.js';
import type { Place } from './layout.js';
import { isServed, store } from './page.js';
import { choose, current, tabStop } from './places.js';
import { el, icon, iconButton, thumbnail } from './ui.js';
import { formatView, NO_VIEW } from './view.js';
import { FLAG_WORDS, sentence, STATE_WORDS, type Word } from './words.js';

/** As many letters as fit on a card. */
const EXCERPT = 120;

interface CardProps {
  readonly one: Searchable;
  readonly place: Place;
}

/** The card of a scene. */
export function Card({ one: { scene, entity }, place }: CardProps): VNode {
  const { id, title, picture, state, flags } = scene;
  // Buttons on every card would be thousands: they come when a card is meant.
  const isMeant = useSignal(false);
  // Of a hundred cards only those are drawn anew for which it changes.
  const isChosen = useComputed(() => isServed.value && store.chosen.value.has(id)).value;
  const isStop = useComputed(() => tabStop.value === id).value;
  const looks = [`card is-${state}`, ...flags, picture ? '' : 'compact', isChosen ? 'chosen' : ''];
  const { left, top, width, height } = place;
  const style = { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
  const caption = el(
    'span.caption',
    el('span.title', title),
    el('span.unseen', `, ${entity.name}, `),
    badges(scene),
    picture === undefined && el('span.excerpt', { 'aria-hidden': true }, inPlaceOf(scene)),
  );
  const link = {
    class: 'open',
    tabIndex: isStop ? 0 : -1,
    href: `#${formatView({ ...NO_VIEW, scene: id })}`,
    title,
    'data-scene': id,
    onFocus: () => {
      current.value = id;
    },
    onClick: (event: MouseEvent) => open(id, event),
    onContextMenu: (event: MouseEvent) => rest(id, event),
  };
  return el(
    'li',
    { class: looks.join(' '), style, ...meaning(isMeant) },
    el('a', link, face(scene), caption),
    isServed.value &&
      el('input', {
        type: 'checkbox',
        class: 'tick',
        tabIndex: -1,
        'aria-label': `Choose ${title}`,
        checked: isChosen,
        onClick: ({ shiftKey, currentTarget }) => {
          choose(id, shiftKey);
          // The browser has turned it, also if a choice with Shift leaves it as it was.
          currentTarget.checked = store.chosen.value.has(id);
        },
      }),
    isServed.value && isMeant.value && tools(scene),
  );
}

/** A card is meant if the mouse is on it, or if it has the focus of the keyboard. */
function meaning(isMeant: { value: boolean }) {
  type At = { readonly currentTarget: HTMLElement };
  const leave = (card: HTMLElement): void => {
    if (!card.matches(':hover, :focus-within')) isMeant.value = false;
  };
  return {
    // Under a finger that taps, a button must not appear: the open scene has them all.
    onPointerEnter: (event: PointerEvent): void => {
      if (event.pointerType === 'mouse') isMeant.value = true;
    },
    onFocusIn: ({ currentTarget }: At): void => {
      if (currentTarget.matches(':has(:focus-visible)')) isMeant.value = true;
    },
    onPointerLeave: ({ currentTarget }: At): void => leave(currentTarget),
    onFocusOut: ({ currentTarget }: At): void => void requestAnimationFrame(() => leave(currentTarget)),
  };
}

/** A click opens; with Shift or Ctrl it chooses, if there is a server. */
function open(id: string, event: MouseEvent): void {
  const isChoice = event.shiftKey || event.ctrlKey || event.metaKey;
  if (isChoice && !isServed.value) return;
  event.preventDefault();
  current.value = id;
  if (isChoice) choose(id, event.shiftKey);
  else store.openScene(id, 'push');
}

/** A finger that rests on a card chooses it; the menu of a mouse stays. */
function rest(id: string, event: MouseEvent): void {
  if (!(event instanceof PointerEvent) || event.pointerType === 'mouse' || !isServed.value) return;
  event.preventDefault();
  choose(id, event.shiftKey);
}

/** What its state calls for, and the decisions about its picture. */
function tools(scene: SceneCard): VNode {
  const buttons = offersFor(scene, false).map((offer) => {
    if (offer === undefined) return undefined;
    const [face, label, act] = offer;
    const name = label.replace(/ …$/, '');
    return iconButton(face, `${name}: ${scene.title}`, act, { class: 'card-tool', title: name });
  });
  return el('span.card-tools', buttons);
}

/** The picture of a card, or the drawing of its state. */
function face({ picture, state }: SceneCard): VNode {
  if (picture?.thumb !== undefined) return el('span.face', thumbnail(picture));
  return thumbnail(undefined, { instead: picture === undefined ? STATE_WORDS[state].icon : 'image' });
}

/** What is said first, and what else can be said. That a picture is not reviewed yet is usual, and said by no mark. */
function badges({ state, flags, picture }: SceneCard): VNode {
  const isOpen = state === 'pending' || state === 'waits';
  const instead = isOpen ? flags.find((flag) => flag === 'preview-only' || flag === 'outdated') : undefined;
  const first = instead === undefined ? STATE_WORDS[state] : FLAG_WORDS[instead];
  const others = flags.filter((flag) => flag !== 'unreviewed' && flag !== instead);
  return el(
    'span.badges',
    badge(`${state} ${instead ?? ''}`, first, 'badge-word'),
    others.map((flag) => badge(`flag ${flag}`, FLAG_WORDS[flag], 'unseen')),
    picture !== undefined && picture.thumb === undefined && 'This file is no whole picture.',
  );
}

function badge(look: string, { icon: name, label, says }: Word, wordLook: string): VNode {
  const word = el('span', { class: wordLook }, label);
  return el('span', { class: `badge ${look}`, title: `${label}: a scene ${says}` }, icon(name), word);
}

/** The reason if something went wrong, else what is to be painted. */
function inPlaceOf({ state, reason, prompt }: SceneCard): string {
  const isWrong = ['failed', 'refused', 'unusable', 'blocked'].includes(state);
  const text = isWrong ? sentence(reason) : prompt;
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT).replace(/\s+\S*$/, '')} …`;
}
