import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Entity, Scene } from '../content/index.js';
import { scenePaths, type PlannedScene } from '../plan/index.js';
import { readRecipe } from '../recipe/index.js';
import { parseLfsPointer } from '../picture/index.js';
import { bytesAt } from '../record/lay-file.js';
import { foldersWrittenIn, settleLeftovers } from '../record/leftovers.js';
import { keepBytes } from '../record/keep-edited.js';
import { pathFrom } from '../util/paths.js';
import { replaceIfUnchanged } from '../util/replace-authored.js';
import { sha256Hex } from '../util/digest.js';
import { planScene, storeOf, type SceneContext } from '../pipeline/plan-scene.js';
import { setSceneField, type SetFieldOutcome } from './set-scene-field.js';

const run = promisify(execFile);

export type NotEdited = { readonly kind: 'not-edited'; readonly state: PlannedScene['state']['kind'] };

export type KeepOutcome = NotEdited | SetFieldOutcome;

/** An author's picture stays: its scene is locked, so that nothing touches it again. */
export async function keepEditedPicture(
  context: SceneContext,
  entity: Entity,
  scene: Scene,
): Promise<KeepOutcome> {
  const { planned, edited } = await planScene(context, entity, scene);
  if (edited === undefined) return { kind: 'not-edited', state: planned.state.kind };
  // Of another take, too, the scene is locked: nothing of it is touched then.
  const named = entity.scenes.find((one) => one.id === scene.id) ?? scene;
  return setSceneField(context.workspaceRoot, entity, named, { field: 'locked', value: true });
}

export type DiscardOutcome =
  | NotEdited
  /** The picture of the recipe is back. */
  | {
      readonly kind: 'restored';
      readonly from: 'store' | 'git';
      readonly path: string;
      readonly kept: readonly string[];
    }
  /** There is no picture now; the next run lays one from the store, or makes one. */
  | {
      readonly kind: 'removed';
      readonly state: PlannedScene['state']['kind'];
      readonly kept: readonly string[];
    };

/**
 * Takes an author's picture away and brings back the one that the tool made. The author's bytes are kept in
 * `.chargen/store/edited` first. What the tool made comes from the store, else from the last commit; if
 * neither has it, the scene becomes pending.
 */
export async function discardEditedPicture(
  context: SceneContext,
  entity: Entity,
  scene: Scene,
): Promise<DiscardOutcome> {
  const { workspaceRoot, places } = context;
  const kept: string[] = [];
  const paths = scenePaths(entity, scene, places);
  const folder = { root: entity.root };
  await settleLeftovers(workspaceRoot, foldersWrittenIn(context.world, [{ folder }], places));
  for (;;) {
    const { planned, edited } = await planScene(context, entity, scene);
    const { state } = planned;
    if (edited === undefined) {
      return kept.length === 0
        ? { kind: 'not-edited', state: state.kind }
        : { kind: 'removed', state: state.kind, kept };
    }
    const path = join(workspaceRoot, edited.path);
    const theirs = await bytesAt(path);
    if (theirs !== undefined) kept.push(await keepBytes(workspaceRoot, places, edited.path, theirs));
    // A save since then is not what was kept: each turn looks again.
    const replace = async (next: Uint8Array | undefined): Promise<boolean> => {
      if (theirs === undefined) return true;
      const outcome = await replaceIfUnchanged(path, theirs, next);
      if (outcome.kind === 'changed' && outcome.kept !== undefined)
        kept.push(pathFrom(workspaceRoot, outcome.kept));
      return outcome.kind === 'replaced';
    };
    const recipe = await readRecipe(join(workspaceRoot, paths.recipe));
    if (recipe.kind === 'present' && edited.path === paths.picture(recipe.value.picture.extension)) {
      const { picture } = recipe.value;
      const store = storeOf(context);
      const stored = (await store.hasPicture(picture)) ? await store.readPicture(picture) : undefined;
      const own = stored ?? (await committedBytes(workspaceRoot, edited.path, picture.sha256));
      if (own !== undefined) {
        if (!(await replace(own))) continue;
        return { kind: 'restored', from: stored === undefined ? 'git' : 'store', path: edited.path, kept };
      }
    }
    // A broken recipe has to be removed too, and then a picture without a recipe: each turn removes one.
    await replace(undefined);
  }
}

/** The picture as the last commit has it, or the Git LFS pointer to it, if it is the wanted one. */
async function committedBytes(
  workspaceRoot: string,
  path: string,
  sha256: string,
): Promise<Uint8Array | undefined> {
  try {
    const { stdout } = await run('git', ['cat-file', '--filters', `HEAD:./${path}`], {
      cwd: workspaceRoot,
      encoding: 'buffer',
      maxBuffer: 1 << 28,
    });
    if (sha256Hex(stdout) === sha256) return stdout;
    return parseLfsPointer(stdout)?.oid === sha256 ? stdout : undefined;
  } catch {
    // No repository, no commit, or not in it.
    return undefined;
  }
}
