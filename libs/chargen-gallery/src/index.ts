export { GalleryReader, type CollectedGallery, type GalleryWorkspace } from './data/collect.js';
export { GALLERY_FOLDER } from './data/links.js';
export { writeGallery } from './page/write-gallery.js';
export { writeStaticGallery, type StaticOutcome } from './page/write-static.js';
export { serveGallery, type ServedGallery } from './server/serve.js';
export type { ServeOptions } from './server/serve-options.js';
export { contactSheetPath, writeContactSheet, type ContactSheetOutcome } from './sheet/contact-sheet.js';
