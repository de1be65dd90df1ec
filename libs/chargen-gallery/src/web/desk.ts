import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { SceneCard } from '../model.js';
import { sceneFilter } from './filter.js';
import { closeNote, decide, draftOf, keepNote, openNote, sceneIds, undo } from './open-scene.js';
import { drafts, reviewer, store } from './page.js';
import { button, el, icon, type Child, type IconName } from './ui.js';
import { FLAG_WORDS } from './words.js';

/** The longest note; the server takes no longer one. */
const MAX_NOTE = 2000;

/** Pictures on each side of the open one: of a large world only these are in the page. */
const EACH_SIDE = 8;

/** How many pictures are reviewed, and the decisions about the open one. */
export function deskTools(): Child {
  // Pictures that can be reviewed, whatever was decided about them, as far as the other filters show them.
  const passes = sceneFilter(store.filters.value, 'marks');
  const all = store.all.value.filter((one) => one.scene.review !== undefined && passes(one));
  const reviewed = all.filter(({ scene }) => scene.review?.state !== 'unreviewed').length;
  const scene = store.open.value;
  const state = scene?.review?.state;
  const disabled = state === undefined;
  const tool = (face: IconName, label: string, letter: string, act: () => void, more: object): VNode => {
    const key = { 'data-key': letter, title: `${label} (${letter})`, 'aria-keyshortcuts': letter };
    return button(face, label, act, { class: 'small', ...key, ...more });
  };
  return [
    el('span.counter', { role: 'status' }, scene !== undefined && `${reviewed} of ${all.length} reviewed`),
    el(
      'span.desk-buttons',
      tool('check', 'Good', 'G', () => decide('approved'), {
        disabled,
        'aria-pressed': state === 'approved',
      }),
      tool('dice', 'Again', 'R', () => decide('rejected'), {
        disabled,
        'aria-pressed': state === 'rejected',
      }),
      tool('pen', 'Note', 'N', openNote, { disabled }),
      tool('left', 'Undo', 'U', undo, { disabled: !reviewer.canUndo }),
    ),
  ];
}

export function NoteForm({ scene }: { readonly scene: SceneCard }): VNode {
  const about = draftOf(scene.id);
  const saved = scene.review?.note ?? '';
  const text = useSignal(drafts.get(about) ?? saved);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    keepNote(scene, text.value.trim());
  };
  const input = el('input', {
    type: 'text',
    maxLength: MAX_NOTE,
    autocomplete: 'off',
    'aria-label': 'What is wrong with this picture?',
    placeholder: 'What is wrong with it? Enter keeps the note, Esc closes it',
    value: text.value,
    ref: field,
    onInput: ({ currentTarget }) => {
      text.value = currentTarget.value;
      drafts.set(about, currentTarget.value, saved);
    },
    onKeyDown: (event) => {
      if (event.key !== 'Escape') return;
      // Else the browser closes the picture with it.
      event.preventDefault();
      event.stopPropagation();
      closeNote();
    },
  });
  const keep = el('button', { type: 'submit', class: 'main' }, 'Keep the note');
  return el('form.desk-note', { onSubmit }, input, keep);
}

/** The pictures before and after the open one, each with what was decided about it. */
export function Filmstrip(): VNode {
  const strip = useRef<HTMLOListElement>(null);
  const { scene: open } = store.view.value;
  const ids = sceneIds();
  const at = Math.max(0, ids.indexOf(open));
  const first = Math.max(0, Math.min(at - EACH_SIDE, ids.length - 2 * EACH_SIDE - 1));
  // A narrow screen has no room for all of them.
  useLayoutEffect(() => {
    const current = strip.current?.querySelector('[aria-current]');
    current?.scrollIntoView({ block: 'nearest', inline: 'center', behavior: 'instant' });
  }, [open, first]);
  const pictures = ids.slice(first, first + 2 * EACH_SIDE + 1).map((id) => {
    const scene = store.find(id)?.scene;
    return scene && stripPicture(scene, id === open);
  });
  const label = 'Pictures before and after this one';
  return el('ol.filmstrip', { 'aria-label': label, ref: strip }, pictures);
}

function stripPicture({ id, picture, review, title }: SceneCard, isOpen: boolean): VNode {
  const state = review?.state ?? 'unreviewed';
  const attributes = {
    type: 'button',
    // Arrows lead from picture to picture; Tab goes past the strip.
    tabIndex: -1,
    class: `strip-picture ${state}`,
    'aria-current': isOpen ? 'true' : undefined,
    'aria-label': state === 'unreviewed' ? title : `${title}, ${state}`,
    title,
    onClick: () => store.openScene(id),
  } as const;
  const image = picture?.thumb === undefined ? icon('image') : el('img', { src: picture.thumb, alt: '' });
  const mark = state !== 'unreviewed' && icon(FLAG_WORDS[state].icon);
  return el('li', { key: id }, el('button', attributes, image, mark));
}
