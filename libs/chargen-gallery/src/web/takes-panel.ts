import type { SceneDetails } from '../model.js';
import { button, el, icon } from './dom.js';

/** The takes that can be chosen from; nothing if there is only one. `use` is undefined without a server. */
export function takesPanel(
  { takes, take: named }: SceneDetails,
  use: ((take: number) => void) | undefined,
): HTMLElement | undefined {
  if (takes.length < 2) return undefined;
  const items = takes.map(({ take, picture }) => {
    const isNamed = take === named;
    const choose = (): void => {
      use?.(take);
    };
    return el(
      'li',
      { 'aria-current': isNamed ? 'true' : undefined },
      el(
        'a',
        { href: picture.href, target: '_blank', rel: 'noreferrer' },
        picture.thumb === undefined
          ? icon('image')
          : el('img', { src: picture.thumb, alt: '', loading: 'lazy' }),
        `Take ${take}`,
        isNamed ? ', the picture' : '',
      ),
      isNamed || use === undefined
        ? undefined
        : button('check', `Use take ${take}`, choose, { class: 'small' }),
    );
  });
  return el('section', { class: 'part' }, el('h3', {}, 'Takes'), el('ol', { class: 'takes' }, ...items));
}
