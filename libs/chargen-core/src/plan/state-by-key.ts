import type { Diagnostic, Entity, Scene } from '../content/index.js';
import {
  readRecipe,
  readRefusal,
  type ContentKey,
  type Recipe,
  type SidecarOutcome,
} from '../recipe/index.js';
import { StoreError } from '../store/index.js';
import { absolute, editedPicture } from './authors-picture.js';
import { PICTURE_EXTENSIONS, scenePaths } from './places.js';
import type { PlannerOptions } from './planner-options.js';
import type { SceneState } from './scene-state.js';

/** A damaged result stands for something that was paid for: its scene stops, and no other one with it. */
export async function stateByKey(
  context: PlannerOptions,
  entity: Entity,
  scene: Scene,
  key: ContentKey,
): Promise<SceneState> {
  try {
    const state = await stateOf(context, entity, scene, key);
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

async function stateOf(
  context: PlannerOptions,
  entity: Entity,
  scene: Scene,
  key: ContentKey,
): Promise<SceneState> {
  const paths = scenePaths(entity, scene, context.places);
  const recipe = await readRecipe(absolute(context, paths.recipe));
  // The usual case first, with one file read: most scenes of a world are done.
  if (recipe.kind === 'present' && recipe.value.key === key) {
    const { picture } = recipe.value;
    const facts = await context.digests.find(paths.picture(picture.extension));
    if (facts.kind === 'picture') {
      const pointer = facts.verdict.kind === 'lfs-pointer' && facts.verdict.oid === picture.sha256;
      if (pointer || facts.sha256 === picture.sha256)
        return { kind: 'done', key, recipe: recipe.value, pointer };
    }
  }
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
  if (stored?.kind === 'refused')
    return { kind: 'refused', key, reason: stored.reason, message: stored.message };
  const refusal = await readRefusal(absolute(context, paths.refusal));
  if (refusal.kind === 'present' && refusal.value.key === key) {
    return { kind: 'refused', key, reason: refusal.value.reason, message: refusal.value.message };
  }
  return (
    (await foundElsewhere(context, scene, key)) ?? { kind: 'pending', key, why: whyPending(recipe, key) }
  );
}

/** The picture of a scene that had another name when it was paid for. */
async function foundElsewhere(
  context: PlannerOptions,
  scene: Scene,
  key: ContentKey,
): Promise<SceneState | undefined> {
  const found = await context.found.find(key);
  if (found === undefined) return undefined;
  const { path, result } = found;
  if (!found.pointer) return { kind: 'reused', key, result, from: path };
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'lfs-pointer',
    message:
      `Its picture was paid for and lies at ${path}, but only the Git LFS pointer is here. ` +
      `Fetch the picture with: git lfs pull --include="${path}"`,
    file: scene.file,
    at: scene.at,
    scene: scene.id,
  };
  return { kind: 'blocked', diagnostics: [diagnostic] };
}

function whyPending(recipe: SidecarOutcome<Recipe>, key: ContentKey): string {
  if (recipe.kind !== 'present') return 'it was never made';
  return recipe.value.key === key ? 'its picture is missing' : 'what it asks for has changed';
}
