import { posix } from 'node:path';

/** The gallery's folder, relative to the workspace. */
export const GALLERY_FOLDER = '.chargen/gallery';

/** The address of a workspace file as seen from a page in the gallery's folder, safe for any file name. */
export function hrefFrom(folder: string, path: string): string {
  return posix
    .relative(folder, path)
    .split('/')
    .map((part) => (part === '..' ? part : encodeURIComponent(part)))
    .join('/');
}
