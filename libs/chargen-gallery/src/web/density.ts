import { computed, signal } from '@preact/signals';
import type { VNode } from 'preact';
import { keep, kept } from './kept.js';
import type { Sizes } from './layout.js';
import { el, icon } from './ui.js';

/** Heights of a row of pictures, in pixels: from about 40 pictures on a screen to about 3. */
const ROWS = [104, 130, 165, 210, 265, 335, 425, 540] as const;
const USUAL = 3;
const USUAL_ROW = 210;

/** Below this height a title has one line, and a state is its drawing alone. */
const SMALL = 150;

const step = signal(Number(kept('localStorage', 'size') ?? USUAL));
const row = computed(() => ROWS[step.value] ?? USUAL_ROW);
export const isSmall = computed(() => row.value < SMALL);

/** How large pictures are, as a slider; the choice is kept. */
export function Density(): VNode {
  const slider = el('input', {
    type: 'range',
    min: 0,
    max: ROWS.length - 1,
    value: step.value,
    'aria-label': 'Size of the pictures',
    onInput: ({ currentTarget: { value } }) => {
      step.value = Number(value);
      keep('localStorage', 'size', value);
    },
  });
  return el('label.density', { title: 'Size of the pictures' }, icon('image'), slider);
}

/** `em` is the page's letter size in pixels: words need the room that their reader has chosen. */
export function sizesFor(width: number, em: number): Sizes {
  return {
    width,
    row: row.value,
    caption: isSmall.value ? 1.9 * em : 3.7 * em,
    gap: isSmall.value ? 0.5 * em : em,
    narrowest: Math.min(width, isSmall.value ? 5.5 * em : 8.4 * em),
    compact: { width: 17 * em, height: (isSmall.value ? 2.4 : 4.6) * em },
  };
}
