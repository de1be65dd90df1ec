import type { ItemFailure, RunKind } from './journal/run-state.js';

/** How often one item is asked for in one call, if the item itself did not cause the failure. */
const MAX_ATTEMPTS = 3;

/**
 * Whether an item is asked for again in the same call. What Google may have billed without delivering is left to
 * a person: asking again would be paying again. Words are another matter: they cost a thousandth of a cent, and
 * a second try succeeds for most answers that do not fit the schema.
 */
export function isAskedAgain(failure: ItemFailure, kind: RunKind): boolean {
  switch (failure.class) {
    case 'transient':
    case 'expired':
      return failure.attempts < MAX_ATTEMPTS;
    case 'missing-answer':
    case 'unreadable-answer':
      return kind === 'analyze' && failure.attempts < MAX_ATTEMPTS;
    case 'invalid-request':
    case 'job-rejected':
    case 'job-failed':
    case 'cancelled':
    case 'upload-rejected':
    case 'reference-changed':
    case 'model-unusable':
      return false;
  }
}
