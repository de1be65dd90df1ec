import { posix } from 'node:path';
import type { Looked } from '../util/seen-folders.js';
import { PREVIEW_FOLDER } from './file-names.js';
import { imagePath } from './picture-paths.js';
import type { LoadedEntity } from './world.js';

/**
 * The files that the guard over edited pictures (`guard`) and the record in imagery.yaml (`record`) look at in an
 * entity's folder. The number in a check's name is raised when the check would find something else in the same files.
 */
export function filesLookedAt(check: 'guard' | 'record', loaded: LoadedEntity): Looked {
  const { entity, folder, inventory, sourceDigest } = loaded;
  const pictures = entity?.pictures.flatMap((picture) => picture.paths) ?? [];
  const listed = inventory?.map((entry) => entry.path) ?? [];
  return {
    check: `${check}-3 ${folder.root}`,
    digest: sourceDigest,
    folder: imagePath(folder.root),
    // A late record loses no bytes; an edit that the guard misses does.
    byInodeTime: check === 'guard',
    except: [posix.basename(PREVIEW_FOLDER)],
    files: [...pictures, ...listed],
  };
}
