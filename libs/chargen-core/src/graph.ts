/**
 * What the plugin needs to make the project graph, and nothing else: every Nx process loads this, also those that
 * have nothing to do with pictures. Neither the YAML editor nor the run, the store or the SDK stands behind it.
 */
export { analysisDigest } from './analysis/analysis-digest.js';
export { analysisTargets } from './analysis/targets.js';
export type { Entity, EntityType } from './content/entity.js';
export { filesLookedAt } from './content/entity-files.js';
export { formOf } from './content/dialects/table.js';
export { ENTITY_TYPES, TYPE_FOLDERS } from './content/entity-types.js';
export {
  ANALYSIS_SUFFIX,
  APPROVAL_FILE,
  IMAGERY_FILE,
  IMAGES_FOLDER,
  PICTURE_EXTENSIONS,
  PREVIEW_FOLDER,
  RECIPE_SUFFIX,
  REFUSAL_SUFFIX,
  TAKES_FOLDER,
} from './content/file-names.js';
export { MAX_TAKES } from './content/takes-schema.js';
export { findImageryFiles, isOfWorld } from './content/find-imagery-files.js';
export { resolveReferences } from './content/references.js';
export { seenByOthers, type SeenByOthers } from './content/seen-by-others.js';
export { stampOf } from './content/source-files.js';
export { ContentReader, stampOfEntity, type LoadedEntity, type World } from './content/world.js';
export { AuthoredDigests } from './plan/authored-digest.js';
export { REAL_PLACES, scenePaths } from './plan/places.js';
export { WorldCache } from './plan/world-cache.js';
export { chosenOf, settingsSchema, taskSettings, type ChargenSettings } from './plan/settings.js';
export { othersShown } from './prompt/others.js';
export { BUILD_ID } from './util/build-id.js';
export { circlesOf } from './util/circles.js';
export { sha256Hex } from './util/digest.js';
export { KeptEntries, type KeptEntry } from './util/kept-entries.js';
export { SeenFolders } from './util/seen-folders.js';
export { pathWhenBack } from './util/aside-folder.js';
