import { readableStates } from './readable-states.js';
import { RunDirectories } from './run-directory.js';
import type { FailureClass, RunKind } from './run-state.js';

/**
 * How often items of a kind failed with a class of failure, in all runs of this machine, by key. A damaged run counts no
 * attempts: it stops every process that is about to submit.
 */
export async function failedAttempts(
  batchFolder: string,
  kind: RunKind,
  failureClass: FailureClass,
): Promise<ReadonlyMap<string, number>> {
  const attempts = new Map<string, number>();
  for (const state of await readableStates(new RunDirectories(batchFolder))) {
    if (state.kind !== kind) continue;
    for (const failure of state.failures) {
      if (failure.class !== failureClass) continue;
      attempts.set(failure.key, (attempts.get(failure.key) ?? 0) + failure.attempts);
    }
  }
  return attempts;
}
