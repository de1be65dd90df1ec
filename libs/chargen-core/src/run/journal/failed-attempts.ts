import { RunDirectories, RunStateError } from './run-directory.js';
import type { FailureClass, RunKind } from './run-state.js';

/** How often items of a kind failed with a class of failure, in all runs of this machine, by key. */
export async function failedAttempts(
  batchFolder: string,
  kind: RunKind,
  failureClass: FailureClass,
): Promise<ReadonlyMap<string, number>> {
  const runs = new RunDirectories(batchFolder);
  const attempts = new Map<string, number>();
  for (const runId of await runs.list()) {
    const state = await runs
      .directory(runId)
      .readState()
      .catch((error: unknown) => {
        // A damaged run stops every process that is about to submit; it counts no attempts.
        if (error instanceof RunStateError) return undefined;
        throw error;
      });
    if (state?.kind !== kind) continue;
    for (const failure of state.failures) {
      if (failure.class !== failureClass) continue;
      attempts.set(failure.key, (attempts.get(failure.key) ?? 0) + failure.attempts);
    }
  }
  return attempts;
}
