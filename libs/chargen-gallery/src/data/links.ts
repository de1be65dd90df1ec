import { posix } from 'node:path';

/** The gallery's folder, relative to the workspace. If there are several worlds, each has one of its own. */
export const GALLERY_FOLDER = '.chargen/gallery';

/** Where the page of a workspace's world is. */
export interface GalleryPlace {
  /** Absolute. */
  readonly root: string;
  /** The folder of the page and its files, relative to the root; `GALLERY_FOLDER` by default. */
  readonly folder?: string | undefined;
  /**
   * The address of a workspace file as seen from a page; by default that of the file where it is. `sha256` is that of its
   * bytes; undefined for a file that is no picture here, such as a Git LFS pointer.
   */
  readonly href?: (path: string, sha256: string | undefined) => string;
}

/** The address of a workspace file as seen from a page in the gallery's folder, safe for any file name. */
export function hrefFrom(folder: string, path: string): string {
  return posix
    .relative(folder, path)
    .split('/')
    .map((part) => (part === '..' ? part : encodeURIComponent(part)))
    .join('/');
}
