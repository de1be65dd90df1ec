import { isDataMap, valueAt, type DataMap } from './data.js';
import type { Entity, Scene } from './entity.js';

/** What an author wrote for a scene. */
export interface WrittenScene {
  /** Its own fields; empty if they are no map. */
  readonly own: DataMap;
  /** The data of the file that holds it: that of the entity, or one beside it. */
  readonly file: unknown;
}

export function writtenScene(
  entity: Entity,
  scene: Scene,
  data: unknown,
  siblings: ReadonlyMap<string, unknown>,
): WrittenScene {
  const file = scene.file === entity.file ? data : siblings.get(scene.file.slice(entity.root.length + 1));
  const written = valueAt(file, scene.at);
  return { own: isDataMap(written) ? written : {}, file };
}
