import { button, el, replaceChildren, type Child } from './dom.js';

interface Page {
  readonly title?: string;
  readonly body: readonly Child[];
  /** Before the button that closes. */
  readonly buttons?: readonly HTMLElement[];
  /** What has the focus; by default the first button that can be pressed. */
  readonly focus?: HTMLElement;
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

/** The one dialog for all questions: a title, what it is about, and buttons. */
export class Dialog {
  readonly element: HTMLDialogElement;
  readonly #title = el('h2', { id: 'question-title' });
  readonly #body = el('div', { class: 'question-body' });
  readonly #problem = el('p', { class: 'warning', role: 'alert', hidden: true });
  readonly #buttons = el('div', { class: 'buttons' });
  #turn = 0;

  constructor() {
    this.element = el(
      'dialog',
      { class: 'question', 'aria-labelledby': 'question-title' },
      this.#title,
      this.#body,
      this.#problem,
      this.#buttons,
    );
    this.element.addEventListener('close', () => {
      this.#turn += 1;
    });
  }

  /** Opens the dialog with a word of what it waits for. */
  begin(title: string, waiting = 'One moment …'): Turn {
    this.#turn += 1;
    const turn = this.#turn;
    const isOver = (): boolean => turn !== this.#turn;
    const draw = (page: Page): void => {
      if (!isOver()) this.#draw(page);
    };
    draw({ title, body: [el('p', {}, waiting)] });
    return {
      draw,
      fail: (error) => {
        if (isOver()) return;
        this.#problem.hidden = false;
        replaceChildren(this.#problem, messageOf(error));
        this.#firstButton()?.focus();
      },
      close: () => {
        if (!isOver()) this.element.close();
      },
    };
  }

  #draw({ title, body, buttons = [], focus, close = 'Cancel' }: Page): void {
    if (title !== undefined) replaceChildren(this.#title, title);
    replaceChildren(this.#body, body);
    this.#problem.hidden = true;
    const closing = button(undefined, close, () => {
      this.element.close();
    });
    replaceChildren(this.#buttons, buttons, closing);
    if (!this.element.open) this.element.showModal();
    (focus ?? this.#firstButton())?.focus();
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
  const main = button(
    face,
    label,
    () => {
      main.disabled = true;
      act().catch((error: unknown) => {
        main.disabled = false;
        turn.fail(error);
      });
    },
    { class: 'main' },
  );
  return main;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
