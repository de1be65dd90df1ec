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

/** Scenes from which no circle can be reached, by name: found out once, not by each scene that leads to them. */
const clean = new WeakMap<World, Set<string>>();

function reachesCircle(world: World, from: Node): boolean {
  const known = clean.get(world) ?? new Set();
  clean.set(world, known);
  const path = new Set<string>();
  const work: { readonly name: string; readonly rest: Node[] }[] = [];
  const enter = (node: Node): void => {
    const name = sceneName(node.entity, node.scene);
    path.add(name);
    work.push({ name, rest: scenesShown(world, node) });
  };
  if (known.has(sceneName(from.entity, from.scene))) return false;
  enter(from);
  for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
    const next = frame.rest.pop();
    if (next === undefined) {
      work.pop();
      path.delete(frame.name);
      known.add(frame.name);
      continue;
    }
    const name = sceneName(next.entity, next.scene);
    if (path.has(name)) return true;
    if (!known.has(name)) enter(next);
  }
  return false;
}

/**
 * The way from a scene through the pictures it uses back to itself, as names; undefined where there is none.
 * Such scenes can never be made; entities may well refer to each other.
 */
export function sceneCycle(world: World, entity: Entity, scene: Scene): readonly string[] | undefined {
  if (!reachesCircle(world, { entity, scene })) return undefined;
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
