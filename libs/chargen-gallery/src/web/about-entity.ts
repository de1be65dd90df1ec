import type { EntityCard, EntityDetails, OwnReference } from '../model.js';
import { entityDetails } from './data.js';
import { messageOf } from './dialog.js';
import { el, icon, replaceChildren } from './dom.js';
import { analysisWords, canonWords } from './panels.js';
import { plural } from './words.js';

/**
 * How an entity looks: what its author wrote, and the pictures given of it with what analysis sees in them. Folded,
 * since the scenes are what people come for; `opened` remembers which are open when the page is drawn anew.
 */
export function aboutEntity(entity: EntityCard, opened: Set<string>): HTMLElement | undefined {
  const { id, references, offCanon } = entity;
  if (references === 0) return undefined;
  const body = el('div', { class: 'about-body' });
  const element = el(
    'details',
    {
      class: 'about',
      open: opened.has(id),
      ontoggle: () => {
        if (element.open) opened.add(id);
        else opened.delete(id);
        if (element.open && body.childElementCount === 0) void fill(body, entity);
      },
    },
    el(
      'summary',
      {},
      `Appearance and ${plural(references, 'reference')}`,
      offCanon.length === 0
        ? undefined
        : el('span', { class: 'badge off-canon' }, icon('alert'), `Not as canon: ${offCanon.join(', ')}`),
    ),
    body,
  );
  return element;
}

async function fill(body: HTMLElement, entity: EntityCard): Promise<void> {
  let details: EntityDetails;
  try {
    details = await entityDetails(entity.details);
  } catch (error) {
    replaceChildren(body, el('p', { class: 'warning', role: 'alert' }, messageOf(error)));
    return;
  }
  replaceChildren(
    body,
    details.appearance === '' ? undefined : el('p', { class: 'appearance' }, details.appearance),
    el(
      'ul',
      { class: 'own-references' },
      ...details.references.map((one) => el('li', {}, ...ownReference(one))),
    ),
  );
}

function ownReference({ id, role, description, picture, analysis, canon }: OwnReference): Node[] {
  const words = el(
    'div',
    {},
    el('h3', {}, id),
    el('p', { class: 'source' }, [role, description].filter((one) => one !== '').join(' · ')),
    ...(canon === undefined ? [] : canonWords(canon)),
    analysis === undefined
      ? el('p', { class: 'source' }, 'Not analyzed as it is now.')
      : el('details', {}, el('summary', {}, 'What analysis sees'), ...analysisWords(analysis)),
  );
  return [
    picture?.thumb === undefined
      ? el('span', { class: 'face none' }, icon('image'), 'There is no such picture.')
      : el(
          'a',
          { href: picture.href, target: '_blank', rel: 'noreferrer', title: 'Open the file' },
          el('img', {
            src: picture.thumb,
            alt: analysis?.altText === undefined || analysis.altText === '' ? id : analysis.altText,
            loading: 'lazy',
            width: picture.width,
            height: picture.height,
          }),
        ),
    words,
  ];
}
