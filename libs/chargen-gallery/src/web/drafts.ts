/** What was typed and not saved yet, by what it is about. Closing a field or a dialog loses no word. */
export class Drafts {
  readonly #texts = new Map<string, string>();

  constructor() {
    addEventListener('beforeunload', (event) => {
      if (this.#texts.size > 0) event.preventDefault();
    });
  }

  get(about: string): string | undefined {
    return this.#texts.get(about);
  }

  /** A text that is the saved one is no draft. */
  set(about: string, text: string, saved: string): void {
    if (text === saved) this.#texts.delete(about);
    else this.#texts.set(about, text);
  }

  delete(about: string): void {
    this.#texts.delete(about);
  }
}
