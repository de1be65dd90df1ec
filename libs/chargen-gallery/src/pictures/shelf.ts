import { join, posix } from 'node:path';
import type { FileDigests } from 'chargen-core';
import { GALLERY_FOLDER, hrefFrom, type GalleryPlace } from '../data/links.js';
import type { PictureLink } from '../model.js';
import type { Thumbnails } from './thumbnails.js';

/** Every picture that a page shows, with its thumbnail; also the list of files that a server may hand out. */
export class Shelf {
  /** Relative to the workspace. */
  readonly paths = new Set<string>();

  constructor(
    readonly workspaceRoot: string,
    readonly digests: FileDigests,
    readonly thumbnails: Thumbnails,
    readonly place: Omit<GalleryPlace, 'root'>,
  ) {}

  /** A picture by its place; undefined if there is no file, or none that can be read. */
  async file(path: string): Promise<PictureLink | undefined> {
    const facts = await this.digests.find(path);
    if (facts.kind !== 'picture') return undefined;
    const { verdict } = facts;
    if (verdict.kind !== 'whole') return { href: this.#href(path, undefined), width: 0, height: 0 };
    return this.known(path, { sha256: facts.sha256, width: verdict.width, height: verdict.height });
  }

  #href(path: string, sha256: string | undefined): string {
    const { folder = GALLERY_FOLDER, href } = this.place;
    return href?.(path, sha256) ?? hrefFrom(folder, path);
  }

  /** A picture whose digest is known, such as one in the store. */
  async known(
    path: string,
    picture: { readonly sha256: string; readonly width: number; readonly height: number },
  ): Promise<PictureLink> {
    this.paths.add(path);
    const name = await this.thumbnails.of(picture.sha256, join(this.workspaceRoot, path));
    return {
      href: this.#href(path, picture.sha256),
      ...(name === undefined ? {} : { thumb: posix.join('thumbs', name) }),
      width: picture.width,
      height: picture.height,
    };
  }
}
