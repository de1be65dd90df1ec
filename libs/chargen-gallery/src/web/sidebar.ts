import { ENTITY_TYPES, type EntityCard } from '../model.js';
import { el, icon, replaceChildren, type Child, type IconName } from './dom.js';
import { countBy, meansBroken } from './filter.js';
import type { Store } from './store.js';
import { countFilters, MARKS, type Mark, type View } from './view.js';
import { MARK_WORDS, TYPE_WORDS, when } from './words.js';

/** Tags beyond this many are found by text. */
const MAX_TAGS = 40;

/** The filters, each choice with how many scenes it would show. */
export function sidebar(store: Store): HTMLElement {
  const body = el('div', { class: 'filters' });
  const count = el('span', { class: 'filter-count' });
  const summary = el('summary', icon('filter'), 'Filters', count);
  const panel = el('details', { class: 'filter-panel' }, summary, body);
  const wide = matchMedia('(min-width: 60rem)');
  const fold = (): void => {
    panel.open = wide.matches;
  };
  fold();
  wide.addEventListener('change', fold);
  /** Groups whose choices without a scene are unfolded. */
  const unfolded = new Set<string>();
  const draw = (): void => {
    const filters = countFilters(store.view);
    count.textContent = filters === 0 ? '' : String(filters);
    replaceChildren(
      body,
      group('State', states(store), unfolded, 'states'),
      group('Type', types(store)),
      runs(store),
      ENTITY_TYPES.map((type) => group(TYPE_WORDS[type].many, entities(store, type), unfolded)),
      group('Tags', tags(store), unfolded, 'chips'),
    );
  };
  draw();
  store.on(['filters', 'data', 'scenes'], draw);
  return el('nav', { class: 'sidebar', 'aria-label': 'Filters' }, panel);
}

interface Choice {
  readonly label: string;
  readonly face?: IconName;
  readonly count: number;
  readonly isOn: boolean;
  readonly title?: string;
  /** The view with it, or without it if it is on. */
  readonly turned: Partial<View>;
  readonly store: Store;
}

/** Choices that would show nothing are folded away, if it is known which groups are unfolded. */
function group(name: string, choices: readonly Choice[], unfolded?: Set<string>, className = ''): Child {
  if (choices.length === 0) return undefined;
  const listOf = (some: readonly Choice[]): HTMLElement =>
    el('ul', { class: `choices ${className}` }, some.map(choiceItem));
  const empty = unfolded === undefined ? [] : choices.filter(({ count, isOn }) => count === 0 && !isOn);
  const others = choices.filter((one) => !empty.includes(one));
  // What is folded need not be in the page.
  const fill = (): void => {
    if (more.open && more.childElementCount === 1) more.append(listOf(empty));
  };
  const ontoggle = (): void => {
    if (more.open) unfolded?.add(name);
    else unfolded?.delete(name);
    fill();
  };
  const open = unfolded?.has(name) === true;
  const summary = el('summary', `${empty.length} more without a scene`);
  const more = el('details', { class: 'more', open, ontoggle }, summary);
  fill();
  return el('section', el('h2', name), others.length > 0 && listOf(others), empty.length > 0 && more);
}

/** A choice that can be on or off, with its count. */
function choiceItem({ label, face, count, isOn, title, turned, store }: Choice): HTMLElement {
  const onclick = (): void => store.show(turned);
  const attributes = { type: 'button', class: 'choice', title, onclick, 'data-key': label };
  return el(
    'li',
    el(
      'button',
      { ...attributes, 'aria-pressed': String(isOn) },
      el('span', { class: 'choice-label' }, face && icon(face), label),
      el('span', { class: 'count' }, String(count)),
    ),
  );
}

function toggled<T>(list: readonly T[], one: T): readonly T[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

function states(store: Store): Choice[] {
  const { view, index, all } = store;
  const counts = countBy(all, view, 'marks', (one) => one.marks);
  const broken = index.entities.filter((entity) => meansBroken(view, entity, 'marks')).length;
  counts.set('blocked', (counts.get('blocked') ?? 0) + broken);
  // States that no scene of the world has would only be noise.
  const known = new Set<Mark>([...view.marks, ...all.flatMap(({ marks }) => [...marks])]);
  if (index.entities.some(({ errors }) => errors.length > 0)) known.add('blocked');
  return MARKS.filter((mark) => known.has(mark)).map((mark) => {
    const { icon: face, label, says } = MARK_WORDS[mark];
    const turned = { marks: toggled(view.marks, mark) };
    const isOn = view.marks.includes(mark);
    return { label, face, count: counts.get(mark) ?? 0, isOn, title: `Scenes ${says}`, turned, store };
  });
}

function types(store: Store): Choice[] {
  const { view, all } = store;
  const counts = countBy(all, view, 'types', (one) => [one.entity.type]);
  return ENTITY_TYPES.map((type) => ({
    label: TYPE_WORDS[type].many,
    count: counts.get(type) ?? 0,
    isOn: view.types.includes(type),
    turned: { types: toggled(view.types, type) },
    store,
  }));
}

function entities(store: Store, type: EntityCard['type']): Choice[] {
  const { view, all } = store;
  const counts = countBy(all, view, 'entity', (one) => [one.entity.id]);
  return store.entities
    .filter((entity) => entity.type === type)
    .map((entity) => {
      const { id, name: label, errors } = entity;
      const isOn = view.entity === id;
      const count = (counts.get(id) ?? 0) + (meansBroken(view, entity) ? 1 : 0);
      const face = errors.length === 0 ? {} : { face: 'alert' as const };
      return { label, ...face, count, isOn, turned: { entity: isOn ? '' : id }, store };
    });
}

function tags(store: Store): Choice[] {
  const { view, all } = store;
  const counts = countBy(all, view, 'text', (one) => one.tags);
  const known = new Map<string, number>();
  for (const { tags: own } of all) for (const tag of own) known.set(tag, (known.get(tag) ?? 0) + 1);
  return [...known]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([label]) => label)
    .filter((label, place) => place < MAX_TAGS || view.tags.includes(label))
    .map((label) => ({
      label,
      count: counts.get(label) ?? 0,
      isOn: view.tags.includes(label),
      turned: { tags: toggled(view.tags, label) },
      store,
    }));
}

function runs(store: Store): Child {
  const { view, index, all } = store;
  if (index.runs.length === 0) return undefined;
  const counts = countBy(all, view, 'run', (one) => one.scene.runs);
  const options = index.runs.map(({ id, startedAt }) => {
    const label = `${startedAt === '' ? id : when(startedAt)} (${counts.get(id) ?? 0})`;
    return el('option', { value: id, selected: id === view.run }, label);
  });
  const onchange = (): void => store.show({ run: select.value });
  const any = el('option', { value: '' }, 'Any run');
  const select = el('select', { 'aria-label': 'Run', onchange }, any, options);
  const run = index.runs.find((one) => one.id === view.run);
  const hasSheet = run !== undefined && Object.keys(run.totals).length > 0;
  return el(
    'section',
    el('h2', 'Run'),
    select,
    hasSheet && el('p', { class: 'hint' }, el('a', { href: run.sheet }, 'Contact sheet of this run')),
    run !== undefined && run.stopMessage !== '' && el('p', { class: 'hint' }, run.stopMessage),
  );
}
