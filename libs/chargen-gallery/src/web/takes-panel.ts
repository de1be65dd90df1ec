import type { SceneDetails } from '../model.js';
import { el, icon } from './dom.js';

/** The takes that can be chosen from; nothing if there is only one. */
export function takesPanel({ takes, take: named }: SceneDetails): HTMLElement | undefined {
  if (takes.length < 2) return undefined;
  const items = takes.map(({ take, picture }) =>
    el(
      'li',
      { 'aria-current': take === named ? 'true' : undefined },
      el(
        'a',
        { href: picture.href, target: '_blank', rel: 'noreferrer' },
        picture.thumb === undefined
          ? icon('image')
          : el('img', { src: picture.thumb, alt: '', loading: 'lazy' }),
        `Take ${take}`,
        take === named ? ', the picture' : '',
      ),
    ),
  );
  return el('section', {}, el('h3', {}, 'Takes'), el('ol', { class: 'takes' }, ...items));
}
