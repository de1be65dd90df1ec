import type { Diagnostic, Entity, Scene, World } from '../content/index.js';
import {
  asContentKey,
  kindOfNoPicture,
  readRecipe,
  readRefusal,
  type ContentKey,
  type Recipe,
  type SidecarOutcome,
} from '../recipe/index.js';
import { StoreError, type StoredResult } from '../store/index.js';
import type { Asked, AskedChange } from './asked.js';
import { pathToRead, editedPicture } from './authors-picture.js';
import {
  changesSince,
  doneByAsked,
  doneState,
  finishedPicture,
  presentFiles,
  type FinishedPicture,
} from './finished-picture.js';
import { PICTURE_EXTENSIONS, scenePaths } from './places.js';
import type { PlannerOptions } from './planner-options.js';
import type { ReferenceOutcomes } from './reference-outcome.js';
import type { EarlierPicture, SceneState } from './scene-state.js';

/** A scene whose references were looked at. */
export interface SceneContext {
  readonly entity: Entity;
  readonly scene: Scene;
  readonly asked: Asked;
  readonly outcomes: ReferenceOutcomes;
}

/** The oldest version of the prompt compiler whose pictures an author still takes; 0 for all. */
export function wordingOf(world: Pick<World, 'style'>, scene: Scene): number {
  return Math.max(scene.wording ?? 0, world.style.wording ?? 0);
}

/** A damaged result stands for something that was paid for: its scene stops, and no other one with it. */
export async function stateOfScene(
  context: PlannerOptions,
  subject: SceneContext,
  key: ContentKey,
): Promise<SceneState> {
  const { entity, scene } = subject;
  try {
    const state = await stateOf(context, subject, key);
    const asks = state.kind === 'pending' || state.kind === 'reused';
    return (asks ? await inTheWay(context, entity, scene) : undefined) ?? state;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const diagnostic: Diagnostic = {
      severity: 'error',
      code: 'store-damaged',
      message: error.message,
      file: scene.file,
      at: scene.at,
      scene: scene.id,
    };
    return { kind: 'blocked', diagnostics: [diagnostic] };
  }
}

/** What would keep the picture from being laid there once it is paid for. */
async function inTheWay(
  context: PlannerOptions,
  entity: Entity,
  scene: Scene,
): Promise<SceneState | undefined> {
  const paths = scenePaths(entity, scene, context.places);
  for (const extension of PICTURE_EXTENSIONS) {
    const path = paths.picture(extension);
    const facts = await context.digests.find(path);
    if (facts.kind !== 'unreadable') continue;
    const diagnostic: Diagnostic = {
      severity: 'error',
      code: 'unreadable-picture',
      message: `${path} stands in the way of this picture, and it cannot be read: ${facts.why}. Move it away.`,
      file: scene.file,
      at: scene.at,
      scene: scene.id,
    };
    return { kind: 'blocked', diagnostics: [diagnostic] };
  }
  return undefined;
}

async function stateOf(context: PlannerOptions, subject: SceneContext, key: ContentKey): Promise<SceneState> {
  const { entity, scene, asked, outcomes } = subject;
  const paths = scenePaths(entity, scene, context.places);
  const recipe = await readRecipe(pathToRead(context, paths.recipe));
  // The usual case first, with one file read: most scenes of a world are done.
  const finished = await finishedPicture(context, entity, scene, recipe);
  if (finished?.recipe.key === key) return doneState(finished, { kind: 'key' });
  const wording = wordingOf(context.world, scene);
  const done = finished && doneByAsked(finished, wording, asked, outcomes);
  if (done !== undefined) return done;
  const stored = await context.store.find(key);
  const edited = await editedPicture(context, entity, scene, recipe);
  if (edited !== undefined) {
    // A crash between the picture and its recipe leaves bytes that only the tool can have written.
    const own = stored?.kind === 'generated' ? stored.picture : undefined;
    const facts = own === undefined ? undefined : await context.digests.find(paths.picture(own.extension));
    const isOwn = stored?.kind === 'generated' && facts?.kind === 'picture' && facts.sha256 === own?.sha256;
    return isOwn ? { kind: 'reused', key, result: stored, from: undefined } : edited;
  }
  if (stored?.kind === 'generated') return { kind: 'reused', key, result: stored, from: undefined };
  const refused = await refusedBefore(context, subject, key, stored);
  if (refused !== undefined) return refused;
  const answered = await answeredBefore(context, subject);
  if (answered !== undefined) return answered;
  const found = await foundElsewhere(context, subject, key);
  if (found !== undefined) return found;
  const earlier = earlierPicture(context.world, subject, recipe, finished);
  return { kind: 'pending', key, why: whyPending(earlier), ...earlier };
}

/** A scene that waits for the pictures of others. */
export async function waitingState(
  context: PlannerOptions,
  subject: SceneContext,
  on: readonly string[],
): Promise<SceneState> {
  const { entity, scene } = subject;
  const recipe = await readRecipe(pathToRead(context, scenePaths(entity, scene, context.places).recipe));
  const finished = await finishedPicture(context, entity, scene, recipe);
  return { kind: 'waits', on, ...earlierPicture(context.world, subject, recipe, finished) };
}

interface Earlier {
  readonly before: EarlierPicture;
  readonly changes: readonly AskedChange[];
}

function earlierPicture(
  world: World,
  { scene, asked, outcomes }: SceneContext,
  recipe: SidecarOutcome<Recipe>,
  finished: FinishedPicture | undefined,
): Earlier {
  if (recipe.kind !== 'present') return { before: 'never-made', changes: [] };
  const changes = changesSince(recipe.value, wordingOf(world, scene), asked, outcomes) ?? [];
  return { before: finished === undefined ? 'missing' : 'outdated', changes };
}

/** What the store has for the same wish, asked for in another version's words. */
async function answeredBefore(
  { store, world }: PlannerOptions,
  { scene, asked, outcomes }: SceneContext,
): Promise<SceneState | undefined> {
  const present = new Set(presentFiles(outcomes).map((file) => file.sha256));
  let refused: SceneState | undefined;
  for (const { of, compiler, pictures } of await store.answersTo(asked.digest)) {
    if (compiler < wordingOf(world, scene) || !pictures.every((sha256) => present.has(sha256))) continue;
    const result = await store.find(of);
    const key = asContentKey(of);
    if (result?.kind === 'generated') return { kind: 'reused', key, result, from: undefined };
    if (result?.kind === 'refused' && (result.attempt ?? 1) >= (scene.attempt ?? 1)) {
      const { reason, message } = result;
      refused = { kind: kindOfNoPicture(reason), key, reason, message };
    }
  }
  return refused;
}

/** The model refused what is asked for, by any version's wording, and the author has not asked for another attempt. */
async function refusedBefore(
  context: PlannerOptions,
  { entity, scene, asked, outcomes }: SceneContext,
  key: ContentKey,
  stored: StoredResult | undefined,
): Promise<SceneState | undefined> {
  const attempt = scene.attempt ?? 1;
  if (stored?.kind === 'refused' && (stored.attempt ?? 1) >= attempt) {
    return { kind: kindOfNoPicture(stored.reason), key, reason: stored.reason, message: stored.message };
  }
  const refusal = await readRefusal(pathToRead(context, scenePaths(entity, scene, context.places).refusal));
  if (refusal.kind !== 'present' || (refusal.value.attempt ?? 1) < attempt) return undefined;
  const { value } = refusal;
  const isAsked =
    value.key === key || changesSince(value, wordingOf(context.world, scene), asked, outcomes)?.length === 0;
  if (!isAsked) return undefined;
  const { key: answered, reason, message } = value;
  return { kind: kindOfNoPicture(reason), key: asContentKey(answered), reason, message };
}

/** The picture of a scene that had another name when it was paid for. */
async function foundElsewhere(
  context: PlannerOptions,
  { scene, asked, outcomes }: SceneContext,
  key: ContentKey,
): Promise<SceneState | undefined> {
  const isUnchanged = (recipe: Recipe): boolean =>
    changesSince(recipe, wordingOf(context.world, scene), asked, outcomes)?.length === 0;
  const found = (await context.found.find(key)) ?? (await context.found.findAsked(asked.digest, isUnchanged));
  if (found === undefined) return undefined;
  const { path, recipe } = found;
  const { compiler = 0 } = recipe.asked ?? {};
  const pictures = recipe.references.map((one) => one.sha256);
  const answered = { digest: asked.digest, compiler, pictures, request: recipe.request };
  const result = recipe.key === key ? found.result : { ...found.result, answered };
  if (!found.pointer) return { kind: 'reused', key: asContentKey(recipe.key), result, from: path };
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'lfs-pointer',
    message:
      `Its picture was paid for and is at ${path}, but only the Git LFS pointer is here. ` +
      `Fetch the picture with: git lfs pull --include="${path}"`,
    file: scene.file,
    at: scene.at,
    scene: scene.id,
  };
  return { kind: 'blocked', diagnostics: [diagnostic] };
}

function whyPending({ before, changes }: Earlier): string {
  if (before === 'never-made') return 'it was never made';
  return before === 'missing' && changes.length === 0
    ? 'its picture is missing'
    : 'what it asks for has changed';
}
