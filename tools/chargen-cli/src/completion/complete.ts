import { COMMANDS } from '../cli/specs.js';
import type { Io } from '../cli/io.js';
import { candidates } from './candidates.js';

/** Answers a shell: one candidate a line. Never fails, since a shell would show the error in the prompt. */
export async function complete(words: readonly string[], io: Io): Promise<void> {
  try {
    const index = words.indexOf('--root');
    const root = index < 0 ? undefined : words[index + 1];
    const { worldNames } = await import('./world-names.js');
    for (const one of await candidates(words, COMMANDS, worldNames(root))) await io.out(`${one}\n`);
  } catch {
    // Nothing to offer.
  }
}
