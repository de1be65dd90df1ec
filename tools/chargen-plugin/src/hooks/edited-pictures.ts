import { describeEdited, describeKept, findEditedPictures, REAL_PLACES } from 'chargen-core';
import { lookableOf } from 'chargen-core/graph';
import { filesLookedAt, type SeenFolders } from 'chargen-core/look';
import { terminalText } from 'chargen-core/safe-text';
import { findWorld } from '../graph/read-world.js';
import type { WorldEntry } from '../world-entries.js';

/** Looks for pictures that are no longer those of their recipes. Returns the message for their author, if there are any. */
export async function editedPictures(
  workspaceRoot: string,
  entry: WorldEntry,
  seen: SeenFolders,
): Promise<string | undefined> {
  // Kept, so that the executor reads none of these files again.
  const world = await findWorld(workspaceRoot, entry);
  const unsure = world.entities.filter((one) => !seen.isAsSeen(filesLookedAt('guard', lookableOf(one))));
  if (unsure.length === 0) return undefined;
  const edited = await findEditedPictures({
    workspaceRoot,
    world,
    settings: entry.settings,
    places: REAL_PLACES,
    only: new Set(unsure),
    onKept: (version) => {
      process.stderr.write(terminalText(`chargen: ${describeKept(version)}\n`));
    },
    onAsRecorded: (loaded) => {
      seen.note(filesLookedAt('guard', lookableOf(loaded)));
    },
  });
  await seen.save();
  return edited.length > 0 ? describeEdited(edited) : undefined;
}
