import { RunStateError, type RunDirectories } from './run-directory.js';
import type { RunState } from './run-state.js';

/** Every run whose state can be read, oldest first; a damaged one is reported by those who list runs. */
export async function readableStates(runs: RunDirectories): Promise<readonly RunState[]> {
  const states: RunState[] = [];
  for (const runId of await runs.list()) {
    const state = await runs
      .directory(runId)
      .readState()
      .catch((error: unknown) => {
        if (error instanceof RunStateError) return undefined;
        throw error;
      });
    if (state !== undefined) states.push(state);
  }
  return states;
}
