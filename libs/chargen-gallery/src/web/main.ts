import { signal } from '@preact/signals';
import { render, type VNode } from 'preact';
import { Density } from './density.js';
import { Dialog } from './dialogs.js';
import { keepFocus } from './focus.js';
import { Grid } from './grid.js';
import { keep, kept } from './kept.js';
import { onKey } from './keys.js';
import { Lightbox } from './lightbox.js';
import { main } from './places.js';
import { isServed, store } from './page.js';
import { pose } from './question.js';
import { RunPanel } from './run-panel.js';
import { serve } from './served.js';
import { Sidebar } from './sidebar.js';
import { button, el, icon, iconButton, part, withCode, type Child } from './ui.js';
import { dollars, plural, when } from './words.js';

/** What stands at the foot is in the open picture if there is one: behind it, it could be neither seen nor reached. */
function App(): Child {
  return [
    header(),
    stuckJobs(),
    el('div.layout', part(Sidebar, {}), part(Grid, {})),
    part(Lightbox, {}),
    part(Dialog, {}),
    isServed.value && store.view.value.scene === '' && part(RunPanel, {}),
  ];
}

function header(): VNode {
  const { title, scenes, spentUsd, pendingUsd, madeAt } = store.index.value;
  const made = scenes.filter(({ state }) => state === 'done' || state === 'locked').length;
  document.title = `${title}: gallery`;
  const summary = [
    `${made} of ${plural(scenes.length, 'picture')}`,
    `${dollars(spentUsd)} spent on them`,
    ...(pendingUsd > 0 ? [`${dollars(pendingUsd)} for what is pending`] : []),
    `as of ${when(madeAt)}`,
  ];
  return el(
    'header.top',
    button(undefined, 'Skip to the pictures', () => main.current?.focus(), { class: 'skip' }),
    el('div.names', el('h1', title), el('p.summary', summary.join(' · '))),
    el(
      'div.tools',
      el('search', el('label.search', icon('search'), searchField())),
      part(Density, {}),
      themeButton(),
      iconButton('keyboard', 'Keys (?)', () => pose({ kind: 'help' })),
    ),
  );
}

function searchField(): VNode {
  return el('input', {
    type: 'search',
    placeholder: 'Search titles, prompts, tags',
    'aria-label': 'Search titles, prompts and tags',
    value: store.filters.value.text,
    onInput: ({ currentTarget }) => store.show({ text: currentTarget.value }),
  });
}

const THEMES = ['auto', 'light', 'dark'] as const;
const theme = signal(THEMES.find((one) => one === kept('localStorage', 'theme')) ?? 'auto');

/** A button that goes through the themes. */
function themeButton(): VNode {
  const { value } = theme;
  document.documentElement.style.colorScheme = value === 'auto' ? '' : value;
  const next = (): void => {
    theme.value = THEMES[(THEMES.indexOf(value) + 1) % THEMES.length] ?? 'auto';
    keep('localStorage', 'theme', theme.value);
  };
  return iconButton('theme', `Colours: ${value}. Change`, next, { title: `Colours: ${value}` });
}

/** Jobs that Google has had for too long, above the pictures; hidden if there are none. */
function stuckJobs(): VNode {
  const { stuck } = store.index.value;
  const lines = stuck.map((line) => el('p.warning', icon('alert'), el('span', withCode(line))));
  return el('aside.stuck', { 'aria-label': 'Stuck jobs', hidden: stuck.length === 0 }, lines);
}

render(part(App, {}), document.body);
addEventListener('keydown', onKey);
keepFocus(() => main.current);
document.documentElement.dataset['ready'] = 'true';
void serve();
