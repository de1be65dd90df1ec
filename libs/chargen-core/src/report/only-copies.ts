import { dollars, plural } from './money.js';
import type { OnlyCopies } from './outcome.js';

/** One sentence for people; undefined if there is nothing to say. */
export function describeOnlyCopies({ answers, costUsd, unknown }: OnlyCopies): string | undefined {
  if (answers === 0) return undefined;
  const price = unknown === 0 ? dollars(costUsd) : `${dollars(costUsd)}, and ${unknown} of unknown price`;
  const verb = answers === 1 ? 'is' : 'are';
  const it = answers === 1 ? 'it' : 'them';
  return `${plural(answers, 'paid answer')} (${price}) ${verb} only in folders of this machine that git ignores; "git clean -fdx" would delete ${it}.`;
}

/** What to do about it, as a command. */
export const BACKUP_ADVICE = 'Keep a copy elsewhere: npx chargen store backup <folder>';
