import type { Io } from '../cli/io.js';

/** Characters that are written at once. */
const PORTION = 65_536;

/** Writes the text of each in its order; what a large world gives does not fit into one text. */
export async function writeInPortions<T>(
  all: readonly T[],
  textOf: (one: T, index: number) => string,
  io: Io,
): Promise<void> {
  let portion = '';
  for (const [index, one] of all.entries()) {
    portion += textOf(one, index);
    if (portion.length < PORTION) continue;
    await io.out(portion);
    portion = '';
  }
  if (portion !== '') await io.out(portion);
}
