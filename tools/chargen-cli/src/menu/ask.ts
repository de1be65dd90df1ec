import {
  autocomplete,
  autocompleteMultiselect,
  confirm,
  isCancel,
  select,
  type CANCEL_SYMBOL,
} from '@clack/prompts';

/** Ctrl-C or Escape: the menus end, and the terminal is as it was. */
export class Left extends Error {
  override readonly name = 'Left';
}

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
  const options = entries.map(({ value, label, hint }): Entry<string> => ({
    value,
    label,
    ...(hint === undefined ? {} : { hint }),
  }));
  const answer = answered(await select<string>({ message, options, maxItems: MAX_ITEMS }));
  const chosen = entries.find((one) => one.value === answer);
  if (chosen === undefined) throw new Error(`The menu gave "${answer}", which it did not offer.`);
  return chosen.value;
}

export async function pickBySearch(message: string, entries: readonly Entry<string>[]): Promise<string> {
  const options = entries.map((one) => ({ ...one }));
  return answered<string>(
    await autocomplete<string>({ message, options, maxItems: MAX_ITEMS, placeholder: 'type to search' }),
  );
}

/** None chosen means all. */
export async function pickManyBySearch(
  message: string,
  entries: readonly Entry<string>[],
): Promise<readonly string[]> {
  const options = entries.map((one) => ({ ...one }));
  return answered<string[]>(
    await autocompleteMultiselect<string>({
      message,
      options,
      required: false,
      maxItems: MAX_ITEMS,
      placeholder: 'type to search, Tab to choose, Enter for all',
    }),
  );
}

export async function sure(message: string, initialValue = true): Promise<boolean> {
  return answered<boolean>(await confirm({ message, initialValue }));
}
