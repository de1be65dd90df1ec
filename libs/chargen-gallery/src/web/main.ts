import { galleryIndex } from './data.js';
import { Dialog } from './dialog.js';
import { append, button, el, icon, iconButton } from './dom.js';
import { keepFocus } from './focus.js';
import { Grid } from './grid.js';
import { showHelp } from './help.js';
import { Lightbox } from './lightbox.js';
import { serve } from './served.js';
import { sidebar } from './sidebar.js';
import { Store } from './store.js';
import { stuckJobs } from './stuck-jobs.js';
import { themeButton } from './theme.js';
import { dollars, plural, when } from './words.js';

function start(): void {
  const index = galleryIndex();
  if (index === undefined) {
    const message = 'The data of this page are not there. Make it again: chargen gallery';
    append(document.body, [el('p', { class: 'fatal', role: 'alert' }, message)]);
    return;
  }
  const store = new Store(index);
  const grid = new Grid(store);
  const lightbox = new Lightbox(store, (scene) => grid.focus(scene));
  const dialog = new Dialog();
  const help = (): void => showHelp(dialog);
  lightbox.keys.set('?', help);
  const search = searchField(store);
  append(document.body, [
    header(store, grid, search, help),
    stuckJobs(store),
    el('div', { class: 'layout' }, sidebar(store), grid.element),
    lightbox.element,
    dialog.element,
  ]);
  const keys = new Map([
    ['/', () => search.focus()],
    ['?', help],
  ]);
  addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null)
      return;
    if (target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select'))
      return;
    const act = keys.get(key);
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  keepFocus(() => grid.element);
  grid.start();
  lightbox.start();
  document.documentElement.dataset['ready'] = 'true';
  void serve(store, grid, lightbox, dialog);
}

function searchField(store: Store): HTMLInputElement {
  const search = el('input', {
    type: 'search',
    placeholder: 'Search titles, prompts, tags',
    'aria-label': 'Search titles, prompts and tags',
    value: store.view.text,
    oninput: () => store.show({ text: search.value }),
  });
  store.on(['filters'], () => {
    if (document.activeElement !== search) search.value = store.view.text;
  });
  return search;
}

function header(store: Store, grid: Grid, search: HTMLElement, help: () => void): HTMLElement {
  const title = el('h1');
  const summary = el('p', { class: 'summary' });
  const draw = (): void => {
    const { index } = store;
    const made = index.scenes.filter(({ state }) => state === 'done' || state === 'locked').length;
    document.title = `${index.title}: gallery`;
    title.textContent = index.title;
    summary.textContent = [
      `${made} of ${plural(index.scenes.length, 'picture')}`,
      `${dollars(index.spentUsd)} spent on them`,
      ...(index.pendingUsd > 0 ? [`${dollars(index.pendingUsd)} for what is pending`] : []),
      `as of ${when(index.madeAt)}`,
    ].join(' · ');
  };
  draw();
  store.on(['data'], draw);
  return el(
    'header',
    { class: 'top' },
    button(undefined, 'Skip to the pictures', () => grid.element.focus(), { class: 'skip' }),
    el('div', { class: 'names' }, title, summary),
    el(
      'div',
      { class: 'tools' },
      el('search', el('label', { class: 'search' }, icon('search'), search)),
      grid.density.element,
      themeButton(),
      iconButton('keyboard', 'Keys (?)', help),
    ),
  );
}

start();
