import { join } from 'node:path';
import type { Entity, Scene, World } from '../content/index.js';
import { readRecipe, type Recipe, type SidecarOutcome } from '../recipe/index.js';
import type { FileDigests, FileFacts } from './file-digests.js';
import { PICTURE_EXTENSIONS, scenePaths, type Places } from './places.js';
import type { SceneState } from './scene-state.js';

export interface PictureContext {
  readonly world: Pick<World, 'workspaceRoot'>;
  readonly places: Places;
  readonly digests: FileDigests;
}

/** Why a picture that chargen never made counts as an author's. */
export const NO_RECIPE = 'there is no recipe that made it';

export type EditedState = Extract<SceneState, { kind: 'edited' }>;

/** The picture of a scene as it is in its folder. */
export type PresentPicture =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present';
      readonly path: string;
      readonly facts: Extract<FileFacts, { kind: 'picture' }>;
    };

/** The absolute path of a file beside a picture, which is about to be read. */
export function pathToRead(
  { world, digests }: Pick<PictureContext, 'world' | 'digests'>,
  path: string,
): string {
  const absolute = join(world.workspaceRoot, path);
  digests.looked?.look(absolute);
  return absolute;
}

export async function presentPicture(
  { places, digests }: PictureContext,
  entity: Entity,
  scene: Scene,
): Promise<PresentPicture> {
  const paths = scenePaths(entity, scene, places);
  for (const extension of PICTURE_EXTENSIONS) {
    const path = paths.picture(extension);
    const facts = await digests.find(path);
    if (facts.kind === 'picture') return { kind: 'present', path, facts };
  }
  return { kind: 'absent' };
}

/** An author's picture in the place of the scene's, judged without its key. */
export async function authorsPicture(
  context: PictureContext,
  entity: Entity,
  scene: Scene,
): Promise<EditedState | undefined> {
  const { recipe } = scenePaths(entity, scene, context.places);
  return editedPicture(context, entity, scene, await readRecipe(pathToRead(context, recipe)));
}

/** The same, if the recipe was read already. */
export async function editedPicture(
  context: PictureContext,
  entity: Entity,
  scene: Scene,
  recipe: SidecarOutcome<Recipe>,
): Promise<EditedState | undefined> {
  const paths = scenePaths(entity, scene, context.places);
  if (recipe.kind === 'broken') {
    return { kind: 'edited', path: paths.recipe, why: `its recipe cannot be read (${recipe.why})` };
  }
  if (recipe.kind === 'present') {
    const path = paths.picture(recipe.value.picture.extension);
    const facts = await context.digests.find(path);
    if (facts.kind === 'picture' && isEdited(facts, recipe.value.picture.sha256)) {
      return { kind: 'edited', path, why: 'its bytes are no longer those that the recipe names' };
    }
    if (facts.kind === 'picture') return undefined;
  }
  const present = await presentPicture(context, entity, scene);
  if (present.kind === 'absent' || present.facts.verdict.kind === 'empty') return undefined;
  return { kind: 'edited', path: present.path, why: NO_RECIPE };
}

function isEdited(facts: Extract<FileFacts, { kind: 'picture' }>, sha256: string): boolean {
  if (facts.sha256 === sha256) return false;
  // An emptied file holds no author's work, and a pointer to the same bytes is the same picture.
  if (facts.verdict.kind === 'empty') return false;
  return !(facts.verdict.kind === 'lfs-pointer' && facts.verdict.oid === sha256);
}
