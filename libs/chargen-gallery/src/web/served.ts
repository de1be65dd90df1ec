import type { EntityCard, SceneCard, SceneDetails } from '../model.js';
import { hasServer, listen } from './api.js';
import { ChangeDialog } from './change-dialog.js';
import { galleryIndex, reloadData } from './data.js';
import { Desk } from './desk.js';
import { append, el, icon } from './dom.js';
import type { Grid } from './grid.js';
import type { Lightbox } from './lightbox.js';
import { isToBeMade, RunPanel } from './run-panel.js';
import type { Store } from './store.js';
import { SECTION_WORDS } from './words.js';

/** Turns on what needs a server, if one stands behind the page; a page from the file system is for looking only. */
export async function serve(store: Store, grid: Grid, lightbox: Lightbox): Promise<void> {
  if (!(await hasServer())) return;
  const run = new RunPanel(store);
  const dialog = new ChangeDialog((message) => {
    run.say(message);
  });
  append(document.body, [run.element, run.dialog.element, run.again.element, dialog.element]);
  new Desk(store, lightbox);
  grid.allow({
    addScene: (entity) => {
      askForScene(dialog, entity);
    },
  });
  lightbox.allow((scene, details) => sceneActions(store, dialog, scene, details), run.element);
  store.onChoice(() => {
    const button = lightbox.element.querySelector('button.choose');
    button?.setAttribute('aria-pressed', String(store.chosen.has(store.view.scene)));
  });
  let wasLost = false;
  listen(
    (event) => {
      switch (event.kind) {
        case 'status':
          run.showStatus(event.status);
          return;
        case 'line':
          run.line(event.text);
          return;
        case 'review':
          store.review(event.scene, event.review, event.at);
          return;
        case 'data':
          void refresh(store);
          return;
      }
    },
    (isLost) => {
      run.lost(isLost);
      // What happened meanwhile was sent to no page.
      if (wasLost && !isLost) void refresh(store);
      wasLost = isLost;
    },
  );
  document.documentElement.dataset['served'] = 'true';
}

async function refresh(store: Store): Promise<void> {
  await reloadData();
  const index = galleryIndex();
  if (index !== undefined) store.replaceData(index);
}

function sceneActions(
  store: Store,
  dialog: ChangeDialog,
  scene: SceneCard,
  details: SceneDetails,
): HTMLElement {
  const button = (name: Parameters<typeof icon>[0], label: string, onClick: () => void): HTMLElement =>
    el('button', { type: 'button', onclick: onClick }, icon(name), label);
  const { id } = scene;
  return el(
    'div',
    { class: 'actions', role: 'group', 'aria-label': 'Changes' },
    isToBeMade(scene)
      ? el(
          'button',
          {
            type: 'button',
            class: 'choose',
            'aria-pressed': String(store.chosen.has(id)),
            onclick: () => {
              store.choose(id, !store.chosen.has(id));
            },
          },
          icon('play'),
          'Choose for a run',
        )
      : undefined,
    details.locked
      ? button('unlock', 'Unlock', () => {
          dialog.show(`Unlock “${scene.title}”`, { kind: 'lock', scene: id, locked: false });
        })
      : button('lock', 'Lock', () => {
          dialog.show(`Lock “${scene.title}”`, { kind: 'lock', scene: id, locked: true });
        }),
    button('dice', 'Roll again', () => {
      dialog.show(`Roll “${scene.title}” again`, { kind: 'reroll', scene: id });
    }),
    scene.picture === undefined
      ? undefined
      : button('cross', 'Reject …', () => {
          askForNote(dialog, scene);
        }),
    details.ownPrompt === undefined
      ? button('pen', 'Where to edit the prompt …', () => {
          showSources(dialog, scene, details);
        })
      : button('pen', 'Edit prompt …', () => {
          askForPrompt(dialog, scene, details.ownPrompt ?? '');
        }),
  );
}

function labelled(label: string, field: HTMLElement, hint?: string): HTMLElement {
  return el(
    'label',
    { class: 'field' },
    el('span', {}, label),
    field,
    hint === undefined ? undefined : el('span', { class: 'hint' }, hint),
  );
}

function askForNote(dialog: ChangeDialog, scene: SceneCard): void {
  const note = el('input', { type: 'text', maxlength: 300, autocomplete: 'off' });
  dialog.ask({
    title: `Reject the picture of “${scene.title}”`,
    fields: [
      labelled(
        'What is wrong with it?',
        note,
        'Kept as a comment beside the scene; the next run rolls it again.',
      ),
    ],
    change: () => ({ kind: 'reject', scene: scene.id, note: note.value }),
  });
}

function askForPrompt(dialog: ChangeDialog, scene: SceneCard, prompt: string): void {
  const field = el('textarea', { rows: 12, required: true });
  field.value = prompt;
  dialog.ask({
    title: `Prompt of “${scene.title}”`,
    fields: [
      labelled(
        'What to paint',
        field,
        'Sent as it stands; appearance, style and references are added as before.',
      ),
    ],
    change: () => ({ kind: 'prompt', scene: scene.id, prompt: field.value }),
  });
}

/** A prompt that is put together from several fields has no one text to edit. */
function showSources(dialog: ChangeDialog, scene: SceneCard, { prompt, leftOut }: SceneDetails): void {
  const parts = [...prompt, ...leftOut].map(({ section, source }) =>
    el('li', {}, `${SECTION_WORDS[section] ?? section}: `, el('code', {}, source)),
  );
  dialog.showText(
    `Prompt of “${scene.title}”`,
    el(
      'p',
      {},
      'This prompt is put together from several fields. Change them in your editor, where they are written:',
    ),
    el('ul', { class: 'plain' }, ...parts),
    el('p', { class: 'hint' }, 'Load this page again when the file is saved.'),
  );
}

function askForScene(dialog: ChangeDialog, entity: EntityCard): void {
  const title = el('input', { type: 'text', required: true, maxlength: 120, autocomplete: 'off' });
  const id = el('input', {
    type: 'text',
    required: true,
    maxlength: 80,
    pattern: '[a-z0-9]([a-z0-9._\\-]*[a-z0-9])?',
    title: 'Small letters, digits, dots, dashes and underscores',
    autocomplete: 'off',
  });
  const prompt = el('textarea', { rows: 8, required: true });
  let isOwn = false;
  id.addEventListener('input', () => {
    isOwn = true;
  });
  title.addEventListener('input', () => {
    if (!isOwn) id.value = slugOf(title.value);
  });
  dialog.ask({
    title: `A new scene of ${entity.name}`,
    fields: [
      labelled('Title', title),
      labelled('Id', id, 'The name of its picture; it stays when the title changes.'),
      labelled('What to paint', prompt),
    ],
    change: () => ({
      kind: 'add-scene',
      entity: entity.id,
      id: id.value,
      title: title.value,
      prompt: prompt.value,
    }),
  });
}

function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);
}
