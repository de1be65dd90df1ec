/** For pages: reading a manifest loads neither the engine nor sharp. */
export { loadManifest, parseManifest } from './load.js';
export {
  manifestJsonSchema,
  manifestSchema,
  MISSING,
  type ExportedCopy,
  type ExportedEntity,
  type ExportedScene,
  type Manifest,
  type Missing,
  type MissingScene,
} from './schema.js';
