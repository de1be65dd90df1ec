import { resolveReferences, type Entity, type Scene, type World } from '../content/index.js';
import { sceneName } from './places.js';

interface Node {
  readonly entity: Entity;
  readonly scene: Scene;
}

function scenesShown(world: World, node: Node): Node[] {
  if (node.scene.references.length === 0) return [];
  return resolveReferences(world, node.entity, node.scene).flatMap((reference) =>
    reference.kind === 'scene' ? [{ entity: reference.entity, scene: reference.scene }] : [],
  );
}

/**
 * The way from a scene through the pictures it uses back to itself, as names; undefined where there is none.
 * Such scenes can never be made; entities may well refer to each other.
 */
export function sceneCycle(world: World, entity: Entity, scene: Scene): readonly string[] | undefined {
  const start = sceneName(entity, scene);
  const seen = new Set<string>();
  const stack: { node: Node; trail: readonly string[] }[] = [{ node: { entity, scene }, trail: [start] }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    for (const shown of scenesShown(world, next.node)) {
      const name = sceneName(shown.entity, shown.scene);
      if (name === start) return [...next.trail, start];
      if (seen.has(name)) continue;
      seen.add(name);
      stack.push({ node: shown, trail: [...next.trail, name] });
    }
  }
  return undefined;
}
