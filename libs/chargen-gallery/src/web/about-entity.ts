import type { EntityCard, OwnReference } from '../model.js';
import { entityDetails } from './data.js';
import { messageOf } from './dialog.js';
import { el, fileLink, icon, replaceChildren, thumbnail, type Child } from './dom.js';
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
  const toggled = (): void => {
    if (element.open) opened.add(id);
    else opened.delete(id);
    if (element.open && body.childElementCount === 0) void fill(body, entity);
  };
  const unlike = `Not as canon: ${offCanon.join(', ')}`;
  const summary = el(
    'summary',
    `Appearance and ${plural(references, 'reference')}`,
    offCanon.length > 0 && el('span', { class: 'badge off-canon' }, icon('alert'), unlike),
  );
  const element = el('details', { class: 'about', open: opened.has(id), ontoggle: toggled }, summary, body);
  return element;
}

async function fill(body: HTMLElement, entity: EntityCard): Promise<void> {
  try {
    const { appearance, references } = await entityDetails(entity.details);
    const items = references.map((one) => el('li', ...ownReference(one)));
    replaceChildren(
      body,
      appearance !== '' && el('p', { class: 'appearance' }, appearance),
      el('ul', { class: 'own-references' }, items),
    );
  } catch (error) {
    replaceChildren(body, el('p', { class: 'warning', role: 'alert' }, messageOf(error)));
  }
}

function ownReference({ id, role, description, picture, analysis, canon }: OwnReference): Child[] {
  const altText = analysis?.altText ?? '';
  const image = thumbnail(picture, { alt: altText === '' ? id : altText });
  const words = [role, description].filter((one) => one !== '').join(' · ');
  return [
    picture?.thumb === undefined
      ? el('span', { class: 'face none' }, icon('image'), 'There is no such picture.')
      : fileLink(picture.href, { title: 'Open the file' }, image),
    el(
      'div',
      el('h3', id),
      el('p', { class: 'source' }, words),
      canon && canonWords(canon),
      analysis === undefined
        ? el('p', { class: 'source' }, 'Not analyzed as it is now.')
        : el('details', el('summary', 'What analysis sees'), ...analysisWords(analysis)),
    ),
  ];
}
