import type { Sharing } from './sharing.js';
import type { AskedEntry, StoredResult } from './stored-result.js';

/** What names a picture of the store. */
export interface PictureName {
  readonly sha256: string;
  readonly extension: string;
}

/**
 * Results by content key and pictures by their sha256, each written once. All that reads or keeps results holds this:
 * a store of this clone alone (`ResultStore`), or one that shares its results (`RemoteBackedStore`).
 */
export interface Store extends Sharing {
  readonly folder: string;
  /** Where unfinished files lie, so that what a killed process left is found without walking the whole store. */
  readonly scratch: string;
  /** What became of a key; undefined if nothing did yet. Throws StoreError for a file that cannot be read. */
  find(key: string): Promise<StoredResult | undefined>;
  /** Answers to what people asked for, in the words of any version, in the order in which they came. */
  answersTo(digest: string): Promise<readonly AskedEntry[]>;
  /** Keeps a result. The first one stays: `false` for a second answer to the same key. */
  keep(result: StoredResult, picture?: Uint8Array): Promise<boolean>;
  picturePath(picture: PictureName): string;
  hasPicture(picture: PictureName & { readonly bytes: number }): Promise<boolean>;
  /** The bytes of a picture, proven to be those of its digest. */
  readPicture(picture: PictureName): Promise<Uint8Array>;
}
