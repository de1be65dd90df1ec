export { GalleryReader, type CollectedGallery, type GalleryWorkspace } from './data/collect.js';
export { GALLERY_FOLDER } from './data/links.js';
export { writePage } from './page/write-page.js';
export { contactSheetPath, writeContactSheet, type ContactSheetOutcome } from './sheet/contact-sheet.js';
