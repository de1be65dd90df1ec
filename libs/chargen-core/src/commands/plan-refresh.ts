import type { LoadedEntity, World } from '../content/index.js';
import {
  roundMicro,
  sceneName,
  type CostEstimate,
  type PlannedScene,
  type Selection,
} from '../plan/index.js';
import { COMPILER_VERSION } from '../prompt/index.js';
import { planWorld, type WorldPlanOptions } from './plan-world.js';

/** A finished picture that this version would ask for in other words. */
export interface RefreshableScene {
  readonly planned: PlannedScene;
  readonly cost: CostEstimate;
}

export interface RefreshPlan {
  /** What `wording` becomes. */
  readonly wording: number;
  /** Sorted by name. */
  readonly scenes: readonly RefreshableScene[];
  /** Scenes beside them that would have to be made too, since they show one of them. */
  readonly along: readonly string[];
  /** Finished pictures that would be asked for differently, but have an error that keeps them from being made. */
  readonly blocked: readonly string[];
  /** What the plan of the whole world costs more once these are refreshed: the scenes and those that come along. */
  readonly cost: CostEstimate;
}

/** The selected finished pictures that would be asked for differently today. Writes nothing. */
export async function planRefresh(
  options: Omit<WorldPlanOptions, 'chosen' | 'selection'>,
  selection: Selection | undefined,
): Promise<RefreshPlan> {
  const found: RefreshableScene[] = [];
  const blocked: string[] = [];
  const open = new Set<string>();
  const before = await planWorld(options, (entity) => {
    for (const { planned } of entity.scenes) {
      if (isOpen(planned)) open.add(planned.name);
      if (planned.state.kind !== 'done' || planned.state.by.kind !== 'asked') continue;
      if (selection !== undefined && !selection.hasName(planned.name)) continue;
      if (planned.request === undefined) blocked.push(planned.name);
      else found.push({ planned, cost: planned.cost });
    }
  });
  const scenes = found.sort((a, b) => (a.planned.name < b.planned.name ? -1 : 1));
  const names = new Set(scenes.map(({ planned }) => planned.name));
  const along: string[] = [];
  // Those that show them can be anywhere, so the whole world is planned as it would be then.
  const world = refreshed(options.world, names);
  const after = await planWorld({ ...options, world }, (entity) => {
    for (const { planned } of entity.scenes) {
      const { name } = planned;
      if (isOpen(planned) && !open.has(name) && !names.has(name)) along.push(name);
    }
  });
  const cost = difference(after.totals.cost, before.totals.cost);
  return { wording: COMPILER_VERSION, scenes, along: along.sort(), blocked, cost };
}

function isOpen({ state }: PlannedScene): boolean {
  return state.kind === 'pending' || state.kind === 'waits';
}

/** The world as it is read once `wording` is written into these scenes. */
function refreshed(world: World, names: ReadonlySet<string>): World {
  const entities = world.entities.map((loaded): LoadedEntity => {
    const { entity } = loaded;
    if (entity === undefined) return loaded;
    const scenes = entity.scenes.map((scene) =>
      names.has(sceneName(entity, scene)) ? { ...scene, wording: COMPILER_VERSION } : scene,
    );
    return { ...loaded, entity: { ...entity, scenes } };
  });
  const byEntity = new Map(world.entities.map((loaded, n) => [loaded, entities[n]]));
  const find: World['find'] = (type, slug) => {
    const loaded = world.find(type, slug);
    return loaded && byEntity.get(loaded);
  };
  return { ...world, entities, find };
}

function difference(after: CostEstimate, before: CostEstimate): CostEstimate {
  return {
    low: roundMicro(after.low - before.low),
    expected: roundMicro(after.expected - before.expected),
    high: roundMicro(after.high - before.high),
    unknown: after.unknown - before.unknown,
  };
}
