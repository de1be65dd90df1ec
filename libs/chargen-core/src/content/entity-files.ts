import { posix } from 'node:path';
import type { Looked } from '../util/seen-folders.js';
import { PREVIEW_FOLDER } from './file-names.js';
import { imagePath } from './picture-paths.js';
import type { LoadedEntity } from './world.js';

/** What of an entity decides which files are looked at. */
export interface Lookable {
  /** The entity's folder. */
  readonly root: string;
  /** Of the files that it was read from. */
  readonly digest: string;
  /** Pictures that its file names. */
  readonly pictures: readonly string[];
}

export function lookableOf({ entity, folder, inventory, sourceDigest }: LoadedEntity): Lookable {
  const pictures = entity?.pictures.flatMap((picture) => picture.paths) ?? [];
  const listed = inventory?.map((entry) => entry.path) ?? [];
  return { root: folder.root, digest: sourceDigest, pictures: [...pictures, ...listed] };
}

/**
 * The files that the guard over edited pictures (`guard`) and the record in imagery.yaml (`record`) look at in an
 * entity's folder. The number in a check's name is raised when the check would find something else in the same files.
 */
export function filesLookedAt(check: 'guard' | 'record', { root, digest, pictures }: Lookable): Looked {
  return {
    check: `${check}-3 ${root}`,
    digest,
    folder: imagePath(root),
    // A late record loses no bytes; an edit that the guard misses does.
    byInodeTime: check === 'guard',
    except: [posix.basename(PREVIEW_FOLDER)],
    files: pictures,
  };
}
