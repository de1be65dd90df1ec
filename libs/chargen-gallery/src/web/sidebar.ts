import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ENTITY_TYPES, type EntityCard } from '../model.js';
import { countBy, meansBroken } from './filter.js';
import { store } from './page.js';
import { el, icon, remembered, type Child, type IconName } from './ui.js';
import { countFilters, MARKS, NO_VIEW, type Mark, type View } from './view.js';
import { MARK_WORDS, TYPE_WORDS, when } from './words.js';

/** Tags beyond this many are found by text. */
const MAX_TAGS = 40;

/** The filters, each choice with how many scenes it would show. */
export function Sidebar(): VNode {
  const panel = useRef<HTMLDetailsElement>(null);
  useLayoutEffect(() => {
    const wide = matchMedia('(min-width: 60rem)');
    const fold = (): void => {
      if (panel.current !== null) panel.current.open = wide.matches;
    };
    fold();
    wide.addEventListener('change', fold);
  }, []);
  const filters = countFilters(store.filters.value);
  const count = el('span.filter-count', filters > 0 && filters);
  const body = el(
    'div.filters',
    group('State', states(), true, 'states'),
    group('Type', types(), false),
    runs(),
    ENTITY_TYPES.map((type) => group(TYPE_WORDS[type].many, entities(type), true)),
    group('Tags', tags(), true, 'chips'),
  );
  const summary = el('summary', icon('filter'), 'Filters', count);
  const details = el('details.filter-panel', { ref: panel }, summary, body);
  return el('nav.sidebar', { 'aria-label': 'Filters' }, details);
}

interface Choice {
  readonly key: string;
  readonly label: string;
  readonly face?: IconName | false;
  readonly count: number;
  readonly isOn: boolean;
  /** Completes "Scenes …". */
  readonly says?: string;
  /** The view with it, or without it if it is on. */
  readonly turned: Partial<View>;
}

/** With `isFolding`, choices that would show nothing are folded away. */
function group(name: string, choices: readonly Choice[], isFolding: boolean, look = ''): Child {
  if (choices.length === 0) return undefined;
  const isEmpty = ({ count, isOn }: Choice): boolean => isFolding && count === 0 && !isOn;
  const listOf = (some: readonly Choice[]): VNode =>
    el('ul', { class: `choices ${look}` }, some.map(choiceItem));
  const [empty, others] = [choices.filter(isEmpty), choices.filter((one) => !isEmpty(one))];
  const summary = `${empty.length} more without a scene`;
  const more = empty.length > 0 && remembered(`filter ${name}`, 'more', summary, () => listOf(empty));
  return el('section', el('h2', name), others.length > 0 && listOf(others), more);
}

/** A choice that can be on or off, with its count. */
function choiceItem({ key, label, face, count, isOn, says, turned }: Choice): VNode {
  const title = says === undefined ? '' : `Scenes ${says}`;
  const attributes = { type: 'button', class: 'choice', title, onClick: () => store.show(turned) } as const;
  return el(
    'li',
    { key },
    el(
      'button',
      { ...attributes, 'aria-pressed': isOn },
      el('span.choice-label', face && icon(face), label),
      el('span.count', count),
    ),
  );
}

function toggled<T>(list: readonly T[], one: T): readonly T[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

function states(): Choice[] {
  const [view, all, entities] = [store.filters.value, store.all.value, store.entities.value];
  const counts = countBy(all, view, 'marks', (one) => one.marks);
  const broken = entities.filter((entity) => meansBroken(view, entity, 'marks')).length;
  counts.set('blocked', (counts.get('blocked') ?? 0) + broken);
  // States that no scene of the world has would only be noise.
  const known = new Set<Mark>([...view.marks, ...all.flatMap(({ marks }) => [...marks])]);
  if (entities.some(({ errors }) => errors.length > 0)) known.add('blocked');
  return MARKS.filter((mark) => known.has(mark)).map((mark) => {
    const { icon: face, label, says } = MARK_WORDS[mark];
    const turned = { marks: toggled(view.marks, mark) };
    return {
      key: mark,
      label,
      face,
      count: counts.get(mark) ?? 0,
      isOn: view.marks.includes(mark),
      says,
      turned,
    };
  });
}

function types(): Choice[] {
  const view = store.filters.value;
  const counts = countBy(store.all.value, view, 'types', (one) => [one.entity.type]);
  return ENTITY_TYPES.map((type) => {
    const turned = { types: toggled(view.types, type) };
    const isOn = view.types.includes(type);
    return { key: type, label: TYPE_WORDS[type].many, count: counts.get(type) ?? 0, isOn, turned };
  });
}

function entities(type: EntityCard['type']): Choice[] {
  const view = store.filters.value;
  const counts = countBy(store.all.value, view, 'entity', (one) => [one.entity.id]);
  const own = store.entities.value.filter((entity) => entity.type === type);
  return own.map((entity) => {
    const { id: key, name: label, errors } = entity;
    const isOn = view.entity === key;
    const count = (counts.get(key) ?? 0) + (meansBroken(view, entity) ? 1 : 0);
    const turned = { entity: isOn ? '' : key };
    return { key, label, face: errors.length > 0 && 'alert', count, isOn, turned };
  });
}

function tags(): Choice[] {
  const [view, all] = [store.filters.value, store.all.value];
  const counts = countBy(all, view, 'text', (one) => one.tags);
  const known = [...countBy(all, NO_VIEW, 'text', (one) => one.tags)]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([label]) => label)
    .filter((label, place) => place < MAX_TAGS || view.tags.includes(label));
  return known.map((label) => {
    const turned = { tags: toggled(view.tags, label) };
    return { key: label, label, count: counts.get(label) ?? 0, isOn: view.tags.includes(label), turned };
  });
}

function runs(): Child {
  const view = store.filters.value;
  const { runs: all } = store.index.value;
  if (all.length === 0) return undefined;
  const counts = countBy(store.all.value, view, 'run', (one) => one.scene.runs);
  const options = all.map(({ id, startedAt }) => {
    const label = `${startedAt === '' ? id : when(startedAt)} (${counts.get(id) ?? 0})`;
    return el('option', { value: id, selected: id === view.run }, label);
  });
  const onChange = ({ currentTarget }: { readonly currentTarget: HTMLSelectElement }): void =>
    store.show({ run: currentTarget.value });
  const any = el('option', { value: '' }, 'Any run');
  const run = all.find(({ id }) => id === view.run);
  const hasSheet = run !== undefined && Object.keys(run.totals).length > 0;
  return el(
    'section',
    el('h2', 'Run'),
    el('select', { 'aria-label': 'Run', onChange }, any, options),
    hasSheet && el('p.hint', el('a', { href: run.sheet }, 'Contact sheet of this run')),
    run !== undefined && run.stopMessage !== '' && el('p.hint', run.stopMessage),
  );
}
