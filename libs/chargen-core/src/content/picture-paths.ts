import { posix } from 'node:path';
import { IMAGES_FOLDER } from './file-names.js';

/** A path within the pictures of an entity, relative to the workspace. */
export function imagePath(root: string, name = ''): string {
  return posix.join(root, IMAGES_FOLDER, name);
}

/** A path without its extension. */
export function withoutExtension(path: string): string {
  return path.slice(0, path.length - posix.extname(path).length);
}
