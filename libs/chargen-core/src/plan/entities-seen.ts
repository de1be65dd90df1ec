import {
  resolveReferences,
  type Entity,
  type ResolvedReference,
  type Scene,
  type World,
} from '../content/index.js';
import { othersShown } from '../prompt/index.js';
import { sceneName } from './places.js';

/** Folders of entities that the plan of an entity is made from, apart from what a look through the world finds. */
export interface EntitiesSeen {
  /** Those with scenes that are judged for it, over any number of steps, and itself. */
  readonly whole: ReadonlySet<string>;
  /** Those that the scenes of these name: everything counts but the words of their own scenes. */
  readonly named: ReadonlySet<string>;
}

export function entitiesSeen(world: World, entity: Entity): EntitiesSeen {
  const whole = new Set([entity.root]);
  const named = new Set<string>();
  const looked = new Set<string>();
  const queue: [Entity, Scene][] = entity.scenes.map((scene) => [entity, scene]);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [owner, scene] = next;
    const name = sceneName(owner, scene);
    if (looked.has(name)) continue;
    looked.add(name);
    whole.add(owner.root);
    for (const other of othersShown(world, owner, scene)) named.add(other.root);
    for (const reference of resolveReferences(world, owner, scene)) {
      if (reference.kind === 'scene') queue.push([reference.entity, reference.scene]);
      for (const root of rootsOf(world, reference)) named.add(root);
    }
  }
  return { whole, named };
}

/** Whom a reference names, also if nothing was found there. */
function rootsOf(world: World, reference: ResolvedReference): string[] {
  const { written } = reference;
  const owner = reference.kind === 'file' ? reference.owner?.root : undefined;
  const slugs =
    written.kind === 'picture-id'
      ? ([world.find('character', written.id), world.find('location', written.id)] as const)
      : written.kind === 'zone'
        ? [world.find('location', written.slug)]
        : written.kind === 'entity' || written.kind === 'entity-scene'
          ? [world.find(written.type, written.slug)]
          : [];
  const roots = slugs.flatMap((loaded) => loaded?.folder.root ?? []);
  return owner === undefined ? roots : [owner, ...roots];
}
