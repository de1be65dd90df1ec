import { RunStateError, type RunDirectories, type RunDirectory } from './run-directory.js';
import type { PlanItem, RunState } from './run-state.js';

/** Every run whose state can be read, oldest first; a damaged one is reported by those who list runs. */
export async function readableStates(runs: RunDirectories): Promise<readonly RunState[]> {
  const states: RunState[] = [];
  for (const runId of await runs.list()) {
    const state = await unlessDamaged(runs.directory(runId).readState());
    if (state !== undefined) states.push(state);
  }
  return states;
}

/** What a run asked for, by key; nothing of a damaged one. */
export async function readableItems(directory: RunDirectory): Promise<ReadonlyMap<string, PlanItem>> {
  return (await unlessDamaged(directory.readPlan())) ?? new Map<string, PlanItem>();
}

/** Undefined also for a damaged file: a process that is about to submit stops there and reports it. */
export function unlessDamaged<T>(read: Promise<T | undefined>): Promise<T | undefined> {
  return read.catch((error: unknown) => {
    if (error instanceof RunStateError) return undefined;
    throw error;
  });
}
