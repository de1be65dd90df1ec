import { recordAll, type Entity, type RecordParts } from 'chargen-core';
import { lookableOf } from 'chargen-core/graph';
import { filesLookedAt } from 'chargen-core/look';
import { terminalText } from 'chargen-core/safe-text';
import { findWorld } from '../graph/read-world.js';
import type { WorldEntry } from '../world-entries.js';
import { passedBefore, seenFolders } from './seen.js';

interface Wanted {
  readonly entity: Entity;
  readonly parts: RecordParts;
  readonly looked: ReturnType<typeof filesLookedAt>;
}

/** Writes the record of the entities in these folders whose files are not those that were recorded before. */
export async function recordEntities(
  workspaceRoot: string,
  roots: ReadonlyMap<string, RecordParts>,
  entry: WorldEntry,
): Promise<void> {
  const world = await findWorld(workspaceRoot, entry);
  const seen = seenFolders(workspaceRoot);
  const passed = passedBefore(workspaceRoot, entry);
  const wanted = world.entities.flatMap((loaded): Wanted[] => {
    const { entity } = loaded;
    const parts = entity === undefined ? undefined : roots.get(entity.root);
    if (entity === undefined || parts === undefined) return [];
    const lookable = lookableOf(loaded);
    const looked = filesLookedAt('record', lookable);
    if (!seen.isAsSeen(looked)) return [{ entity, parts, looked }];
    seen.renote(filesLookedAt('guard', lookable), passed);
    return [];
  });
  if (wanted.length > 0) {
    await recordAll(workspaceRoot, wanted, {
      prompts: entry.settings.recordPrompts,
      say: (line) => {
        process.stderr.write(terminalText(`${line}\n`));
      },
      onRecorded: ({ parts, looked }, outcome) => {
        if (outcome.kind === 'unchanged' && parts === 'all') seen.note(looked);
      },
    });
  }
  await seen.save();
}
