import { resolveReferences, type Entity, type Scene, type World } from '../content/index.js';
import { circlesOf, wayBack } from '../util/circles.js';
import { sceneName } from './places.js';

interface Node {
  readonly entity: Entity;
  readonly scene: Scene;
}

/** Which scenes show which, as far as it was looked at, and the circle of each. */
interface Explored {
  readonly edges: Map<string, ReadonlySet<string>>;
  readonly circles: Map<string, number>;
  nextCircle: number;
}

/** Most scenes show none. */
const NONE: ReadonlySet<string> = new Set();

/** Each scene is looked at once, and not again by each scene that leads to it. */
const explored = new WeakMap<World, Explored>();

/**
 * The way from a scene through the pictures it uses back to itself, as names; undefined if there is none.
 * Such scenes can never be made; entities may well refer to each other.
 */
export function sceneCycle(world: World, entity: Entity, scene: Scene): readonly string[] | undefined {
  if (scene.references.length === 0) return undefined;
  const { edges, circles } = explore(world, { entity, scene });
  const start = sceneName(entity, scene);
  const shown = edges.get(start) ?? new Set();
  const leadsBack = [...shown].some((name) => circles.get(name) === circles.get(start));
  return leadsBack ? wayBack(edges, start) : undefined;
}

/** Looks at everything that a scene leads to. What was looked at before is complete, since it was as well. */
function explore(world: World, from: Node): Explored {
  const known = explored.get(world) ?? { edges: new Map(), circles: new Map(), nextCircle: 0 };
  explored.set(world, known);
  const fresh = new Map<string, ReadonlySet<string>>();
  const queue = [from];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const name = sceneName(node.entity, node.scene);
    if (known.edges.has(name)) continue;
    const shown = scenesShown(world, node);
    const names = shown.length === 0 ? NONE : new Set(shown.map((one) => sceneName(one.entity, one.scene)));
    known.edges.set(name, names);
    fresh.set(name, names);
    queue.push(...shown);
  }
  const first = known.nextCircle;
  for (const [name, circle] of circlesOf(fresh)) {
    known.circles.set(name, first + circle);
    known.nextCircle = Math.max(known.nextCircle, first + circle + 1);
  }
  return known;
}

function scenesShown(world: World, { entity, scene }: Node): Node[] {
  if (scene.references.length === 0) return [];
  return resolveReferences(world, entity, scene).flatMap((reference) =>
    reference.kind === 'scene' ? [{ entity: reference.entity, scene: reference.scene }] : [],
  );
}
