import { join } from 'node:path';
import { MAX_TAKES, type Entity, type Scene } from '../content/index.js';
import {
  FoundPictures,
  Planner,
  scenePaths,
  takeOf,
  takesOf,
  takesOnDisk,
  type FileDigests,
  type PlannedScene,
} from '../plan/index.js';
import { describeState } from '../pipeline/plan-item.js';
import { digestsOf, type SceneContext } from '../pipeline/plan-scene.js';
import { readRecipe } from '../recipe/index.js';
import { readJobHistory } from '../report/job-times.js';
import { PastAnswers, type RunListener } from '../run/index.js';
import type { Store } from '../store/index.js';
import { paidAnswers } from './cost-history.js';

export interface TakesContext extends SceneContext {
  /** With the shared store behind it, if there is one. */
  readonly store: Store;
  readonly listener: RunListener;
}

/** Where the bytes of a take are. */
export type TakePlace =
  /** In the entity's folder. */
  | 'folder'
  /** In `.chargen/store/`; a run or `chargen use` lays it. */
  | 'store'
  /** Google works on it, or has an answer that was not collected. */
  | 'google'
  | 'nowhere';

export interface ListedTake {
  readonly take: number;
  /** The scene names it. */
  readonly isNamed: boolean;
  readonly place: TakePlace;
  /** Relative to the workspace; undefined if it does not lie in a folder. */
  readonly path: string | undefined;
  /** The run that made it or works on it; undefined if none did, or none is known here. */
  readonly run: string | undefined;
  /** Why it stands as it does, as a clause. */
  readonly why: string;
}

/** A planner of one look, and the files that it knows. */
export function takesPlanner(context: TakesContext, digests: FileDigests): Planner {
  const found = new FoundPictures(context.world, context.places, digests);
  return new Planner({ ...context, digests, found });
}

/**
 * The takes of a scene as it asks for its picture now: those that it names, its `takes`, and those that lie in its
 * folder. What a shared store or the results of old runs hold is brought into the store first; nothing is paid.
 */
export async function listTakes(context: TakesContext, entity: Entity, scene: Scene): Promise<ListedTake[]> {
  const { workspaceRoot, world, places } = context;
  const onDisk = (await takesOnDisk(workspaceRoot, entity, places)).get(scene.id) ?? [];
  const asked = Array.from({ length: takesOf(world, scene) }, (_, index) => index + 1);
  const numbers = [...new Set([...asked, ...onDisk, scene.take])].sort((a, b) => a - b);
  const planned = await planTakes(context, entity, scene, numbers);
  return Promise.all(planned.map((one) => listed(context, one, one.scene.take === scene.take)));
}

/** Judges takes, after all that was paid for was brought here. */
export async function planTakes(
  context: TakesContext,
  entity: Entity,
  scene: Scene,
  numbers: readonly number[],
): Promise<PlannedScene[]> {
  const digests = await digestsOf(context);
  const plan = (): Promise<PlannedScene[]> => {
    const planner = takesPlanner(context, digests);
    return Promise.all(numbers.map((take) => planner.plan(entity, takeOf(scene, take))));
  };
  const before = await plan();
  const missing = before.flatMap(({ state, asked }) =>
    state.kind === 'pending'
      ? [{ key: state.key, asked: { digest: asked.digest, attempt: scene.attempt ?? 1 } }]
      : [],
  );
  if (missing.length === 0) return before;
  const came = await context.store.bring(missing);
  const found = await pastAnswers(context).bring(missing.map(({ key }) => key));
  return came + found === 0 ? before : plan();
}

function pastAnswers({ workspaceRoot, places, store, settings, listener }: TakesContext): PastAnswers {
  return new PastAnswers({
    batchFolder: join(workspaceRoot, places.stateDir, 'batch'),
    kind: 'generate',
    store,
    settings,
    readText: () => ({ kind: 'rejected', why: 'a picture was asked for' }),
    listener,
  });
}

async function listed(context: TakesContext, planned: PlannedScene, isNamed: boolean): Promise<ListedTake> {
  const { entity, scene, state } = planned;
  const common = { take: scene.take, isNamed, why: describeState(planned) };
  const paths = scenePaths(entity, scene, context.places);
  switch (state.kind) {
    case 'done': {
      const { picture, provenance } = state.recipe;
      return { ...common, place: 'folder', path: paths.picture(picture.extension), run: provenance.run };
    }
    case 'reused': {
      const { run } = state.result.provenance;
      return { ...common, place: state.from === undefined ? 'store' : 'folder', path: state.from, run };
    }
    case 'edited':
      return { ...common, place: 'folder', path: state.path, run: undefined };
    default: {
      const { run, isAtGoogle } = await makerOf(context, planned);
      return { ...common, place: isAtGoogle ? 'google' : 'nowhere', path: undefined, run };
    }
  }
}

/** The run that made or makes a take whose bytes are not here, as far as this machine knows. */
export async function makerOf(
  context: TakesContext,
  { entity, scene, state }: PlannedScene,
): Promise<{ readonly run: string | undefined; readonly isAtGoogle: boolean }> {
  const { workspaceRoot, places, world } = context;
  const recipe = await readRecipe(join(workspaceRoot, scenePaths(entity, scene, places).recipe));
  const key = 'key' in state ? state.key : undefined;
  if (key === undefined) return { run: undefined, isAtGoogle: false };
  const { atGoogle } = await readJobHistory(join(workspaceRoot, places.stateDir, 'batch'));
  const job = atGoogle.find(({ keys }) => keys.includes(key));
  if (job !== undefined) return { run: job.runId, isAtGoogle: true };
  if (recipe.kind === 'present' && recipe.value.key === key) {
    return { run: recipe.value.provenance.run, isAtGoogle: false };
  }
  const loaded = world.find(entity.type, entity.slug);
  const paid = await paidAnswers(context, loaded === undefined ? [] : [loaded]);
  return { run: paid.find((one) => one.key === key)?.run, isAtGoogle: false };
}

export type RollOutcome =
  | {
      readonly kind: 'roll';
      /** The take that the scene is to name. */
      readonly take: number;
      /** How many takes it is to ask for; undefined if that need not be written. */
      readonly takes: number | undefined;
    }
  /** More takes than a scene can ask for; `why` is a sentence. */
  | { readonly kind: 'too-many'; readonly why: string };

/**
 * What a scene is to name so that its next run asks for new takes: for one above all that it has, or with `count` for
 * just so many that were never made, the lowest numbers first.
 */
export async function takesToRoll(
  context: TakesContext,
  entity: Entity,
  scene: Scene,
  count: number | undefined,
): Promise<RollOutcome> {
  const { workspaceRoot, world, places } = context;
  const isNew = async (take: number): Promise<boolean> => {
    const [planned] = await planTakes(context, entity, scene, [take]);
    return planned?.state.kind === 'pending' || planned?.request === undefined;
  };
  if (count === undefined) {
    const onDisk = (await takesOnDisk(workspaceRoot, entity, places)).get(scene.id) ?? [];
    let take = Math.max(scene.take, takesOf(world, scene), ...onDisk) + 1;
    while (!(await isNew(take))) take += 1;
    return { kind: 'roll', take, takes: undefined };
  }
  const fresh: number[] = [];
  for (let take = 1; fresh.length < count && take <= MAX_TAKES; take += 1) {
    if (await isNew(take)) fresh.push(take);
  }
  const [take] = fresh;
  const takes = fresh.at(-1);
  if (take === undefined || fresh.length < count) {
    const left = fresh.length === 0 ? 'none is left' : `${fresh.length} are left`;
    return {
      kind: 'too-many',
      why: `A scene asks for at most ${MAX_TAKES} takes, and ${left}. Roll one more with: npx chargen reroll, or change the prompt.`,
    };
  }
  return { kind: 'roll', take, takes: takes === takesOf(world, scene) ? undefined : takes };
}
