import type { NotLaid } from '../record/lay-file.js';
import type { Outcome } from './outcome.js';

/** Why what was paid for is not in its entity's folder, in the words of reports; `advice` for an author's file. */
export function notLaidOutcome(
  notLaid: NotLaid,
  what: 'picture' | 'analysis',
  advice = 'Move the file away, then run the same command again; nothing is paid for twice.',
): Extract<Outcome, { kind: 'failed' }> {
  const { kind, path } = notLaid;
  if (kind === 'moved') {
    return {
      kind: 'failed',
      class: 'moved',
      message:
        `${path} is not there any more: the entity was renamed or deleted. ` +
        `No folder is made anew; what is paid for of its ${what} is safe in the store.`,
      advice:
        'If it was renamed, run the same command again: ' +
        `the ${what} is laid under the new name, and nothing is paid for twice.`,
    };
  }
  return {
    kind: 'failed',
    class: 'edited',
    message: `${path}: ${notLaid.why}. It is left as it is; the ${what} is safe in the store.`,
    advice,
  };
}
