import { join } from 'node:path';
import type { Entity, Scene, World } from '../content/index.js';
import {
  FileDigests,
  FoundPictures,
  NO_COST,
  Planner,
  type ChargenSettings,
  type Places,
  type PlannedScene,
} from '../plan/index.js';
import { ResultStore } from '../store/index.js';
import type { Clock } from '../util/clock.js';
import { plannedItem, type PlannedItem } from './plan-item.js';

/** A workspace with all that commands about single scenes need. */
export interface SceneContext {
  readonly workspaceRoot: string;
  readonly world: World;
  readonly settings: ChargenSettings;
  readonly places: Places;
  /** Prices and the ends of models have dates. The system's clock by default. */
  readonly clock?: Clock;
}

/** What concerns the store and the history of a workspace: the worlds may have different settings. */
export type StoreContext = Pick<SceneContext, 'workspaceRoot' | 'places' | 'world'>;

export interface PlannedOne {
  readonly planned: PlannedScene;
  readonly item: PlannedItem;
  /** An author's picture in its place, also if the scene is blocked. */
  readonly edited: { readonly path: string; readonly why: string } | undefined;
}

export function storeOf({
  workspaceRoot,
  places,
}: Pick<SceneContext, 'workspaceRoot' | 'places'>): ResultStore {
  return new ResultStore(join(workspaceRoot, places.stateDir, 'store'));
}

export function digestsOf({
  workspaceRoot,
  places,
}: Pick<SceneContext, 'workspaceRoot' | 'places'>): Promise<FileDigests> {
  return FileDigests.open(workspaceRoot, join(workspaceRoot, places.stateDir, 'digests.json'));
}

/** Judges one scene; see `planWorld`. */
export async function planScene(context: SceneContext, entity: Entity, scene: Scene): Promise<PlannedOne> {
  const { world, places } = context;
  const digests = await digestsOf(context);
  const found = new FoundPictures(world, places, digests);
  const planner = new Planner({ ...context, store: storeOf(context), digests, found });
  const planned = await planner.plan(entity, scene);
  const { kind } = planned.state;
  const asks = kind === 'pending' || kind === 'waits';
  const item = await plannedItem(planned, digests, asks ? planned.cost : NO_COST, undefined);
  return { planned, item, edited: await planner.edited(planned) };
}
