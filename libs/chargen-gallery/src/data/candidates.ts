import { posix } from 'node:path';
import { adoptPictures, imagePath, REAL_PLACES, type ChargenSettings, type World } from 'chargen-core';

/** Pictures of before chargen, relative to the workspace, by the scene that they may belong to. Writes nothing. */
export async function candidatesIn(
  workspaceRoot: string,
  world: World,
  settings: ChargenSettings,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const context = { workspaceRoot, world, settings, places: REAL_PLACES };
  const { scenes, doubtful, left } = await adoptPictures(context, world.entities, false);
  const found = new Map<string, string[]>();
  const add = (scene: string, paths: readonly string[]): void => {
    found.set(scene, [...new Set([...(found.get(scene) ?? []), ...paths])]);
  };
  for (const { kind, scene, from, older } of scenes) if (kind === 'adopt') add(scene, [from, ...older]);
  for (const { entity, files, scenes: ids } of doubtful) {
    const root = world.entities.find(({ id }) => id === entity)?.folder.root;
    if (root === undefined) continue;
    for (const id of ids)
      add(
        `${entity}/${id}`,
        files.map((file) => imagePath(root, file)),
      );
  }
  for (const { picture, nearest } of left) {
    // The nearest name may be far: what shares no word with the scene is not offered, and not handed out.
    if (nearest !== undefined && wordsOf(picture).some((word) => wordsOf(nearest).includes(word))) {
      add(nearest, [picture]);
    }
  }
  return found;
}

/** The words of a file's or a scene's name that are long enough to say something. */
function wordsOf(path: string): string[] {
  const name = posix.basename(path).replace(/\.\w+$/, '');
  return name
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 2);
}
