export { exportWorld, type ExportOutcome, type WorldExport } from './world/export-world.js';
export type { GoneEntity } from './world/remove-gone.js';
export { writeManifest, type ManifestOutcome } from './world/write-manifest.js';
export { provenanceOf, type OriginalProvenance, type SceneProvenance } from './provenance/describe.js';
export type { ContentCredentials, CredentialsOutcome } from './provenance/content-credentials.js';
export * from './manifest/index.js';
export * from './options.js';
