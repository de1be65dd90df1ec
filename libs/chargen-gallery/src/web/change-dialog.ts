import type { Change } from '../protocol.js';
import { apply, propose } from './api.js';
import { mainButton, messageOf, type Dialog, type Page, type Turn } from './dialog.js';
import { diffView } from './diff-view.js';
import { button, el } from './dom.js';
import type { Drafts } from './drafts.js';

type Field = HTMLInputElement | HTMLTextAreaElement;

/** A question before a change: fields to fill in, and the change that they make. */
export interface ChangeForm {
  readonly title: string;
  /** Each by its label. What was typed is kept until it is written, also if the dialog is closed. */
  readonly fields: readonly { readonly label: string; readonly field: Field; readonly hint?: string }[];
  change(): Change;
}

/** Shows the difference in the author's file, and writes it only when a person says so. */
export class ChangeDialog {
  constructor(
    readonly dialog: Dialog,
    readonly drafts: Drafts,
    readonly onWritten: (message: string) => void,
  ) {}

  /** Shows the fields first; the difference comes next. */
  ask(form: ChangeForm): void {
    let hasDraft = false;
    for (const { label, field } of form.fields) {
      const [about, saved] = [aboutOf(form, label), field.value];
      const draft = this.drafts.get(about);
      if (draft !== undefined) {
        field.value = draft;
        hasDraft = true;
      }
      field.addEventListener('input', () => this.drafts.set(about, field.value, saved));
    }
    this.dialog.open(form.title, (turn) => this.#fields(turn, form, hasDraft));
  }

  #fields(turn: Turn, form: ChangeForm, hasDraft: boolean): Page {
    const onsubmit = (event: Event): void => {
      event.preventDefault();
      void this.#difference(turn, form.change(), form).then(turn.draw);
    };
    const labelled = form.fields.map(({ label, field, hint }) =>
      el('label', { class: 'field' }, el('span', label), field, hint && el('span', { class: 'hint' }, hint)),
    );
    const kept = 'What you typed before is still here. It is not written yet.';
    const hint = hasDraft && el('p', { class: 'hint', role: 'status' }, kept);
    const submit = { type: 'submit', class: 'main', form: 'change-form' };
    const [first] = form.fields;
    return {
      body: [el('form', { id: 'change-form', method: 'dialog', onsubmit }, hint, ...labelled)],
      buttons: [el('button', submit, 'Show what changes in the file')],
      ...(first === undefined ? {} : { focus: first.field }),
    };
  }

  /** For changes without anything to fill in. */
  show(title: string, change: Change): void {
    this.dialog.open(title, (turn) => this.#difference(turn, change, undefined), 'Looking at the file …');
  }

  async #difference(turn: Turn, change: Change, form: ChangeForm | undefined): Promise<Page> {
    try {
      const proposal = await propose(change);
      if (proposal.kind === 'unchanged') return this.#problem(turn, form, proposal.message);
      const { file, digest, lines, notes } = proposal;
      const write = mainButton(turn, 'Write it', () => this.#apply(turn, change, digest, form));
      return {
        body: [
          el('p', 'This changes in ', el('code', file), ', and nothing else:'),
          diffView(lines),
          ...notes.map((note) => el('p', { class: 'hint' }, note)),
        ],
        buttons: [write, ...this.#back(turn, form)],
      };
    } catch (error) {
      return this.#problem(turn, form, messageOf(error));
    }
  }

  async #apply(turn: Turn, change: Change, digest: string, form: ChangeForm | undefined): Promise<void> {
    const applied = await apply(change, digest);
    if (applied.kind === 'applied') {
      if (form !== undefined) for (const { label } of form.fields) this.drafts.delete(aboutOf(form, label));
      turn.close();
      this.onWritten(`${applied.file} was changed.`);
      return;
    }
    const lookAgain = async (): Promise<void> => turn.draw(await this.#difference(turn, change, form));
    const again = mainButton(turn, 'Look at the file again', lookAgain, 'search');
    turn.draw(this.#problem(turn, form, applied.message, again));
  }

  #problem(turn: Turn, form: ChangeForm | undefined, message: string, ...more: HTMLElement[]): Page {
    const body = [el('p', { class: 'warning', role: 'alert' }, message)];
    return { body, buttons: [...more, ...this.#back(turn, form)] };
  }

  #back(turn: Turn, form: ChangeForm | undefined): HTMLElement[] {
    if (form === undefined) return [];
    return [button(undefined, 'Back', () => turn.draw(this.#fields(turn, form, false)))];
  }
}

function aboutOf({ title }: ChangeForm, label: string): string {
  return `${title} ${label}`;
}
