import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { REAL_PLACES } from 'chargen-core/look';
import type { OwnVariableName } from 'chargen-core/names';

/** Set by the hook before the tasks, so that the executors, in processes of their own, know the Nx run they serve. */
export const RUN_VARIABLE = 'CHARGEN_NX_RUN' satisfies OwnVariableName;

/**
 * Notes from executors to the hook that runs after the tasks. Nx drops the output of skipped tasks in some styles (the
 * one of GitHub Actions, the summary), does not name them to the hook, and runs each executor in its own process.
 */
export function causesFolder(workspaceRoot: string): string {
  return join(workspaceRoot, REAL_PLACES.stateDir, 'batch', '.causes');
}

/** Names of the notes that are there. */
export function noteNames(workspaceRoot: string): string[] {
  try {
    return readdirSync(causesFolder(workspaceRoot)).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}
