import { join } from 'node:path';
import { REAL_PLACES, SeenFolders } from 'chargen-core/look';
import type { WorldEntry } from '../world-entries.js';

/** What the hooks have found in order before, in this clone. */
export function seenFolders(workspaceRoot: string): SeenFolders {
  return SeenFolders.open(workspaceRoot, join(workspaceRoot, REAL_PLACES.stateDir, 'seen.json'));
}

/** What passed the guard before the tasks of this process, by world; both hooks run in the same process. */
const passed = new Map<string, ReadonlyMap<string, string>>();

type World = Pick<WorldEntry, 'contentRoot'>;

export function keepPassed(workspaceRoot: string, { contentRoot }: World, seen: SeenFolders): void {
  passed.set(`${workspaceRoot}\0${contentRoot}`, seen.passed);
}

export function passedBefore(workspaceRoot: string, { contentRoot }: World): ReadonlyMap<string, string> {
  return passed.get(`${workspaceRoot}\0${contentRoot}`) ?? new Map();
}
