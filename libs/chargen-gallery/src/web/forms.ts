import type { EntityCard, SceneCard, SceneDetails } from '../model.js';
import type { ChangeDialog } from './change-dialog.js';
import type { Dialog } from './dialog.js';
import { el } from './dom.js';
import { SECTION_WORDS } from './words.js';

export function askForNote(changes: ChangeDialog, { id, title }: SceneCard): void {
  const field = el('input', { type: 'text', maxlength: 300, autocomplete: 'off' });
  const hint = 'Kept as a comment beside the scene; the next run rolls it again.';
  changes.ask({
    title: `Reject the picture of “${title}”`,
    fields: [{ label: 'What is wrong with it?', field, hint }],
    changes: () => [{ kind: 'reject', scene: id, note: field.value }],
  });
}

export function askForPrompt(changes: ChangeDialog, { id, title }: SceneCard, prompt: string): void {
  const field = el('textarea', { rows: 12, required: true });
  field.value = prompt;
  const hint = 'Sent as it stands; appearance, style and references are added as before.';
  changes.ask({
    title: `Prompt of “${title}”`,
    fields: [{ label: 'What to paint', field, hint }],
    changes: () => [{ kind: 'prompt', scene: id, prompt: field.value }],
  });
}

/** A prompt that is put together from several fields has no one text to edit. */
export function showSources(dialog: Dialog, { title }: SceneCard, details: SceneDetails): void {
  const parts = [...details.prompt, ...details.leftOut].map(({ section, source }) =>
    el('li', `${SECTION_WORDS[section] ?? section}: `, el('code', source)),
  );
  const why =
    'This prompt is put together from several fields. Change them in your editor, where they are written:';
  const body = [
    el('p', why),
    el('ul', { class: 'plain' }, parts),
    el('p', { class: 'hint' }, 'This page follows when the file is saved.'),
  ];
  dialog.open(`Prompt of “${title}”`, () => ({ body, close: 'Close' }));
}

export function askForScene(changes: ChangeDialog, entity: EntityCard): void {
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
    isOwn = id.value !== '';
  });
  title.addEventListener('input', () => {
    if (isOwn) return;
    id.value = slugOf(title.value);
  });
  changes.ask({
    title: `A new scene of ${entity.name}`,
    fields: [
      { label: 'Title', field: title },
      { label: 'Id', field: id, hint: 'The name of its picture; it stays when the title changes.' },
      { label: 'What to paint', field: prompt },
    ],
    changes: () => [
      {
        kind: 'add-scene',
        entity: entity.id,
        id: id.value,
        title: title.value,
        prompt: prompt.value,
      },
    ],
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
