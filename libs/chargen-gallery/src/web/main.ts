import { galleryIndex } from './data.js';
import { append, button, el, icon, iconButton } from './dom.js';
import { keepFocus } from './focus.js';
import { Grid } from './grid.js';
import { helpDialog } from './help.js';
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
    append(document.body, [
      el(
        'p',
        { class: 'fatal', role: 'alert' },
        'The data of this page are not there. Make it again: chargen gallery',
      ),
    ]);
    return;
  }
  const store = new Store(index);
  const grid = new Grid(store);
  const lightbox = new Lightbox(store, (scene) => {
    grid.focus(scene);
  });
  const help = helpDialog();
  const { header, search } = makeHeader(store, help, grid.density.element);
  const toPictures = (): void => {
    grid.element.focus();
  };
  header.prepend(button(undefined, 'Skip to the pictures', toPictures, { class: 'skip' }));
  append(document.body, [
    header,
    stuckJobs(store),
    el('div', { class: 'layout' }, sidebar(store), grid.element),
    lightbox.element,
    help,
  ]);
  addEventListener('keydown', (event) => {
    const target = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null)
      return;
    if (target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select'))
      return;
    if (event.key === '/') search.focus();
    else if (event.key === '?') help.showModal();
    else return;
    event.preventDefault();
  });
  keepFocus(() => grid.element);
  grid.start();
  lightbox.start();
  document.documentElement.dataset['ready'] = 'true';
  void serve(store, grid, lightbox);
}

function makeHeader(
  store: Store,
  help: HTMLDialogElement,
  density: HTMLElement,
): { readonly header: HTMLElement; readonly search: HTMLInputElement } {
  const title = el('h1', {});
  const summary = el('p', { class: 'summary' });
  const draw = (): void => {
    const { index } = store;
    const made = index.scenes.filter((scene) => scene.state === 'done' || scene.state === 'locked').length;
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
  const search = el('input', {
    type: 'search',
    placeholder: 'Search titles, prompts, tags',
    'aria-label': 'Search titles, prompts and tags',
    value: store.view.text,
    oninput: () => {
      store.show({ text: search.value });
    },
  });
  store.on(['filters'], () => {
    if (document.activeElement !== search) search.value = store.view.text;
  });
  const header = el(
    'header',
    { class: 'top' },
    el('div', { class: 'names' }, title, summary),
    el(
      'div',
      { class: 'tools' },
      el('search', {}, el('label', { class: 'search' }, icon('search'), search)),
      density,
      themeButton(),
      iconButton('keyboard', 'Keys (?)', () => {
        help.showModal();
      }),
    ),
  );
  return { header, search };
}

start();
