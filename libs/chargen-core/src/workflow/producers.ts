import { resolveReferences, type LoadedEntity, type World } from '../content/index.js';

/**
 * The chosen entities and all whose scenes they show, directly or through others: what a run for the chosen ones
 * makes, since such pictures come first.
 */
export function withProducers(world: World, chosen: readonly LoadedEntity[]): readonly LoadedEntity[] {
  const byRoot = new Map(world.entities.map((loaded) => [loaded.folder.root, loaded]));
  const wanted = new Set<string>();
  const queue = chosen.map((loaded) => loaded.folder.root);
  for (let root = queue.pop(); root !== undefined; root = queue.pop()) {
    if (wanted.has(root)) continue;
    wanted.add(root);
    const entity = byRoot.get(root)?.entity;
    for (const scene of entity?.scenes ?? []) {
      if (entity === undefined) continue;
      for (const reference of resolveReferences(world, entity, scene)) {
        if (reference.kind === 'scene') queue.push(reference.entity.root);
      }
    }
  }
  return world.entities.filter((loaded) => wanted.has(loaded.folder.root));
}
