import { isDataMap, valueAt, type DataMap } from './data.js';
import type { Entity, Scene } from './entity.js';
import { takesIn } from './takes-schema.js';
import { writtenScene } from './written-scene.js';

/** Where a file states what holds for all of its scenes. */
const DEFAULTS = [['defaults'], ['generation_defaults'], ['metadata', 'generation_defaults']] as const;

/**
 * Adds to each scene what an author wrote to have its picture made again with an unchanged request (`wording`,
 * `attempt`), and how many takes of it (`takes`: the scene's own, else that of its file). Every dialect has them in the same place, beside the scene's own fields, so no reader needs to know them.
 */
export function withAuthoredActs(
  entity: Entity,
  data: unknown,
  siblings: ReadonlyMap<string, unknown>,
): Entity {
  const scenes = entity.scenes.map((scene): Scene => {
    const { own, file } = writtenScene(entity, scene, data, siblings);
    const around = DEFAULTS.map((path) => valueAt(file, path)).filter(isDataMap);
    const wording = Math.max(0, ...[own, ...around].map((map) => countIn(map, 'wording')));
    const attempt = countIn(own, 'attempt');
    const [takes] = [own, ...around].flatMap((map) => takesIn(map['takes']) ?? []);
    if (wording === 0 && attempt <= 1 && takes === undefined) return scene;
    return {
      ...scene,
      ...(wording > 0 ? { wording } : {}),
      ...(attempt > 1 ? { attempt } : {}),
      ...(takes === undefined ? {} : { takes }),
    };
  });
  return { ...entity, scenes };
}

function countIn(map: DataMap, field: string): number {
  const value = map[field];
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : 0;
}
