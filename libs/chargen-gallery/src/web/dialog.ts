import { button, el, replaceChildren, type Child } from './dom.js';
import type { Store } from './store.js';

export interface Page {
  readonly body: readonly Child[];
  /** Before the button that closes. */
  readonly buttons?: readonly HTMLElement[];
  /** What has the focus; by default the first button that can be pressed. */
  readonly focus?: HTMLElement | undefined;
  /** Of the button that closes. */
  readonly close?: string;
}

/** One use of the dialog. What comes when it is over, or when another one has begun, is not shown. */
export interface Turn {
  readonly draw: (page: Page) => void;
  /** Shows what went wrong below what is shown. */
  readonly fail: (error: unknown) => void;
  readonly close: () => void;
}

/** What questions are asked with, and where it is said what became of them. */
export interface Asker {
  readonly dialog: Dialog;
  readonly store: Store;
  readonly say: (message: string) => void;
}

/** The one dialog for all questions: a title, what it is about, and buttons. */
export class Dialog {
  readonly element: HTMLDialogElement;
  readonly #title = el('h2', { id: 'question-title' });
  readonly #body = el('div', { class: 'question-body' });
  readonly #problem = el('p', { class: 'warning', role: 'alert', hidden: true });
  readonly #buttons = el('div', { class: 'buttons' });
  #turn = 0;

  constructor() {
    const parts = [this.#title, this.#body, this.#problem, this.#buttons];
    this.element = el('dialog', { class: 'question', 'aria-labelledby': 'question-title' }, parts);
    this.element.addEventListener('close', () => {
      this.#turn += 1;
    });
  }

  /** Opens with a word of what is waited for, then shows the first page, or why there is none. */
  open(title: string, first: (turn: Turn) => Page | Promise<Page>, waiting = 'One moment …'): void {
    this.#turn += 1;
    const number = this.#turn;
    const during = (act: () => void): void => {
      if (number === this.#turn) act();
    };
    const turn: Turn = {
      draw: (page) => during(() => this.#draw(page)),
      fail: (error) => during(() => this.#fail(error)),
      close: () => during(() => this.element.close()),
    };
    replaceChildren(this.#title, title);
    turn.draw({ body: [el('p', waiting)] });
    const failed = (error: unknown): void => {
      turn.draw({ body: [] });
      turn.fail(error);
    };
    Promise.resolve(turn).then(first).then(turn.draw).catch(failed);
  }

  #draw({ body, buttons = [], focus, close = 'Cancel' }: Page): void {
    replaceChildren(this.#body, body);
    this.#problem.hidden = true;
    const closing = button(undefined, close, () => this.element.close());
    replaceChildren(this.#buttons, buttons, closing);
    if (!this.element.open) this.element.showModal();
    (focus ?? this.#firstButton())?.focus();
  }

  #fail(error: unknown): void {
    this.#problem.hidden = false;
    replaceChildren(this.#problem, messageOf(error));
    this.#firstButton()?.focus();
  }

  #firstButton(): HTMLButtonElement | undefined {
    return this.#buttons.querySelector<HTMLButtonElement>('button:enabled') ?? undefined;
  }
}

/** The button that does what a dialog is for; it can be pressed once until it has failed. */
export function mainButton(
  turn: Turn,
  label: string,
  act: () => Promise<void>,
  face: Parameters<typeof button>[0] = 'check',
): HTMLButtonElement {
  const press = (): void => {
    main.disabled = true;
    act().catch((error: unknown) => {
      main.disabled = false;
      turn.fail(error);
    });
  };
  const main = button(face, label, press, { class: 'main' });
  return main;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
