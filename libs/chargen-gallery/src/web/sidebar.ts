import { ENTITY_TYPES, SCENE_FLAGS, SCENE_STATES, type EntityType } from '../model.js';
import { el, icon, replaceChildren } from './dom.js';
import { countBy, meansBroken } from './filter.js';
import type { Store } from './store.js';
import { countFilters, type Mark } from './view.js';
import { FLAG_WORDS, STATE_WORDS, TYPE_WORDS, when, type Word } from './words.js';

/** Tags beyond this many are found by text. */
const MAX_TAGS = 40;

/** The filters, each choice with how many scenes it would show. */
export function sidebar(store: Store): HTMLElement {
  const body = el('div', { class: 'filters' });
  const count = el('span', { class: 'filter-count' });
  const panel = el(
    'details',
    { class: 'filter-panel' },
    el('summary', {}, icon('filter'), 'Filters', count),
    body,
  );
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
    const groups = [states(store), types(store), runs(store), ...entities(store), tags(store)];
    replaceChildren(
      body,
      groups.map((one) => one && groupElement(one, unfolded)),
    );
  };
  draw();
  store.on(['filters', 'data', 'scenes'], draw);
  return el('nav', { class: 'sidebar', 'aria-label': 'Filters' }, panel);
}

interface Choice {
  readonly label: readonly (Node | string)[];
  readonly count: number;
  readonly isOn: boolean;
  readonly title?: string;
  readonly turn: () => void;
}

interface Group {
  readonly name: string;
  readonly className: string;
  readonly choices: readonly Choice[];
  /** Whether choices that would show nothing are folded away. */
  readonly folds: boolean;
  /** What stands in it instead of choices. */
  readonly other?: readonly Node[];
}

function groupElement({ name, className, choices, folds, other }: Group, unfolded: Set<string>): HTMLElement {
  const isFolded = ({ count, isOn }: Choice): boolean => folds && count === 0 && !isOn;
  const listOf = (some: readonly Choice[]): HTMLElement =>
    el('ul', { class: `choices ${className}` }, ...some.map(choiceItem));
  const empty = choices.filter(isFolded);
  const more = el(
    'details',
    {
      class: 'more',
      open: unfolded.has(name),
      ontoggle: () => {
        if (more.open) unfolded.add(name);
        else unfolded.delete(name);
        // What is folded need not be in the page.
        if (more.open && more.childElementCount === 1) more.append(listOf(empty));
      },
    },
    el('summary', {}, `${empty.length} more without a scene`),
  );
  if (unfolded.has(name)) more.append(listOf(empty));
  return el(
    'section',
    {},
    el('h2', {}, name),
    choices.length === empty.length ? undefined : listOf(choices.filter((one) => !isFolded(one))),
    empty.length === 0 ? undefined : more,
    other,
  );
}

/** A choice that can be on or off, with its count. */
function choiceItem({ label, count, isOn, title, turn }: Choice): HTMLElement {
  const pressed = { 'aria-pressed': String(isOn), 'data-key': label.map(textOf).join('') };
  return el(
    'li',
    {},
    el(
      'button',
      { type: 'button', class: 'choice', title, onclick: turn, ...pressed },
      el('span', { class: 'choice-label' }, ...label),
      el('span', { class: 'count' }, String(count)),
    ),
  );
}

function textOf(part: Node | string): string {
  return typeof part === 'string' ? part : '';
}

function toggled<T>(list: readonly T[], one: T): readonly T[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

function states(store: Store): Group {
  const counts = countBy(store.all, store.view, 'marks', (one) => one.marks);
  const { entities: all } = store.index;
  const broken = all.filter((entity) => meansBroken(store.view, entity, 'marks')).length;
  counts.set('blocked', (counts.get('blocked') ?? 0) + broken);
  const isKnown = (mark: Mark): boolean =>
    store.all.some((one) => one.marks.has(mark)) ||
    (mark === 'blocked' && all.some(({ errors }) => errors.length > 0));
  const row = (mark: Mark, { icon: name, label, says }: Word): Choice[] => {
    const isOn = store.view.marks.includes(mark);
    // States that no scene of the world has would only be noise.
    if (!isOn && !isKnown(mark)) return [];
    const turn = (): void => {
      store.show({ marks: toggled(store.view.marks, mark) });
    };
    return [
      { label: [icon(name), label], count: counts.get(mark) ?? 0, isOn, turn, title: `Scenes ${says}` },
    ];
  };
  const choices = [
    ...SCENE_STATES.flatMap((state) => row(state, STATE_WORDS[state])),
    ...SCENE_FLAGS.flatMap((flag) => row(flag, FLAG_WORDS[flag])),
  ];
  return { name: 'State', className: 'states', choices, folds: true };
}

function types(store: Store): Group {
  const counts = countBy(store.all, store.view, 'types', (one) => [one.entity.type]);
  const choices = ENTITY_TYPES.map((type): Choice => {
    const turn = (): void => {
      store.show({ types: toggled(store.view.types, type) });
    };
    const isOn = store.view.types.includes(type);
    return { label: [TYPE_WORDS[type].many], count: counts.get(type) ?? 0, isOn, turn };
  });
  return { name: 'Type', className: '', choices, folds: false };
}

function runs(store: Store): Group | undefined {
  const { view, index } = store;
  if (index.runs.length === 0) return undefined;
  const counts = countBy(store.all, view, 'run', (one) => one.scene.runs);
  const onchange = (): void => {
    store.show({ run: select.value });
  };
  const select = el(
    'select',
    { 'aria-label': 'Run', onchange },
    el('option', { value: '' }, 'Any run'),
    ...index.runs.map(({ id, startedAt }) =>
      el(
        'option',
        { value: id, selected: id === view.run },
        `${startedAt === '' ? id : when(startedAt)} (${counts.get(id) ?? 0})`,
      ),
    ),
  );
  const run = index.runs.find((one) => one.id === view.run);
  const other: Node[] = [select];
  if (run !== undefined && Object.keys(run.totals).length > 0)
    other.push(el('p', { class: 'hint' }, el('a', { href: run.sheet }, 'Contact sheet of this run')));
  if (run !== undefined && run.stopMessage !== '') other.push(el('p', { class: 'hint' }, run.stopMessage));
  return { name: 'Run', className: '', choices: [], folds: false, other };
}

function tags(store: Store): Group | undefined {
  const { view } = store;
  const counts = countBy(store.all, view, 'text', (one) => one.tags);
  const known = new Map<string, number>();
  for (const { tags: own } of store.all) for (const tag of own) known.set(tag, (known.get(tag) ?? 0) + 1);
  if (known.size === 0) return undefined;
  const choices = [...known]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([tag]) => tag)
    .filter((tag, place) => place < MAX_TAGS || view.tags.includes(tag))
    .map((tag): Choice => {
      const turn = (): void => {
        store.show({ tags: toggled(store.view.tags, tag) });
      };
      return { label: [tag], count: counts.get(tag) ?? 0, isOn: view.tags.includes(tag), turn };
    });
  return { name: 'Tags', className: 'chips', choices, folds: true };
}

/** A group for each type. */
function entities(store: Store): Group[] {
  const counts = countBy(store.all, store.view, 'entity', (one) => [one.entity.id]);
  return ENTITY_TYPES.flatMap((type: EntityType): Group[] => {
    const choices = store.entities
      .filter((entity) => entity.type === type)
      .map((entity): Choice => {
        const { id, name, errors } = entity;
        const isBroken = meansBroken(store.view, entity);
        const turn = (): void => {
          store.show({ entity: store.view.entity === id ? '' : id });
        };
        return {
          label: errors.length === 0 ? [name] : [icon('alert'), name],
          count: (counts.get(id) ?? 0) + (isBroken ? 1 : 0),
          isOn: store.view.entity === id,
          turn,
        };
      });
    return choices.length === 0 ? [] : [{ name: TYPE_WORDS[type].many, className: '', choices, folds: true }];
  });
}
