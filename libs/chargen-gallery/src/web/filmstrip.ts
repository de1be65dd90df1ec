import type { SceneCard } from '../model.js';
import { el, icon } from './dom.js';
import type { Store } from './store.js';
import { FLAG_WORDS } from './words.js';

/** Pictures on each side of the open one: of a large world only these are in the page. */
const EACH_SIDE = 8;

/** The pictures before and after the open one, each with what was decided about it. */
export function filmstrip(store: Store, ids: readonly string[]): (HTMLElement | undefined)[] {
  const { scene: open } = store.view;
  const at = Math.max(0, ids.indexOf(open));
  const first = Math.max(0, Math.min(at - EACH_SIDE, ids.length - 2 * EACH_SIDE - 1));
  return ids.slice(first, first + 2 * EACH_SIDE + 1).map((id) => {
    const scene = store.find(id)?.scene;
    return scene && stripPicture(scene, id === open, () => store.show({ scene: id, compare: '' }));
  });
}

function stripPicture(
  { picture, review, title }: SceneCard,
  isOpen: boolean,
  onclick: () => void,
): HTMLElement {
  const state = review?.state ?? 'unreviewed';
  const attributes = {
    type: 'button',
    // Arrows lead from picture to picture; Tab goes past the strip.
    tabindex: '-1',
    class: `strip-picture ${state}`,
    'aria-current': isOpen ? 'true' : undefined,
    'aria-label': state === 'unreviewed' ? title : `${title}, ${state}`,
    title,
    onclick,
  };
  const image = picture?.thumb === undefined ? icon('image') : el('img', { src: picture.thumb, alt: '' });
  const mark = state === 'unreviewed' ? undefined : icon(FLAG_WORDS[state].icon);
  return el('li', el('button', attributes, image, mark));
}
