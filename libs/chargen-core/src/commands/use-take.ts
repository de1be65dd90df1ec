import {
  ContentReader,
  resolveReferences,
  type Entity,
  type LoadedEntity,
  type Scene,
  type World,
} from '../content/index.js';
import {
  sceneName,
  scenePaths,
  takeOf,
  type FileDigests,
  type Planner,
  type PlannedScene,
} from '../plan/index.js';
import { editedAdvice } from '../pipeline/picture-outcome.js';
import { describeState } from '../pipeline/plan-item.js';
import { digestsOf } from '../pipeline/plan-scene.js';
import { layPicture, removeCopy, type LaidPicture } from '../record/lay-picture.js';
import { foldersWrittenIn, settleLeftovers } from '../record/leftovers.js';
import { writeRecord } from '../record/write-record.js';
import { notLaidOutcome } from '../report/not-laid.js';
import { makerOf, planTakes, takesPlanner, type TakesContext } from './list-takes.js';
import { setSceneField } from './set-scene-field.js';

export type UseTakeOutcome =
  | {
      readonly kind: 'used';
      /** The take that the scene named before, to go back to. */
      readonly before: number;
      /** The file that says so, and the picture; relative to the workspace. */
      readonly file: string;
      readonly picture: string;
      /** Names of scenes that show it, and that the next run makes again for that. */
      readonly madeAgain: readonly string[];
    }
  /** Its bytes are nowhere, or not here yet: `why` is a sentence, with what to do. Nothing was written. */
  | {
      readonly kind: 'not-there';
      readonly run: string | undefined;
      readonly isAtGoogle: boolean;
      readonly why: string;
    }
  /** Nothing was written, or only `take`; `why` is a sentence. */
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Makes a take of a scene its picture: writes `take` into the scene and lays the picture. The one that lay there goes
 * among the other takes. Pays nothing, and writes nothing if the bytes of the take are nowhere.
 */
export async function useTake(
  context: TakesContext,
  entity: Entity,
  scene: Scene,
  take: number,
): Promise<UseTakeOutcome> {
  const { workspaceRoot, places } = context;
  const name = sceneName(entity, scene);
  if (scene.locked) return { kind: 'refused', why: `${name} is locked. First: npx chargen unlock ${name}` };
  const folder = { root: entity.root };
  await settleLeftovers(workspaceRoot, foldersWrittenIn(context.world, [{ folder }], places));
  const numbers = [...new Set([scene.take, take])];
  const planned = await planTakes(context, entity, scene, numbers);
  for (const one of planned) {
    if (one.state.kind !== 'edited') continue;
    const { path, why } = one.state;
    return { kind: 'refused', why: `${path}: ${why}. It is left as it is.\n${editedAdvice(one.name)}` };
  }
  const wanted = planned.find((one) => one.scene.take === take);
  if (wanted === undefined) throw new Error(`Take ${take} of ${name} was not planned.`);
  if (wanted.state.kind !== 'done' && wanted.state.kind !== 'reused') return notThere(context, wanted);
  if (take !== scene.take) {
    const written = await setSceneField(workspaceRoot, entity, scene, { field: 'take', value: take });
    if (written.kind === 'refused') {
      const hand = `Write "take: ${take}" into the scene by hand; the next run lays it.`;
      return { kind: 'refused', why: `${written.file} could not be changed: ${written.why}. ${hand}` };
    }
  }
  return layTake(context, entity, scene, take);
}

async function notThere(context: TakesContext, planned: PlannedScene): Promise<UseTakeOutcome> {
  const { state, scene, entity } = planned;
  const name = sceneName(entity, { id: scene.id });
  if (state.kind !== 'pending') {
    return {
      kind: 'refused',
      why: `Take ${scene.take} of ${name} cannot be used: ${describeState(planned)}.`,
    };
  }
  const { run, isAtGoogle } = await makerOf(context, planned);
  if (isAtGoogle && run !== undefined) {
    const why = `Take ${scene.take} of ${name} is at Google (run ${run}). Take what is finished with: npx chargen collect`;
    return { kind: 'not-there', run, isAtGoogle, why };
  }
  const what = `Take ${scene.take} of ${name} was never made as the scene asks for it now.`;
  const how = `To have it made, write "take: ${scene.take}" into the scene: the next run asks for it, and it is paid.`;
  if (run === undefined) return { kind: 'not-there', run, isAtGoogle, why: `${what} ${how}` };
  const where =
    'Its bytes are neither in the folder nor in the store of this machine. The machine or the shared store of that run may have them.';
  return {
    kind: 'not-there',
    run,
    isAtGoogle,
    why: `Take ${scene.take} of ${name} was made by the run ${run}. ${where}`,
  };
}

/** Lays what the scene names now, and the take that it named before among the others. */
async function layTake(
  context: TakesContext,
  entity: Entity,
  { id, take: before }: Scene,
  take: number,
): Promise<UseTakeOutcome> {
  const { workspaceRoot, settings } = context;
  const now = worldNow(context.world);
  const loaded = now.find(entity.type, entity.slug);
  const scene = loaded?.entity?.scenes.find((one) => one.id === id);
  if (loaded?.entity === undefined || scene?.take !== take) {
    const why = `${entity.file} was changed meanwhile. Run the same command again; nothing is paid.`;
    return { kind: 'refused', why };
  }
  const digests = await digestsOf(context);
  const changed = { ...context, world: now };
  const laid = await layIfThere(changed, digests, loaded.entity, scene);
  if (laid.kind !== 'laid') {
    const { message, advice } = notLaidOutcome(laid, 'picture', editedAdvice(sceneName(entity, scene)));
    return { kind: 'refused', why: `${message}\n${advice}` };
  }
  if (before !== take) await layIfThere(changed, digests, loaded.entity, takeOf(scene, before));
  const planner = takesPlanner(changed, digests);
  await removeCopy({ ...context, digests }, await planner.plan(loaded.entity, scene));
  await writeRecord(workspaceRoot, loaded.entity, { prompts: settings.recordPrompts });
  await context.store.offer();
  await digests.save();
  const madeAgain = before === take ? [] : await scenesMadeAgain(now, planner, loaded.entity, scene);
  return { kind: 'used', before, file: scene.file, picture: laid.path, madeAgain };
}

type Laid =
  | Pick<Extract<LaidPicture, { kind: 'laid' }>, 'kind' | 'path'>
  | Exclude<LaidPicture, { kind: 'laid' }>;

async function layIfThere(
  context: TakesContext,
  digests: FileDigests,
  entity: Entity,
  scene: Scene,
): Promise<Laid> {
  const planned = await takesPlanner(context, digests).plan(entity, scene);
  const { state } = planned;
  if (state.kind === 'reused') {
    return layPicture({ ...context, digests }, planned, state.result, state.from);
  }
  const paths = scenePaths(entity, scene, context.places);
  return {
    kind: 'laid',
    path: state.kind === 'done' ? paths.picture(state.recipe.picture.extension) : paths.stem,
  };
}

/** The same files, read anew. */
function worldNow({ workspaceRoot, entities, style }: World): World {
  const files = entities.map(({ folder }) => folder.file);
  return new ContentReader(workspaceRoot).load(files, style.file);
}

async function scenesMadeAgain(
  world: World,
  planner: Planner,
  entity: Entity,
  scene: Scene,
): Promise<string[]> {
  const found: string[] = [];
  for (const other of world.entities) {
    for (const one of showing(world, other, entity, scene)) {
      if (other.entity === undefined) continue;
      const { state, name } = await planner.plan(other.entity, one);
      if (state.kind === 'pending' || state.kind === 'waits') found.push(name);
    }
  }
  return found.sort();
}

function showing(world: World, { entity: owner }: LoadedEntity, entity: Entity, scene: Scene): Scene[] {
  if (owner === undefined) return [];
  return owner.scenes.filter((one) =>
    resolveReferences(world, owner, one).some(
      (reference) =>
        reference.kind === 'scene' &&
        reference.entity.root === entity.root &&
        reference.scene.id === scene.id,
    ),
  );
}
