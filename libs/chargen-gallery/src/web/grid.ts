import type { VNode } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { EntityCard, OwnReference } from '../model.js';
import { Card } from './card.js';
import { isSmall } from './density.js';
import { useEntityDetails } from './details.js';
import { askForScene } from './forms.js';
import { bottomOf } from './layout.js';
import { isServed, store } from './page.js';
import { analysisWords, canonWords } from './panels.js';
import * as places from './places.js';
import {
  button,
  el,
  fileLink,
  folded,
  icon,
  part,
  remembered,
  thumbnail,
  warning,
  type Child,
} from './ui.js';
import { isFiltered, NO_VIEW } from './view.js';
import { plural, TYPE_WORDS } from './words.js';

/** All scenes, a section for each entity. Only what is near the screen is in the page. */
export function Grid(): VNode {
  const view = store.filters.value;
  const isEmpty = places.sections.value.length === 0 && (isFiltered(view) || store.all.value.length > 0);
  const keepPlace = places.placeOfReader();
  const layAgain = (): void => {
    places.measure();
    places.draw();
  };
  useLayoutEffect(() => {
    keepPlace();
    layAgain();
  });
  useLayoutEffect(places.toFirst, [view]);
  useLayoutEffect(() => {
    addEventListener('scroll', () => {
      places.draw();
      places.followScreen();
    });
    addEventListener('resize', layAgain);
    places.body.current?.addEventListener('toggle', layAgain, { capture: true });
  }, []);
  const drawnSections = places.sections.value.map((section) => {
    const { id } = section.entity;
    return part(EntitySection, { section, drawn: places.near.value.get(id) }, id);
  });
  return el(
    'main',
    { tabIndex: -1, 'aria-label': 'Pictures', class: isSmall.value ? 'small-cards' : '', ref: places.main },
    statusLine(),
    el('div.empty', { hidden: !isEmpty }, el('p', 'No scene fits these filters.')),
    el('div.sections', { ref: places.body }, drawnSections),
  );
}

function statusLine(): VNode {
  const isSome = isFiltered(store.filters.value);
  const visible = store.visible.value.map(({ scene }) => scene.id);
  const [count, scenes] = [visible.length, store.all.value.length];
  const showAll = (): void => {
    store.show(NO_VIEW);
    places.main.current?.focus();
  };
  const chooseAll = (): void => store.choose(visible, true);
  const small = { class: 'small' };
  return el(
    'div.status-line',
    el('p.status', { role: 'status' }, ofAll(count, scenes)),
    isSome && button('cross', 'Show all', showAll, small),
    isServed.value &&
      count > 0 &&
      button('check', isSome ? `Choose these ${count}` : 'Choose all', chooseAll, small),
  );
}

function ofAll(count: number, all: number): string {
  return count === all ? plural(all, 'scene') : `${count} of ${plural(all, 'scene')}`;
}

interface SectionProps {
  readonly section: places.Section;
  /** What of it is drawn; undefined if it is far from the screen. */
  readonly drawn: places.Near | undefined;
}

/** An entity with its cards, as far as they are near the screen. */
function EntitySection({ section, drawn }: SectionProps): VNode {
  const { entity, shown, places: own } = section;
  const { id, name } = entity;
  const attributes = { class: 'entity', 'data-entity': id };
  if (drawn === undefined) {
    const style = { height: places.heightOf(section) };
    return el('section', { ...attributes, style }, el('h2.unseen', name));
  }
  const { from, to, pinned } = drawn;
  const cards = shown.map((one, n) => {
    const place = own[n];
    const isDrawn = (n >= from && n < to) || n === pinned;
    return isDrawn && place && part(Card, { one, place }, one.scene.id);
  });
  const style = { height: `${bottomOf(own)}px` };
  return el('section', attributes, head(section), el('ul.cards', { style }, cards));
}

function head({ entity, shown, all }: places.Section): VNode {
  const { portrait, errors, name, type, description, file, references } = entity;
  const add = { class: 'add', 'aria-label': `Add a scene to ${name}` };
  const count = ofAll(shown.length, all);
  const unread = `${file} cannot be read, so its scenes are not known.`;
  const problems = errors.map((error) => el('p.code', error));
  return el(
    'div.entity-head',
    el(
      'header',
      portrait?.thumb !== undefined && thumbnail(portrait),
      el(
        'div.entity-words',
        el('p.kind', TYPE_WORDS[type].one, el('span.entity-count', count)),
        el('h2', name),
      ),
      isServed.value && errors.length === 0 && button('plus', 'Scene', () => askForScene(entity), add),
    ),
    description !== '' && el('p.description', description),
    references > 0 && about(entity),
    errors.length > 0 && el('div.problem', el('p', icon('alert'), unread), problems),
  );
}

/**
 * How an entity looks: what its author wrote, and the pictures given of it with what analysis sees in them. Folded,
 * since the scenes are what people come for.
 */
function about(entity: EntityCard): VNode {
  const { id, references, offCanon } = entity;
  const unlike = el('span.badge.off-canon', icon('alert'), `Not as canon: ${offCanon.join(', ')}`);
  const summary = [`Appearance and ${plural(references, 'reference')}`, offCanon.length > 0 && unlike];
  return remembered(`about ${id}`, 'about', summary, () =>
    el('div.about-body', part(Appearance, { entity })),
  );
}

function Appearance({ entity }: { readonly entity: EntityCard }): Child {
  const { details, problem } = useEntityDetails(entity);
  const problems = problem !== '' && warning(problem);
  if (details === undefined) return problems;
  const items = details.references.map((one) => el('li', ownReference(one)));
  return [
    problems,
    details.appearance !== '' && el('p.appearance', details.appearance),
    el('ul.own-references', items),
  ];
}

function ownReference({ id, role, description, picture, analysis, canon }: OwnReference): Child {
  const altText = analysis?.altText ?? '';
  const image = thumbnail(picture, { alt: altText === '' ? id : altText });
  const words = [role, description].filter((one) => one !== '').join(' · ');
  return [
    picture?.thumb === undefined
      ? el('span.face.none', icon('image'), 'There is no such picture.')
      : fileLink(picture.href, { title: 'Open the file' }, image),
    el(
      'div',
      el('h3', id),
      el('p.source', words),
      canon && canonWords(canon),
      analysis === undefined
        ? el('p.source', 'Not analyzed as it is now.')
        : folded('What analysis sees', analysisWords(analysis)),
    ),
  ];
}
