/**
 * What the plugin needs to make the project graph of what has changed. Neither the YAML editor nor the run, the store or
 * the SDK stands behind it.
 */
export { analysisDigest } from './analysis/analysis-digest.js';
export { analysisTargets } from './analysis/targets.js';
export type { Entity, EntityType } from './content/entity.js';
export { lookableOf } from './content/entity-files.js';
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
export { findImageryFiles } from './content/find-imagery-files.js';
export { resolveReferences } from './content/references.js';
export { listedInWorld, seenInWorld, type SeenEntity } from './content/seen-by-others.js';
export { ContentReader, type LoadedEntity, type World } from './content/world.js';
export { AuthoredDigests } from './plan/authored-digest.js';
export { REAL_PLACES, scenePaths } from './plan/places.js';
export { WorldCache } from './plan/world-cache.js';
export { chosenOf, settingsSchema, taskSettings, type ChargenSettings } from './plan/settings.js';
export { othersShown } from './prompt/others.js';
export { circlesOf } from './util/circles.js';
