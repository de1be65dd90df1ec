import type { Change } from '../protocol.js';
import { ask } from './api.js';
import { mainButton, messageOf, type Dialog, type Page, type Turn } from './dialog.js';
import { diffView } from './diff-view.js';
import { button, el } from './dom.js';
import type { Drafts } from './drafts.js';
import { plural } from './words.js';
import { Changed, writeChanges, type Wanted } from './write-changes.js';

type Field = HTMLInputElement | HTMLTextAreaElement;

/** A question before changes. */
export interface ChangeQuestion {
  readonly title: string;
  /**
   * Filled in before the differences are shown, each by its label. What was typed is kept until it is written, also if
   * the dialog is closed. None by default.
   */
  readonly fields?: readonly { readonly label: string; readonly field: Field; readonly hint?: string }[];
  readonly changes: () => readonly Change[];
  /** If there may be several: what each is about, and what is done with those that were written. */
  readonly several?: {
    readonly titleOf: (change: Change) => string;
    readonly label: (count: number) => string;
    readonly onWritten: (changes: readonly Change[]) => void;
  };
}

/** Shows the differences in the author's files, and writes them only when a person says so. */
export class ChangeDialog {
  constructor(
    readonly dialog: Dialog,
    readonly drafts: Drafts,
    readonly say: (message: string) => void,
  ) {}

  /** Shows the fields first, if there are any; the differences come next. */
  ask(question: ChangeQuestion): void {
    const { title, fields = [] } = question;
    let hasDraft = false;
    for (const { label, field } of fields) {
      const [about, saved] = [`${title} ${label}`, field.value];
      const draft = this.drafts.get(about);
      if (draft !== undefined) {
        field.value = draft;
        hasDraft = true;
      }
      field.addEventListener('input', () => this.drafts.set(about, field.value, saved));
    }
    const first = (turn: Turn): Page | Promise<Page> =>
      fields.length > 0
        ? this.#fields(turn, question, hasDraft)
        : this.#differences(turn, question, question.changes());
    this.dialog.open(title, first, 'Looking at the file …');
  }

  #fields(turn: Turn, question: ChangeQuestion, hasDraft: boolean): Page {
    const { fields = [] } = question;
    const onsubmit = (event: Event): void => {
      event.preventDefault();
      void this.#differences(turn, question, question.changes()).then(turn.draw);
    };
    const labelled = fields.map(({ label, field, hint }) =>
      el('label', { class: 'field' }, el('span', label), field, hint && el('span', { class: 'hint' }, hint)),
    );
    const kept = 'What you typed before is still here. It is not written yet.';
    const hint = hasDraft && el('p', { class: 'hint', role: 'status' }, kept);
    const submit = { type: 'submit', class: 'main', form: 'change-form' };
    return {
      body: [el('form', { id: 'change-form', method: 'dialog', onsubmit }, hint, ...labelled)],
      buttons: [el('button', submit, 'Show what changes in the file')],
      focus: fields[0]?.field,
    };
  }

  async #differences(turn: Turn, question: ChangeQuestion, changes: readonly Change[]): Promise<Page> {
    const { several } = question;
    const wanted: Wanted[] = [];
    const written: Wanted[] = [];
    const leftOut: string[] = [];
    for (const change of changes) {
      const leaveOut = (why: string): void =>
        void leftOut.push(several === undefined ? why : `${several.titleOf(change)}: ${why}`);
      try {
        const proposal = await ask('propose', { change });
        if (proposal.kind === 'proposed') wanted.push({ change, proposal });
        else leaveOut(proposal.message);
      } catch (error) {
        leaveOut(messageOf(error));
      }
    }
    const shown = wanted.flatMap(({ change, proposal: { file, lines, notes } }) => [
      several && el('h3', several.titleOf(change)),
      el('p', 'This changes in ', el('code', file), ', and nothing else:'),
      diffView(lines),
      ...notes.map((note) => el('p', { class: 'hint' }, note)),
    ]);
    const label = several?.label(wanted.length) ?? 'Write it';
    const write = mainButton(turn, label, () => this.#write(turn, question, wanted, written));
    const buttons = wanted.length === 0 ? [] : [write];
    return this.#page(turn, question, [...shown, ...leftOut.map(warning)], buttons);
  }

  async #write(
    turn: Turn,
    question: ChangeQuestion,
    wanted: readonly Wanted[],
    written: Wanted[],
  ): Promise<void> {
    const { title, several, fields = [] } = question;
    try {
      await writeChanges(wanted, written);
      for (const { label } of fields) this.drafts.delete(`${title} ${label}`);
      turn.close();
      if (several === undefined) this.say(`${wanted[0]?.proposal.file ?? 'Nothing'} was changed.`);
    } catch (error) {
      const is = written.length === 1 ? 'is' : 'are';
      const count = several && ` ${plural(written.length, 'change')} of ${wanted.length} ${is} written.`;
      const message = `${messageOf(error)}${count ?? ''}`;
      if (!(error instanceof Changed)) throw new Error(message, { cause: error });
      const rest = wanted.slice(written.length).map(({ change }) => change);
      const lookAgain = async (): Promise<void> => turn.draw(await this.#differences(turn, question, rest));
      const again = mainButton(turn, 'Look at the file again', lookAgain, 'search');
      turn.draw(this.#page(turn, question, [warning(message)], [again]));
    } finally {
      if (written.length > 0) several?.onWritten(written.map(({ change }) => change));
    }
  }

  #page(turn: Turn, question: ChangeQuestion, body: Page['body'], buttons: readonly HTMLElement[]): Page {
    const back = button(undefined, 'Back', () => turn.draw(this.#fields(turn, question, false)));
    return { body, buttons: question.fields === undefined ? buttons : [...buttons, back] };
  }
}

function warning(message: string): HTMLElement {
  return el('p', { class: 'warning', role: 'alert' }, message);
}
