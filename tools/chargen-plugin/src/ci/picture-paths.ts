import { posix } from 'node:path';
import {
  ANALYSIS_SUFFIX,
  IMAGERY_FILE,
  IMAGES_FOLDER,
  PICTURE_EXTENSIONS,
  RECIPE_SUFFIX,
  REFUSAL_SUFFIX,
  TAKES_FOLDER,
} from 'chargen-core/names';

const ENDINGS = [
  ...PICTURE_EXTENSIONS.map((extension) => `.${extension}`),
  RECIPE_SUFFIX,
  REFUSAL_SUFFIX,
  ANALYSIS_SUFFIX,
];

/** The folders of files that chargen makes, at the end of a path; previews are in another one. */
const FOLDERS = [IMAGES_FOLDER, `${IMAGES_FOLDER}/${TAKES_FOLDER}`];

/** Files that chargen makes and that a pull request of pictures may hold. */
export function isPictureFile(path: string): boolean {
  const folder = `/${posix.dirname(path)}`;
  const isInImages = FOLDERS.some((one) => folder.endsWith(`/${one}`));
  const name = posix.basename(path);
  return isInImages && ENDINGS.some((ending) => name.endsWith(ending) && name !== ending);
}

/** Files that a pull request of pictures may change: pictures and what is beside them, and the record. */
export function isProposable(path: string): boolean {
  return isPictureFile(path) || posix.basename(path) === IMAGERY_FILE;
}

/** The imagery.yaml of the entity that a picture file belongs to; the path itself for an imagery.yaml. */
export function imageryFileOf(path: string): string {
  if (!isPictureFile(path)) return path;
  const folder = posix.dirname(path);
  const images = posix.basename(folder) === TAKES_FOLDER ? posix.dirname(folder) : folder;
  return posix.join(images, '..', IMAGERY_FILE);
}
