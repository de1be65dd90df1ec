import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GALLERY_FOLDER, type GalleryPlace } from '../data/links.js';
import type { CollectedGallery } from '../data/collect.js';
import { parsedInScript } from './script-data.js';
import { removeOthers, writeIfChanged } from './write-files.js';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

/** The files of the page that are the same for every world: where they are in this package. */
const FIXED_FILES = {
  'index.html': join(PACKAGE, 'assets', 'index.html'),
  'icon.svg': join(PACKAGE, 'assets', 'icon.svg'),
  'app.js': join(PACKAGE, 'dist', 'browser', 'app.js'),
} as const;

/** The parts of `style.css`, by what they are about; a later one may refine an earlier one. */
const STYLES = [
  'base',
  'head',
  'filters',
  'sections',
  'cards',
  'scene',
  'looks',
  'desk',
  'dialogs',
  'run',
  'narrow',
].map((name) => join(PACKAGE, 'assets', 'styles', `${name}.css`));

/** Writes the page of a world; returns the path of its index.html. */
export async function writePage(
  { root, folder: place = GALLERY_FOLDER }: GalleryPlace,
  gallery: Pick<CollectedGallery, 'index' | 'details'>,
): Promise<string> {
  const folder = join(root, place);
  for (const [name, source] of Object.entries(FIXED_FILES)) {
    await writeIfChanged(join(folder, name), await readFile(source, 'utf8'));
  }
  const styles = await Promise.all(STYLES.map((path) => readFile(path, 'utf8')));
  await writeIfChanged(join(folder, 'style.css'), styles.join('\n'));
  await writeIfChanged(
    join(folder, 'data.js'),
    `globalThis.chargenGallery={details:{},index:${parsedInScript(gallery.index)}};\n`,
  );
  const kept = new Set<string>();
  for (const [number, details] of gallery.details.entries()) {
    const name = `${number}.js`;
    kept.add(name);
    const script = `globalThis.chargenGallery.details[${number}]=${parsedInScript(details)};\n`;
    await writeIfChanged(join(folder, 'details', name), script);
  }
  await removeOthers(join(folder, 'details'), kept);
  return join(folder, 'index.html');
}
