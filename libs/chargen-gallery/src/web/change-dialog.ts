import type { Change, Proposal } from '../protocol.js';
import { apply, propose } from './api.js';
import { mainButton, type Dialog, type Turn } from './dialog.js';
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
    const turn = this.dialog.begin(form.title);
    let hasDraft = false;
    for (const { label, field } of form.fields) {
      const [about, saved] = [aboutOf(form, label), field.value];
      const draft = this.drafts.get(about);
      if (draft !== undefined) {
        field.value = draft;
        hasDraft = true;
      }
      field.addEventListener('input', () => {
        this.drafts.set(about, field.value, saved);
      });
    }
    this.#fields(turn, form, hasDraft);
  }

  #fields(turn: Turn, form: ChangeForm, hasDraft: boolean): void {
    const submit = (event: Event): void => {
      event.preventDefault();
      void this.#propose(turn, form.change(), form);
    };
    const labelled = form.fields.map(({ label, field, hint }) =>
      el(
        'label',
        { class: 'field' },
        el('span', {}, label),
        field,
        hint === undefined ? undefined : el('span', { class: 'hint' }, hint),
      ),
    );
    const kept = 'What you typed before is still here. It is not written yet.';
    turn.draw({
      body: [
        el(
          'form',
          { id: 'change-form', method: 'dialog', onsubmit: submit },
          hasDraft ? el('p', { class: 'hint', role: 'status' }, kept) : undefined,
          ...labelled,
        ),
      ],
      buttons: [
        el('button', { type: 'submit', class: 'main', form: 'change-form' }, 'Show what changes in the file'),
      ],
      ...(form.fields[0] === undefined ? {} : { focus: form.fields[0].field }),
    });
  }

  /** For changes without anything to fill in. */
  show(title: string, change: Change): void {
    void this.#propose(this.dialog.begin(title, 'Looking at the file …'), change, undefined);
  }

  /** For what cannot be changed here. */
  showText(title: string, ...body: readonly HTMLElement[]): void {
    this.dialog.begin(title).draw({ body, close: 'Close' });
  }

  async #propose(turn: Turn, change: Change, form: ChangeForm | undefined): Promise<void> {
    let proposal: Proposal;
    try {
      proposal = await propose(change);
    } catch (error) {
      turn.fail(error);
      return;
    }
    if (proposal.kind !== 'proposed') {
      const message = el('p', { class: 'warning', role: 'alert' }, proposal.message);
      turn.draw({ body: [message], buttons: this.#back(turn, form) });
      return;
    }
    const { file, digest, lines, notes } = proposal;
    const write = mainButton(turn, 'Write it', () => this.#apply(turn, change, digest, form));
    turn.draw({
      body: [
        el('p', {}, 'This changes in ', el('code', {}, file), ', and nothing else:'),
        diffView(lines),
        ...notes.map((note) => el('p', { class: 'hint' }, note)),
      ],
      buttons: [write, ...this.#back(turn, form)],
    });
  }

  async #apply(turn: Turn, change: Change, digest: string, form: ChangeForm | undefined): Promise<void> {
    const applied = await apply(change, digest);
    if (applied.kind === 'applied') {
      for (const { label } of form?.fields ?? [])
        if (form !== undefined) this.drafts.delete(aboutOf(form, label));
      turn.close();
      this.onWritten(`${applied.file} was changed.`);
      return;
    }
    const again = mainButton(
      turn,
      'Look at the file again',
      () => this.#propose(turn, change, form),
      'search',
    );
    turn.draw({
      body: [el('p', { class: 'warning', role: 'alert' }, applied.message)],
      buttons: [...(applied.kind === 'conflict' ? [again] : []), ...this.#back(turn, form)],
    });
  }

  #back(turn: Turn, form: ChangeForm | undefined): HTMLElement[] {
    if (form === undefined) return [];
    const back = (): void => {
      this.#fields(turn, form, false);
    };
    return [button(undefined, 'Back', back)];
  }
}

function aboutOf({ title }: ChangeForm, label: string): string {
  return `${title} ${label}`;
}
