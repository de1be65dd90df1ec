import { posix } from 'node:path';
import {
  ANALYSIS_SUFFIX,
  IMAGERY_FILE,
  IMAGES_FOLDER,
  PICTURE_EXTENSIONS,
  RECIPE_SUFFIX,
  REFUSAL_SUFFIX,
} from 'chargen-core/names';

const ENDINGS = [
  ...PICTURE_EXTENSIONS.map((extension) => `.${extension}`),
  RECIPE_SUFFIX,
  REFUSAL_SUFFIX,
  ANALYSIS_SUFFIX,
];

/** Files that chargen makes and that a pull request of pictures may hold; previews lie a folder deeper. */
export function isPictureFile(path: string): boolean {
  const isInImages = posix.basename(posix.dirname(path)) === IMAGES_FOLDER;
  const name = posix.basename(path);
  return isInImages && ENDINGS.some((ending) => name.endsWith(ending) && name !== ending);
}

/** Files that a pull request of pictures may change: pictures and what is beside them, and the record. */
export function isProposable(path: string): boolean {
  return isPictureFile(path) || posix.basename(path) === IMAGERY_FILE;
}

/** The imagery.yaml of the entity that a picture file belongs to; the path itself for an imagery.yaml. */
export function imageryFileOf(path: string): string {
  return isPictureFile(path) ? posix.join(posix.dirname(path), '..', IMAGERY_FILE) : path;
}
