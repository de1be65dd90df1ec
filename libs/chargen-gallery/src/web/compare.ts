import type { PictureLink } from '../model.js';
import { el } from './dom.js';

/** Two pictures of one scene above each other; a slider says how much of which is seen. */
export function comparison(
  before: PictureLink,
  after: PictureLink,
  labels: { readonly before: string; readonly after: string },
): HTMLElement {
  const frame = el(
    'div',
    { class: 'compare-frame' },
    el('img', { class: 'after', src: after.href, alt: `After: ${labels.after}` }),
    el('img', { class: 'before', src: before.href, alt: `Before: ${labels.before}` }),
    el('span', { class: 'divider' }),
    el('span', { class: 'corner left' }, labels.before),
    el('span', { class: 'corner right' }, labels.after),
  );
  const slider = el('input', {
    type: 'range',
    min: 0,
    max: 100,
    value: 50,
    'aria-label': 'Share of the earlier picture, in percent',
    oninput: () => frame.style.setProperty('--share', `${slider.value}%`),
  });
  frame.style.setProperty('--share', '50%');
  const ratio = (after.width === 0 ? 1 : after.width / after.height).toString();
  frame.style.setProperty('--ratio', ratio);
  return el('div', { class: 'compare' }, frame, slider);
}
