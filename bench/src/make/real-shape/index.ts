import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PictureMaker } from '../picture.js';
import { seededRandom } from '../random.js';
import { castOf, type Cast, type RealShape } from './cast.js';
import { chapterText } from './chapters.js';
import { entriesOf, ideasOf, ideasText, inventoryText } from './characters.js';
import { locationText } from './locations.js';
import { Prose } from './prose.js';

export { REAL_SHAPE, SMALL_REAL_SHAPE, type RealShape } from './cast.js';

export interface RealShapeWorld {
  /** Paths of the imagery.yaml files, relative to the root. */
  readonly imagery: readonly string[];
  /** All files of YAML, also those beside imagery.yaml. */
  readonly yaml: readonly string[];
  readonly pictures: readonly string[];
  /** Bytes of YAML. */
  readonly bytes: number;
}

interface MadeFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes a story world that has the shape of a real one: nine dialects in real proportions, inventories of up to 83
 * pictures, files of up to a quarter of a megabyte, comments, files with CRLF, references to what is not there, and a
 * file that cannot be read. Its words are its own. The same shape gives the same bytes on every machine.
 */
export async function makeRealShapeWorld(root: string, shape: RealShape): Promise<RealShapeWorld> {
  const random = seededRandom(shape.seed);
  const cast = castOf(shape);
  const { files, pictures } = charactersOf(shape, cast, new Prose(random, 0.9));
  const ofPlaces = new Prose(random, 2.5);
  for (const place of cast.places) {
    const text = locationText(place, cast, ofPlaces);
    files.push({ path: `content/locations/${place.slug}/imagery.yaml`, text: withCrlf(text) });
  }
  const ofChapters = new Prose(random, 1.35);
  for (const [n, slug] of cast.chapters.entries()) {
    const text = chapterText(slug, n, cast, ofChapters);
    // 19 of 34 were written on Windows.
    files.push({ path: `content/chapters/${slug}/imagery.yaml`, text: n % 9 < 5 ? withCrlf(text) : text });
  }
  const maker = new PictureMaker(24, 32, shape.seed);
  const write = async (path: string, data: string | Buffer): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), data);
  };
  for (const { path, text } of files) await write(path, text);
  for (const [n, path] of pictures.entries()) await write(path, maker.make(n));
  await write('content/style.yaml', 'style: Ink and watercolour on rough paper, with visible brush edges.\n');
  return {
    imagery: files.map(({ path }) => path).filter((path) => path.endsWith('/imagery.yaml')),
    yaml: files.map(({ path }) => path),
    pictures,
    bytes: files.reduce((total, { text }) => total + Buffer.byteLength(text), 0),
  };
}

function charactersOf(shape: RealShape, cast: Cast, prose: Prose): { files: MadeFile[]; pictures: string[] } {
  const files: MadeFile[] = [];
  const pictures: string[] = [];
  for (const [n, person] of cast.people.entries()) {
    const folder = `content/characters/${person.slug}`;
    const hasIdeas = n < cast.people.length - shape.withoutIdeas;
    const ideas = hasIdeas ? ideasOf(n, prose) : [];
    const isEmpty = n === cast.people.length - 1;
    const inventory = inventoryText(person, ideas, isEmpty ? 0 : entriesOf(n), prose);
    const text = n % 28 === 27 ? withCrlf(inventory.text) : inventory.text;
    files.push({ path: `${folder}/imagery.yaml`, text });
    pictures.push(...inventory.pictures.map(({ name }) => `${folder}/images/${name}`));
    if (!hasIdeas) continue;
    // Few scenes show somebody else; two of these show each other.
    const other = n < 4 ? cast.people[n ^ 1] : undefined;
    files.push({ path: `${folder}/image-ideas.yaml`, text: ideasText(person, ideas, other, prose) });
  }
  return { files, pictures };
}

function withCrlf(text: string): string {
  return text.replaceAll('\n', '\r\n');
}
