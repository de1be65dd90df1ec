import { el, icon } from './dom.js';
import { keep, kept } from './kept.js';
import type { Sizes } from './layout.js';

/** Heights of a row of pictures, in pixels: from about 40 pictures on a screen to about 3. */
const ROWS = [104, 130, 165, 210, 265, 335, 425, 540] as const;
const USUAL = 3;
const USUAL_ROW = 210;

/** Below this height a title has one line, and a state is its drawing alone. */
const SMALL = 150;

/** How large pictures are, as a slider; the choice is kept. */
export class Density {
  readonly element: HTMLElement;
  #step = Number(kept('localStorage', 'size') ?? USUAL);

  constructor(onChange: () => void) {
    const slider = el('input', {
      type: 'range',
      min: 0,
      max: ROWS.length - 1,
      value: this.#step,
      'aria-label': 'Size of the pictures',
      oninput: () => {
        this.#step = Number(slider.value);
        keep('localStorage', 'size', slider.value);
        onChange();
      },
    });
    this.element = el('label', { class: 'density', title: 'Size of the pictures' }, icon('image'), slider);
  }

  get isSmall(): boolean {
    return this.#row < SMALL;
  }

  get #row(): number {
    return ROWS[this.#step] ?? USUAL_ROW;
  }

  /** `em` is the page's letter size in pixels: words need the room that their reader has chosen. */
  sizes(width: number, em: number): Sizes {
    const caption = this.isSmall ? 1.9 * em : 3.7 * em;
    const row = this.#row;
    const gap = this.isSmall ? 0.5 * em : em;
    const compact = { width: 17 * em, height: (this.isSmall ? 2.4 : 4.6) * em };
    return {
      width,
      row,
      caption,
      gap,
      narrowest: Math.min(width, this.isSmall ? 5.5 * em : 8.4 * em),
      compact,
    };
  }
}
