import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { DiffLine } from '../protocol.js';
import { aboutOf, differences, valuesOf, write } from './changes.js';
import { act, page } from './dialog-page.js';
import { drafts } from './page.js';
import { pose, turn, type ChangeForm, type Field, type QuestionOf, type Values } from './question.js';
import { button, el, warning, type Child } from './ui.js';

/** What is asked before the differences are shown. What is typed is a draft until it is written. */
export function FieldsPage({ own }: { readonly own: QuestionOf<'fields'> }): Child {
  const { form, hasDraft } = own;
  /** The last one: the others are drafts. */
  const typed = useSignal<Values>({});
  const values = valuesOf(form, typed.value);
  const type = (field: Field, value: string): void => {
    typed.value = { [field.name]: value };
    drafts.set(aboutOf(form, field), value, field.saved);
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    void turn(own, () => differences(form, form.changes(values)));
  };
  const fields = form.fields.map((field) => {
    const { name, label, hint } = field;
    const entry = entryOf(field, values[name] ?? '', (value) => type(field, value));
    const more = hint !== undefined && el('span.hint', hint);
    return el('label.field', { key: name }, el('span', label), entry, more);
  });
  const kept = 'What you typed before is still here. It is not written yet.';
  const note = hasDraft && el('p.hint', { role: 'status' }, kept);
  const submit = { type: 'submit', class: 'main', form: 'change-form' } as const;
  return page(own, {
    title: form.title,
    body: el('form', { id: 'change-form', method: 'dialog', onSubmit }, note, fields),
    buttons: el('button', submit, 'Show what changes in the file'),
  });
}

function entryOf(field: Field, value: string, type: (value: string) => void): VNode {
  const { rows, limit: maxLength, pattern, isOptional } = field;
  const required = isOptional !== true;
  const onInput = (event: { readonly currentTarget: { readonly value: string } }): void =>
    type(event.currentTarget.value);
  if (rows !== undefined) return el('textarea', { rows, required, value, onInput });
  const title = 'Small letters, digits, dots, dashes and underscores';
  const shape = pattern === undefined ? {} : { pattern, title };
  return el('input', { type: 'text', autocomplete: 'off', required, maxLength, value, onInput, ...shape });
}

function back(form: ChangeForm): Child {
  const fields = { kind: 'fields', form, hasDraft: false } as const;
  return form.fields.length > 0 && button(undefined, 'Back', () => pose(fields));
}

export function differencesPage(own: QuestionOf<'differences'>): Child {
  const { form, wanted, leftOut } = own;
  const { several, title } = form;
  const shown = wanted.map(({ change, proposal: { file, lines, notes } }) => [
    several && el('h3', several.titleOf(change)),
    el('p', 'This changes in ', el('code', file), ', and nothing else:'),
    diffView(lines),
    notes.map((note) => el('p.hint', note)),
  ]);
  const label = several?.label(wanted.length) ?? 'Write it';
  const buttons = [wanted.length > 0 && act(own, 'check', label, () => write(own)), back(form)];
  return page(own, { title, body: [shown, leftOut.map(warning)], buttons });
}

export function conflictPage(own: QuestionOf<'conflict'>): Child {
  const { form, rest, message } = own;
  const lookAgain = (): Promise<void> => turn(own, () => differences(form, rest));
  const buttons = [act(own, 'search', 'Look at the file again', lookAgain), back(form)];
  return page(own, { title: form.title, body: undefined, buttons, problem: message });
}

const SIGNS = { same: ' ', gone: '−', new: '+', gap: '⋯' } as const;
const WORDS = { same: '', gone: 'removed', new: 'added', gap: 'unchanged lines' } as const;

/** A difference as lines, marked by signs and words as well as by colours. */
function diffView(lines: readonly DiffLine[]): VNode {
  const rows = lines.map(({ kind, text, before, after }) =>
    el(
      `div.diff-line.${kind}`,
      el('span.number', { 'aria-hidden': true }, kind === 'gap' ? '' : after || before),
      el('span.sign', { 'aria-hidden': true }, SIGNS[kind]),
      kind !== 'same' && el('span.unseen', `${WORDS[kind]}: `),
      el('code', text),
    ),
  );
  const region = { tabIndex: 0, role: 'group', 'aria-label': 'The difference' } as const;
  return el('div.file-diff', { ...region }, rows);
}
