import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectedGallery } from '../data/collect.js';
import type { GalleryPlace } from '../data/links.js';
import { contactSheetPath, writeContactSheet } from '../sheet/contact-sheet.js';
import { writePage } from './write-page.js';

/** Writes the page and the contact sheet of each run that it links to; returns the path of the index.html. */
export async function writeGallery(place: GalleryPlace, gallery: CollectedGallery): Promise<string> {
  for (const { id, report, directory } of gallery.runs) {
    if (report === undefined) continue;
    const sheet = await changedAt(join(place.root, contactSheetPath(id, place)));
    // What it shows is in the report and the store; only a run that was resumed gets another report.
    // A page of which all files go elsewhere must know them all.
    if (place.href === undefined && sheet > (await changedAt(directory.reportPath))) continue;
    await writeContactSheet(place, id);
  }
  return writePage(place, gallery);
}

/** Milliseconds since 1970; 0 if there is no file. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}
