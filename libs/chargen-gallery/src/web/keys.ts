import { neighbour } from './neighbour.js';
import * as open from './open-scene.js';
import { isServed, reviewer, store } from './page.js';
import { choose, chooseOn, focusCard, spots, tabStop } from './places.js';
import { pose } from './question.js';

/** A use of the keyboard. */
interface Key {
  /** In the list of keys. */
  readonly shown: string;
  readonly says: string;
  /** Names of keys in small letters. */
  readonly keys?: readonly string[];
  readonly needsServer?: boolean;
  /** While no picture is open; on a card only if it is the one that has the focus. */
  readonly onPage?: () => void;
  readonly onCard?: (card: string, event: KeyboardEvent) => void;
  readonly onOpen?: (key: string) => void;
}

const help = (): void => pose({ kind: 'help' });
const search = (): void => document.querySelector<HTMLElement>('.search input')?.focus();
const ARROWS = ['arrowright', 'arrowleft', 'arrowup', 'arrowdown', 'home', 'end'];

/** What each key does, in the order in which they are listed. Keys of the browser itself have no deed here. */
export const KEYS: readonly Key[] = [
  { shown: '/', says: 'Search', keys: ['/'], onPage: search },
  { shown: 'Arrows', says: 'From picture to picture', keys: ARROWS, onCard: move },
  { shown: 'Enter', says: 'Open the picture' },
  {
    shown: '← →',
    says: 'In an open picture: the one before, the next one',
    keys: ['arrowright', 'arrowleft'],
    onOpen: (key) => open.step(key === 'arrowright' ? 1 : -1),
  },
  { shown: 'Esc', says: 'Close' },
  served('g', 'Good: approve the picture, and go on to the next one', () => open.decide('approved')),
  served('r', 'Again: reject it, and go on', () => open.decide('rejected')),
  served('n', 'Note what is wrong with it', open.openNote),
  { ...served('1 to 9', 'Use this take as the picture', useTake), keys: '123456789'.split('') },
  served('u', 'Take the last step back', open.undo),
  served('l', 'Lock or unlock the scene', turnLock),
  looks('z', 'Full size, to be moved with the mouse, and back', open.toggleZoom),
  looks('c', 'Beside an earlier picture, then beside what it shows', open.compareNext),
  looks('s', 'Survey: several pictures, or the chosen ones', open.toggleSurvey),
  {
    shown: 'x or Space',
    says: 'Choose a scene (with --serve)',
    keys: ['x', ' '],
    needsServer: true,
    onCard: (card, { shiftKey }) => choose(card, shiftKey),
  },
  { shown: 'Shift', says: 'With a click, x or an arrow: choose all up to this one (with --serve)' },
  { shown: '?', says: 'This list', keys: ['?'], onPage: help, onOpen: help },
];

/** A key of an open picture. */
function looks(shown: string, says: string, onOpen: (key: string) => void): Key {
  return { shown, says, keys: [shown], onOpen };
}

function served(shown: string, says: string, onOpen: (key: string) => void): Key {
  return { ...looks(shown, `${says} (with --serve)`, onOpen), needsServer: true };
}

function useTake(key: string): void {
  const { value: scene } = store.open;
  if (scene !== undefined) reviewer.use(scene, Number(key));
}

function turnLock(): void {
  const { value: scene } = store.open;
  if (scene !== undefined) reviewer.lock([scene], scene.state !== 'locked');
}

/** To the card that an arrow leads to; with Shift all between are chosen. */
function move(card: string, { key, shiftKey }: KeyboardEvent): void {
  const at = spots.value.findIndex(({ id }) => id === card);
  const next = neighbour(spots.value, at, key);
  const id = next === undefined ? undefined : spots.value[next]?.id;
  if (id === undefined) return;
  focusCard(id);
  if (shiftKey && isServed.value) chooseOn(card, id);
}

/** The one listener for keys: what a key does depends on what is open, and on what has the focus. */
export function onKey(event: KeyboardEvent): void {
  const { target, repeat } = event;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof HTMLElement)) return;
  // A slider and a text field have their own use for keys.
  if (target.matches('input:not([type=checkbox]), textarea, select')) return;
  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
  const isOpen = dialog?.matches('.lightbox') === true;
  if (dialog !== undefined && (!isOpen || (repeat && !key.startsWith('arrow')))) return;
  const card = target.matches('.card .open') ? tabStop.value : undefined;
  for (const { keys, needsServer, onPage, onCard, onOpen } of KEYS) {
    if (keys?.includes(key) !== true || (needsServer === true && !isServed.value)) continue;
    if (isOpen ? onOpen === undefined : onPage === undefined && (card === undefined || onCard === undefined))
      continue;
    event.preventDefault();
    if (isOpen) onOpen?.(key);
    else if (card !== undefined && onCard !== undefined) onCard(card, event);
    else onPage?.();
  }
}
