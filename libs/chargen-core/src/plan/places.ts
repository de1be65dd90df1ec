import { posix } from 'node:path';
import type { Entity, Scene } from '../content/index.js';
// Not by the index: the graph of every Nx process needs this file, and little of what stands behind it.
import {
  ANALYSIS_SUFFIX,
  IMAGES_FOLDER,
  PREVIEW_FOLDER,
  RECIPE_SUFFIX,
  REFUSAL_SUFFIX,
  TAKES_FOLDER,
} from '../content/file-names.js';
import { withoutExtension } from '../content/picture-paths.js';
import type { StoredPicture } from '../store/index.js';

export { PICTURE_EXTENSIONS, type PictureExtension } from '../content/file-names.js';

/** Where results go: the real ones, or those of a preview, which never mix. */
export interface Places {
  readonly mode: 'real' | 'preview';
  /** Within an entity's folder. */
  readonly imagesDir: string;
  /** Relative to the workspace. */
  readonly stateDir: string;
}

export const REAL_PLACES: Places = { mode: 'real', imagesDir: IMAGES_FOLDER, stateDir: '.chargen' };
export const PREVIEW_PLACES: Places = {
  mode: 'preview',
  imagesDir: PREVIEW_FOLDER,
  stateDir: '.chargen/preview',
};

/**
 * What lies below the state folder and is made anew from the rest whenever it is needed. All else there was paid for, is
 * a person's, or tells what is at Google.
 */
export const DERIVED_STATE: readonly string[] = ['digests.json', 'gallery', 'preview', 'record', 'seen.json'];

export interface ScenePaths {
  /** Relative to the workspace, without an extension. */
  readonly stem: string;
  readonly recipe: string;
  readonly refusal: string;
  picture(extension: StoredPicture['extension']): string;
}

/** What names the files of a scene, and of a take that it does not name. */
export type SceneFiles = Pick<Scene, 'id'> & Partial<Pick<Scene, 'take' | 'isSpare'>>;

/**
 * The files of a scene; their names are the scene's id and never change with a roll of the dice. A take that the scene
 * does not name has its number in its own: `images/takes/workshop-tinkering@2.png`. No id has an `@`.
 */
export function scenePaths(
  entity: Pick<Entity, 'root'>,
  scene: SceneFiles,
  places: Pick<Places, 'imagesDir'>,
): ScenePaths {
  const folder = posix.join(entity.root, places.imagesDir);
  const stem = scene.isSpare ? posix.join(folder, TAKES_FOLDER, idOf(scene)) : posix.join(folder, scene.id);
  return {
    stem,
    recipe: `${stem}${RECIPE_SUFFIX}`,
    refusal: `${stem}${REFUSAL_SUFFIX}`,
    picture: (extension) => `${stem}.${extension}`,
  };
}

function idOf({ id, take = 1, isSpare }: SceneFiles): string {
  return isSpare === true ? `${id}@${take}` : id;
}

/** `character/cidrella-vexweld/workshop-tinkering`; of a take that the scene does not name with `@2` at the end. */
export function sceneName({ type, slug }: Pick<Entity, 'type' | 'slug'>, scene: SceneFiles): string {
  return `${type}/${slug}/${idOf(scene)}`;
}

/** The name of the scene that a take belongs to; any other name as it is. */
export function withoutTake(name: string): string {
  return name.replace(/@\d+$/, '');
}

/** Where the analysis of a picture is, relative to the workspace: beside it, or among the previews. */
export function analysisPath(root: string, picture: string, places: Places): string {
  const folder = posix.join(root, places.imagesDir);
  const base = [folder, posix.join(root, REAL_PLACES.imagesDir), root].find((one) =>
    picture.startsWith(`${one}/`),
  );
  const inside = base === undefined ? posix.basename(picture) : picture.slice(base.length + 1);
  return posix.join(folder, `${withoutExtension(inside)}${ANALYSIS_SUFFIX}`);
}
