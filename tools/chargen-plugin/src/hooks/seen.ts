import { join } from 'node:path';
import { REAL_PLACES, SeenFolders } from 'chargen-core/graph';

/** What the hooks have found in order before, in this clone. */
export function seenFolders(workspaceRoot: string): SeenFolders {
  return SeenFolders.open(workspaceRoot, join(workspaceRoot, REAL_PLACES.stateDir, 'seen.json'));
}

/** What passed the guard before the tasks of this process, by workspace; both hooks run in the same process. */
const passed = new Map<string, ReadonlyMap<string, string>>();

export function keepPassed(workspaceRoot: string, seen: SeenFolders): void {
  passed.set(workspaceRoot, seen.passed);
}

export function passedBefore(workspaceRoot: string): ReadonlyMap<string, string> {
  return passed.get(workspaceRoot) ?? new Map();
}
