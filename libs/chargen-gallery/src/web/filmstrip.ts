import { el, icon, replaceChildren } from './dom.js';
import type { Lightbox } from './lightbox.js';
import type { Store } from './store.js';

/** Pictures on each side of the open one: of a large world only these are in the page. */
const EACH_SIDE = 8;

/** The pictures before and after the open one, each with what was decided about it. */
export class Filmstrip {
  readonly element = el('ol', { class: 'filmstrip', 'aria-label': 'Pictures before and after this one' });

  constructor(
    readonly store: Store,
    readonly lightbox: Lightbox,
  ) {}

  draw(): void {
    const { scene: open } = this.store.view;
    const ids = this.lightbox.ids();
    const at = Math.max(0, ids.indexOf(open));
    const first = Math.max(0, Math.min(at - EACH_SIDE, ids.length - 2 * EACH_SIDE - 1));
    const near = ids.slice(first, first + 2 * EACH_SIDE + 1);
    replaceChildren(
      this.element,
      near.map((id) => this.#frame(id, id === open)),
    );
  }

  #frame(id: string, isOpen: boolean): HTMLElement | undefined {
    const scene = this.store.find(id)?.scene;
    if (scene === undefined) return undefined;
    const { picture, review, title } = scene;
    const state = review?.state ?? 'unreviewed';
    return el(
      'li',
      {},
      el(
        'button',
        {
          type: 'button',
          // Arrows lead from picture to picture; Tab goes past the strip.
          tabindex: '-1',
          class: `strip-picture ${state}`,
          'aria-current': isOpen ? 'true' : undefined,
          'aria-label': state === 'unreviewed' ? title : `${title}, ${state}`,
          title,
          onclick: () => {
            this.store.show({ scene: id, compare: '' });
          },
        },
        picture?.thumb === undefined ? icon('image') : el('img', { src: picture.thumb, alt: '' }),
        state === 'approved' ? icon('check') : state === 'rejected' ? icon('dice') : undefined,
      ),
    );
  }
}
