import type { Change, DiffLine, Proposal } from '../protocol.js';
import { apply, propose } from './api.js';
import { el, icon, replaceChildren } from './dom.js';

/** A question before a change: fields to fill in, and the change that they make. */
export interface ChangeForm {
  readonly title: string;
  readonly fields: readonly HTMLElement[];
  /** Undefined while something is missing; the browser's own form check reports what. */
  change(): Change;
}

/** Asks, shows the difference in the author's file, and writes it only when a person says so. */
export class ChangeDialog {
  readonly element: HTMLDialogElement;
  readonly #title: HTMLElement;
  readonly #body: HTMLElement;

  constructor(readonly onWritten: (message: string) => void) {
    this.#title = el('h2', { id: 'change-title' });
    this.#body = el('div', {});
    this.element = el(
      'dialog',
      { class: 'change-dialog', 'aria-labelledby': 'change-title' },
      this.#title,
      this.#body,
    );
  }

  /** Shows the fields first; the difference comes next. */
  ask(form: ChangeForm): void {
    this.#title.textContent = form.title;
    const element = el(
      'form',
      {
        method: 'dialog',
        onsubmit: (event: Event) => {
          event.preventDefault();
          void this.#propose(form.change(), form);
        },
      },
      ...form.fields,
      el(
        'div',
        { class: 'buttons' },
        el('button', { type: 'submit', class: 'main' }, 'Show what changes in the file'),
        this.#cancel(),
      ),
    );
    replaceChildren(this.#body, element);
    if (!this.element.open) this.element.showModal();
    const first = element.querySelector('input, textarea');
    if (first instanceof HTMLElement) first.focus();
  }

  /** For changes without anything to fill in. */
  show(title: string, change: Change): void {
    this.#title.textContent = title;
    replaceChildren(this.#body, el('p', {}, 'Looking at the file …'));
    if (!this.element.open) this.element.showModal();
    void this.#propose(change, undefined);
  }

  /** For what cannot be changed here. */
  showText(title: string, ...body: readonly HTMLElement[]): void {
    this.#title.textContent = title;
    const close = this.#closing('Close');
    replaceChildren(this.#body, ...body, el('div', { class: 'buttons' }, close));
    if (!this.element.open) this.element.showModal();
    close.focus();
  }

  async #propose(change: Change, form: ChangeForm | undefined): Promise<void> {
    let proposal: Proposal;
    try {
      proposal = await propose(change);
    } catch (error) {
      this.#showMessage(messageOf(error), form);
      return;
    }
    if (proposal.kind !== 'proposed') {
      this.#showMessage(proposal.message, form);
      return;
    }
    this.#confirm(change, proposal, form);
  }

  #confirm(
    change: Change,
    proposal: Extract<Proposal, { kind: 'proposed' }>,
    form: ChangeForm | undefined,
  ): void {
    const write = el(
      'button',
      {
        type: 'button',
        class: 'main',
        onclick: () => {
          write.disabled = true;
          void this.#apply(change, proposal.digest, form);
        },
      },
      icon('check'),
      'Write it',
    );
    replaceChildren(
      this.#body,
      el('p', {}, 'This changes in ', el('code', {}, proposal.file), ', and nothing else:'),
      diffView(proposal.lines),
      ...proposal.notes.map((note) => el('p', { class: 'hint' }, note)),
      el('div', { class: 'buttons' }, write, ...this.#back(form), this.#cancel()),
    );
    write.focus();
  }

  async #apply(change: Change, digest: string, form: ChangeForm | undefined): Promise<void> {
    try {
      const applied = await apply(change, digest);
      if (applied.kind === 'applied') {
        this.element.close();
        this.onWritten(`${applied.file} was changed.`);
        return;
      }
      this.#showMessage(applied.message, form, applied.kind === 'conflict' ? change : undefined);
    } catch (error) {
      this.#showMessage(messageOf(error), form);
    }
  }

  #showMessage(message: string, form: ChangeForm | undefined, again?: Change): void {
    replaceChildren(
      this.#body,
      el('p', { class: 'warning', role: 'alert' }, message),
      el(
        'div',
        { class: 'buttons' },
        again === undefined
          ? undefined
          : el(
              'button',
              {
                type: 'button',
                class: 'main',
                onclick: () => {
                  void this.#propose(again, form);
                },
              },
              'Look at the file again',
            ),
        ...this.#back(form),
        this.#cancel(),
      ),
    );
    const first = this.#body.querySelector('button');
    first?.focus();
  }

  #back(form: ChangeForm | undefined): HTMLElement[] {
    if (form === undefined) return [];
    return [
      el(
        'button',
        {
          type: 'button',
          onclick: () => {
            this.ask(form);
          },
        },
        'Back',
      ),
    ];
  }

  #cancel(): HTMLElement {
    return this.#closing('Cancel');
  }

  #closing(label: string): HTMLElement {
    return el(
      'button',
      {
        type: 'button',
        onclick: () => {
          this.element.close();
        },
      },
      label,
    );
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A difference as lines, marked by signs and words as well as by colours. */
export function diffView(lines: readonly DiffLine[]): HTMLElement {
  const signs = { same: ' ', gone: '−', new: '+', gap: '⋯' } as const;
  const words = { same: '', gone: 'removed', new: 'added', gap: 'unchanged lines' } as const;
  return el(
    'div',
    { class: 'file-diff', tabindex: '0', role: 'region', 'aria-label': 'The difference' },
    ...lines.map(({ kind, text, before, after }) =>
      el(
        'div',
        { class: `diff-line ${kind}` },
        el('span', { class: 'number', 'aria-hidden': 'true' }, kind === 'gap' ? '' : String(after || before)),
        el('span', { class: 'sign', 'aria-hidden': 'true' }, signs[kind]),
        words[kind] === '' ? undefined : el('span', { class: 'unseen' }, `${words[kind]}: `),
        el('code', {}, text),
      ),
    ),
  );
}
