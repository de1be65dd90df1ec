import type { SceneDetails } from '../model.js';
import { button, el, fileLink, thumbnail } from './dom.js';

/** The takes that can be chosen from; nothing if there is only one. `use` is undefined without a server. */
export function takesPanel(
  { takes, take: named }: SceneDetails,
  use: ((take: number) => void) | undefined,
): HTMLElement | undefined {
  if (takes.length < 2) return undefined;
  const items = takes.map(({ take, picture }) => {
    const isNamed = take === named;
    return el(
      'li',
      { 'aria-current': isNamed ? 'true' : undefined },
      fileLink(picture.href, {}, thumbnail(picture), `Take ${take}`, isNamed && ', the picture'),
      !isNamed && use && button('check', `Use take ${take}`, () => use(take), { class: 'small' }),
    );
  });
  return el('section', { class: 'part' }, el('h3', 'Takes'), el('ol', { class: 'takes' }, items));
}
