/**
 * What it takes to see that a world is as it was. Every Nx process loads this, also those that have nothing to do with
 * pictures; `graph.ts` only if something has to be read. No schema stands behind it.
 */
export { filesLookedAt, type Lookable } from './content/entity-files.js';
export { IMAGERY_FILE } from './content/file-names.js';
export { isOfWorld } from './content/own-folders.js';
export { stampOf, stampOfEntity } from './content/stamps.js';
export { REAL_PLACES } from './plan/places.js';
export { pathWhenBack } from './util/aside-folder.js';
export { BUILD_ID } from './util/build-id.js';
export { sha256Hex } from './util/digest.js';
export { asKept, KeptEntries, type KeptEntry } from './util/kept-entries.js';
export { SeenFolders } from './util/seen-folders.js';
