import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ask } from './api.js';
import { conflictPage, differencesPage, FieldsPage } from './change-pages.js';
import { act, page } from './dialog-page.js';
import { KEYS } from './keys.js';
import { say, store } from './page.js';
import { asked, close, type Question, type QuestionOf } from './question.js';
import { figure, nowPage, runPage, Settle } from './run-pages.js';
import { el, part, type Child } from './ui.js';
import { SECTION_WORDS } from './words.js';

/** The one dialog for all questions: a title, what it is about, and buttons. */
export function Dialog(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const question = asked.value?.question;
  useLayoutEffect(() => {
    if (question === undefined) dialog.current?.close();
    // Esc may have closed it a moment ago.
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [question]);
  // To the first field, or to the first button that can be pressed; an open dialog alone can have the focus.
  useLayoutEffect(() => {
    const field = dialog.current?.querySelector<HTMLElement>('.field :is(input, textarea)');
    (field ?? dialog.current?.querySelector<HTMLElement>('.question > .buttons button:enabled'))?.focus();
  }, [question, asked.value?.problem]);
  const onClose = (): void => {
    if (dialog.current?.open === false) asked.value = undefined;
  };
  const attributes = { class: 'question', 'aria-labelledby': 'question-title', ref: dialog, onClose };
  return el('dialog', attributes, question && pageOf(question));
}

function pageOf(own: Question): Child {
  switch (own.kind) {
    case 'waiting':
      return page(own, { title: own.title, body: el('p', own.words) });
    case 'failed':
      return page(own, { title: own.title, body: undefined, problem: own.message });
    case 'help':
      return helpPage(own);
    case 'run':
      return runPage(own);
    case 'now':
      return nowPage(own);
    case 'edited':
      return editedPage(own);
    case 'adopt':
      return adoptPage(own);
    case 'sources':
      return sourcesPage(own);
    case 'fields':
      return part(FieldsPage, { own });
    case 'differences':
      return differencesPage(own);
    case 'conflict':
      return conflictPage(own);
  }
}

function helpPage(own: Question): Child {
  const rows = KEYS.map(({ shown, says }) => [el('dt', el('kbd', shown)), el('dd', says)]);
  return page(own, { title: 'Keys', body: el('dl.facts', rows), closing: 'Close' });
}

function editedPage(own: QuestionOf<'edited'>): Child {
  const { scene } = own;
  const title = store.find(scene)?.scene.title ?? scene;
  const why = `The picture of “${title}” is not the one that was made. Every run stops until you decide which one stays.`;
  const onSettled = (message: string): void => {
    close(own);
    say(message);
  };
  const body = [el('p', why), part(Settle, { own, scene, onSettled })];
  return page(own, { title: 'A picture that was edited', body });
}

/** Pictures that lie in the folder of a scene without one, to make one of them its picture. Pays nothing. */
function adoptPage(own: QuestionOf<'adopt'>): Child {
  const { scene, candidates } = own;
  const why = `No scene has these pictures. The one that you choose is copied to “${scene.title}”, which is then done.`;
  const use = async (path: string): Promise<void> => {
    const { message } = await ask('adopt', { scene: scene.id, picture: path });
    close(own);
    say(message);
  };
  const items = candidates.map(({ path, picture }) => {
    const label = { class: 'small', 'aria-label': `Use it: ${path}` };
    return el(
      'li',
      figure(path, picture),
      act(own, 'check', 'Use it', () => use(path), label),
    );
  });
  return page(own, { title: 'Adopt a picture', body: [el('p', why), el('ul.beside', items)] });
}

/** A prompt that is put together from several fields has no one text to edit. */
function sourcesPage(own: QuestionOf<'sources'>): Child {
  const { prompt, leftOut } = own.details;
  const why =
    'This prompt is put together from several fields. Change them in your editor, where they are written:';
  const parts = [...prompt, ...leftOut].map(({ section, source }) =>
    el('li', `${SECTION_WORDS[section] ?? section}: `, el('code', source)),
  );
  const body = [
    el('p', why),
    el('ul.plain', parts),
    el('p.hint', 'This page follows when the file is saved.'),
  ];
  return page(own, { title: `Prompt of “${own.scene.title}”`, body, closing: 'Close' });
}
