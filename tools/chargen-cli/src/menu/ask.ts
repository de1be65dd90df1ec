import {
  autocomplete,
  autocompleteMultiselect,
  confirm,
  isCancel,
  log,
  select,
  type CANCEL_SYMBOL,
} from '@clack/prompts';
import { box } from 'chargen-core';
import { oneLine, terminalText } from 'chargen-core/safe-text';
import { wrapWords } from '../output/wrap-words.js';

/** Ctrl-C or Escape: the menus end, and the terminal is as it was. Its message says what is true then. */
export class Left extends Error {
  override readonly name = 'Left';

  constructor(message = 'Stopped. Nothing more was started.') {
    super(message);
  }
}

/** The frame of the prompts takes these columns. */
const FRAME = 4;

/** Made safe, and broken between words: the prompts would break a line in the middle of a word. */
export function fitted(text: string, columns = process.stdout.columns): string {
  const lines = terminalText(text).split('\n');
  return lines.flatMap((line) => wrapWords(line, columns - FRAME)).join('\n');
}

/** What the menus say between their questions. */
export const say = {
  info: (text: string): void => {
    log.info(fitted(text));
  },
  warn: (text: string): void => {
    log.warn(fitted(text));
  },
  error: (text: string): void => {
    log.error(fitted(text));
  },
  plain: (text: string): void => {
    log.message(fitted(text));
  },
  boxed: (text: string, title: string): void => {
    // Not by the prompts' own box, which would break a long command in the middle.
    const columns = process.stdout.columns - FRAME;
    const lines = box(fitted(text, columns).split('\n'), columns - FRAME);
    log.message([terminalText(title), ...lines]);
  },
};

export interface Entry<T> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

/** Lists longer than the terminal are scrolled. */
const MAX_ITEMS = 10;

function answered<T>(answer: T | typeof CANCEL_SYMBOL): T {
  if (isCancel(answer)) throw new Left();
  return answer;
}

export async function pick<T extends string>(message: string, entries: readonly Entry<T>[]): Promise<T> {
  const options = entries.map(safeEntry);
  const answer = answered(await select<string>({ message: oneLine(message), options, maxItems: MAX_ITEMS }));
  const chosen = entries.find((one) => one.value === answer);
  if (chosen === undefined) throw new Error(`The menu gave "${answer}", which it did not offer.`);
  return chosen.value;
}

/** The prompts write to the terminal themselves, so that names are made safe here. */
function safeEntry({ value, label, hint }: Entry<string>): { value: string; label: string; hint?: string } {
  return { value, label: oneLine(label), ...(hint === undefined ? {} : { hint: oneLine(hint) }) };
}

/** There must be something to pick. */
export async function pickBySearch(message: string, entries: readonly Entry<string>[]): Promise<string> {
  const options = entries.map(safeEntry);
  for (;;) {
    // If the search found nothing, Enter answers with nothing, contrary to the types.
    const answer = answered<string | undefined>(
      await autocomplete<string>({ message, options, maxItems: MAX_ITEMS, placeholder: 'type to search' }),
    );
    if (answer !== undefined) return answer;
    say.warn('Nothing was found by that. Type a part of a name.');
  }
}

/**
 * None chosen means all of those that are shown: a person who has searched for a name and presses Enter means what the
 * search found, not the whole world.
 */
export async function pickManyBySearch(
  message: string,
  entries: readonly Entry<string>[],
): Promise<readonly string[]> {
  const options = entries.map(safeEntry);
  while (entries.length > 0) {
    let search = '';
    const shown = (): readonly Entry<string>[] =>
      entries.filter(({ label }) => search === '' || matches(search, label));
    const chosen = answered<string[]>(
      await autocompleteMultiselect<string>({
        message,
        // Asked for at every key, and called on the prompt: the only way to learn what was typed.
        options() {
          search = this.userInput;
          // Its last line counts these: it read "0 items selected" though all were taken.
          if (this.state === 'submit' && this.selectedValues.length === 0)
            this.selectedValues = shown().map(({ value }) => value);
          return options;
        },
        filter: (words, { label }) => matches(words, label),
        required: false,
        maxItems: MAX_ITEMS,
        placeholder: 'type to search, Tab to choose, Enter for all that is shown',
      }),
    );
    if (chosen.length > 0) return chosen;
    if (shown().length > 0) return shown().map(({ value }) => value);
    say.warn(`No name has "${search}" in it.`);
  }
  return [];
}

function matches(words: string, label: string | undefined): boolean {
  return (label ?? '').toLowerCase().includes(words.trim().toLowerCase());
}

export async function sure(message: string, initialValue = true): Promise<boolean> {
  return answered<boolean>(await confirm({ message: terminalText(message), initialValue }));
}
