import { join } from 'node:path';
import { adoptableScenes, imagePath, PICTURE_NAME, type LoadedEntity } from '../content/index.js';
import { NO_RECIPE, type PlannedScene } from '../plan/index.js';
import type { LookedFiles } from '../util/looked-files.js';
import { namesIn } from '../util/names-in.js';

/** Names of pictures in an entity's `images/`, sorted. */
export async function picturesIn(folder: string): Promise<string[]> {
  return (await namesIn(folder)).filter((name) => PICTURE_NAME.test(name));
}

/**
 * Ids of scenes that look already made: chargen never made them, and a picture from before chargen is there that `adopt`
 * ties to them. Judged by names alone; the folder is listed only if something of the entity was never made.
 */
export async function looksMade(
  workspaceRoot: string,
  { entity, inventory }: LoadedEntity,
  planned: readonly PlannedScene[],
  looked?: LookedFiles,
): Promise<ReadonlySet<string>> {
  const unmade = new Map(planned.filter(isUnmade).map((one) => [one.scene.id, one]));
  if (entity === undefined || unmade.size === 0) return new Set();
  const folder = join(workspaceRoot, imagePath(entity.root));
  looked?.look(folder);
  const files = await picturesIn(folder);
  const { adopt } = adoptableScenes(entity, files, inventory);
  const found = adopt.filter(({ scene, file }) => {
    const state = unmade.get(scene)?.state;
    return state !== undefined && (state.kind !== 'edited' || state.path === imagePath(entity.root, file));
  });
  return new Set(found.map(({ scene }) => scene));
}

function isUnmade({ state }: PlannedScene): boolean {
  if (state.kind === 'edited') return state.why === NO_RECIPE;
  return (state.kind === 'pending' || state.kind === 'waits') && state.before === 'never-made';
}
