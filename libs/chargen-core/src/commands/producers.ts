import {
  resolveReferences,
  type Entity,
  type LoadedEntity,
  type Scene,
  type World,
} from '../content/index.js';
import { sceneName } from '../plan/index.js';
import { circlesOf } from '../util/circles.js';

/** What a run for some entities makes: all scenes of these entities, and single scenes of others. */
export interface RunScope {
  readonly entities: readonly LoadedEntity[];
  has(entity: Entity, scene: Scene): boolean;
}

interface Shown {
  readonly entity: Entity;
  readonly scene: Scene;
}

/**
 * What a run for the chosen entities makes. Entities whose scenes they show are run before them, as a whole; in a
 * circle of entities no order exists, and there only the scenes that are needed are made beside the chosen ones.
 */
export function runScope(world: World, chosen: readonly LoadedEntity[]): RunScope {
  const shown = new Map(world.entities.map((loaded) => [loaded.folder.root, shownBy(world, loaded)]));
  const circles = circlesOf(
    new Map([...shown].map(([root, list]) => [root, new Set(list.map((one) => one.entity.root))])),
  );
  const whole = new Set<string>();
  const queue = chosen.map((loaded) => loaded.folder.root);
  for (let root = queue.pop(); root !== undefined; root = queue.pop()) {
    if (whole.has(root)) continue;
    whole.add(root);
    for (const { entity } of shown.get(root) ?? []) {
      if (circles.get(entity.root) !== circles.get(root)) queue.push(entity.root);
    }
  }
  const single = new Set<string>();
  const open = [...whole].flatMap((root) => shown.get(root) ?? []);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const name = sceneName(next.entity, next.scene);
    if (whole.has(next.entity.root) || single.has(name)) continue;
    single.add(name);
    open.push(...scenesShown(world, next.entity, next.scene));
  }
  const touched = new Set([...whole, ...[...single].map((name) => name.split('/').slice(0, 2).join('/'))]);
  return {
    entities: world.entities.filter((loaded) => touched.has(loaded.folder.root) || touched.has(loaded.id)),
    has: (entity, scene) => whole.has(entity.root) || single.has(sceneName(entity, scene)),
  };
}

function shownBy(world: World, { entity }: LoadedEntity): Shown[] {
  return entity === undefined ? [] : entity.scenes.flatMap((scene) => scenesShown(world, entity, scene));
}

function scenesShown(world: World, entity: Entity, scene: Scene): Shown[] {
  return resolveReferences(world, entity, scene).flatMap((reference) =>
    reference.kind === 'scene' ? [{ entity: reference.entity, scene: reference.scene }] : [],
  );
}
