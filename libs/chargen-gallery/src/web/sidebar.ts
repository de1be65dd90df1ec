import { ENTITY_TYPES, SCENE_FLAGS, SCENE_STATES } from '../model.js';
import { el, icon, replaceChildren } from './dom.js';
import { countBy, meansBroken } from './filter.js';
import type { Store } from './store.js';
import { countFilters, type Mark, type View } from './view.js';
import { FLAG_WORDS, STATE_WORDS, TYPE_WORDS, when } from './words.js';

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
  const draw = (): void => {
    const filters = countFilters(store.view);
    count.textContent = filters === 0 ? '' : String(filters);
    const focused = document.activeElement?.getAttribute('data-choice') ?? undefined;
    replaceChildren(body, states(store), types(store), runs(store), tags(store), entities(store));
    if (focused === undefined) return;
    const again = [...body.querySelectorAll('[data-choice]')].find(
      (one) => one.getAttribute('data-choice') === focused,
    );
    if (again instanceof HTMLElement) again.focus();
  };
  draw();
  store.onView((before) => {
    if (differs(before, store.view)) draw();
  });
  store.onData(draw);
  store.onScene(draw);
  return el('nav', { class: 'sidebar', 'aria-label': 'Filters' }, panel);
}

function differs(a: View, b: View): boolean {
  const part = ({ types, marks, entity, run, tags, text }: View): string =>
    JSON.stringify([types, marks, entity, run, tags, text]);
  return part(a) !== part(b);
}

function group(name: string, ...children: readonly Node[]): HTMLElement {
  return el('section', {}, el('h2', {}, name), ...children);
}

/** A choice that can be on or off, with its count. */
function choice(
  id: string,
  label: readonly (Node | string)[],
  count: number,
  isOn: boolean,
  onClick: () => void,
  title?: string,
): HTMLElement {
  return el(
    'li',
    {},
    el(
      'button',
      {
        type: 'button',
        class: 'choice',
        'aria-pressed': isOn ? 'true' : 'false',
        'data-choice': id,
        'data-empty': count === 0 && !isOn,
        title,
        onclick: onClick,
      },
      el('span', { class: 'choice-label' }, ...label),
      el('span', { class: 'count' }, String(count)),
    ),
  );
}

function toggled<T>(list: readonly T[], one: T): readonly T[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

function states(store: Store): HTMLElement {
  const counts = countBy(store.all, store.view, 'marks', (one) => one.marks);
  const { entities } = store.index;
  const broken = entities.filter((entity) => meansBroken(store.view, entity, 'marks')).length;
  counts.set('blocked', (counts.get('blocked') ?? 0) + broken);
  const isKnown = (mark: Mark): boolean =>
    store.all.some((one) => one.marks.has(mark)) ||
    (mark === 'blocked' && entities.some(({ errors }) => errors.length > 0));
  const row = (
    mark: Mark,
    word: { label: string; icon: Parameters<typeof icon>[0]; says: string },
  ): Node[] => {
    const count = counts.get(mark) ?? 0;
    const isOn = store.view.marks.includes(mark);
    // States that no scene of the world has would only be noise.
    if (!isOn && !isKnown(mark)) return [];
    return [
      choice(
        `state:${mark}`,
        [icon(word.icon), word.label],
        count,
        isOn,
        () => {
          store.show({ marks: toggled(store.view.marks, mark) });
        },
        `Scenes ${word.says}`,
      ),
    ];
  };
  return group(
    'State',
    el('ul', { class: 'choices states' }, ...SCENE_STATES.flatMap((state) => row(state, STATE_WORDS[state]))),
    el(
      'ul',
      { class: 'choices states flags' },
      ...SCENE_FLAGS.flatMap((flag) => row(flag, FLAG_WORDS[flag])),
    ),
  );
}

function types(store: Store): HTMLElement {
  const counts = countBy(store.all, store.view, 'types', (one) => [one.entity.type]);
  return group(
    'Type',
    el(
      'ul',
      { class: 'choices' },
      ...ENTITY_TYPES.map((type) =>
        choice(
          `type:${type}`,
          [TYPE_WORDS[type].many],
          counts.get(type) ?? 0,
          store.view.types.includes(type),
          () => {
            store.show({ types: toggled(store.view.types, type) });
          },
        ),
      ),
    ),
  );
}

function runs(store: Store): HTMLElement {
  const { view, index } = store;
  if (index.runs.length === 0) return el('section', { hidden: true });
  const counts = countBy(store.all, view, 'run', (one) => one.scene.runs);
  const select = el(
    'select',
    {
      'aria-label': 'Run',
      'data-choice': 'run',
      onchange: () => {
        store.show({ run: select.value });
      },
    },
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
  const sheet =
    run === undefined || Object.keys(run.totals).length === 0
      ? []
      : [el('p', { class: 'hint' }, el('a', { href: run.sheet }, 'Contact sheet of this run'))];
  const stop =
    run === undefined || run.stopMessage === '' ? [] : [el('p', { class: 'hint' }, run.stopMessage)];
  return group('Run', select, ...sheet, ...stop);
}

function tags(store: Store): HTMLElement {
  const { view } = store;
  const counts = countBy(store.all, view, 'text', (one) => one.tags);
  const known = new Map<string, number>();
  for (const { tags: own } of store.all) for (const tag of own) known.set(tag, (known.get(tag) ?? 0) + 1);
  if (known.size === 0) return el('section', { hidden: true });
  const shown = [...known]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([tag]) => tag)
    .filter((tag, place) => place < MAX_TAGS || view.tags.includes(tag));
  return group(
    'Tag',
    el(
      'ul',
      { class: 'choices chips' },
      ...shown.map((tag) =>
        choice(`tag:${tag}`, [tag], counts.get(tag) ?? 0, view.tags.includes(tag), () => {
          store.show({ tags: toggled(store.view.tags, tag) });
        }),
      ),
    ),
  );
}

function entities(store: Store): HTMLElement {
  const { view, index } = store;
  const counts = countBy(store.all, view, 'entity', (one) => [one.entity.id]);
  return group(
    'Entity',
    ...ENTITY_TYPES.flatMap((type) => {
      const own = index.entities.filter((entity) => entity.type === type);
      if (own.length === 0) return [];
      return [
        el('h3', {}, TYPE_WORDS[type].many),
        el(
          'ul',
          { class: 'choices' },
          ...own.map((entity) =>
            choice(
              `entity:${entity.id}`,
              entity.errors.length === 0 ? [entity.name] : [icon('alert'), entity.name],
              counts.get(entity.id) ?? 0,
              view.entity === entity.id,
              () => {
                store.show({ entity: store.view.entity === entity.id ? '' : entity.id });
              },
            ),
          ),
        ),
      ];
    }),
  );
}
