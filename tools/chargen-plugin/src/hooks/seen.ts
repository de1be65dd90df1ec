import { join } from 'node:path';
import { REAL_PLACES, SeenFolders } from 'chargen-core/graph';

/** What the hooks have found in order before, in this clone. */
export function seenFolders(workspaceRoot: string): SeenFolders {
  return SeenFolders.open(workspaceRoot, join(workspaceRoot, REAL_PLACES.stateDir, 'seen.json'));
}
