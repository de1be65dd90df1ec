import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../place.js';
import { asLongAsReal } from './real-lengths.js';

const FIXTURES = join(REPOSITORY, 'libs', 'chargen-core', 'test', 'fixtures', 'dialects');

/** Entities of every dialect, by the slug that stands in the fixture. */
const ENTITIES: readonly {
  readonly folder: string;
  readonly slug: string;
  readonly files: Readonly<Record<string, string>>;
}[] = [
  {
    folder: 'characters',
    slug: 'ossa-verrin',
    files: { 'imagery.yaml': 'c1.yaml', 'image-ideas.yaml': 'c2.yaml' },
  },
  { folder: 'characters', slug: 'ilmo-tarn', files: { 'imagery.yaml': 'ilmo-c1.yaml' } },
  { folder: 'locations', slug: 'saltmere-rise', files: { 'imagery.yaml': 'l1.yaml' } },
  { folder: 'locations', slug: 'ferry-house', files: { 'imagery.yaml': 'l2.yaml' } },
  { folder: 'locations', slug: 'tally-hall', files: { 'imagery.yaml': 'l3.yaml' } },
  { folder: 'locations', slug: 'gull-steps', files: { 'imagery.yaml': 'l4.yaml' } },
  { folder: 'locations', slug: 'reed-causeway', files: { 'imagery.yaml': 'l5.yaml' } },
  { folder: 'locations', slug: 'drowned-quarry', files: { 'imagery.yaml': 'l6.yaml' } },
  { folder: 'chapters', slug: 'ch01.5-the-slack-chain', files: { 'imagery.yaml': 'h1.yaml' } },
];

/** Writes copies of the dialects' fixtures, each with its own slugs; returns the imagery.yaml files. */
export async function makeDialectWorld(root: string, copies: number): Promise<readonly string[]> {
  const files: string[] = [];
  for (let copy = 0; copy < copies; copy += 1) {
    for (const { folder, slug, files: parts } of ENTITIES) {
      for (const [name, fixture] of Object.entries(parts)) {
        let text = await readFile(join(FIXTURES, fixture), 'utf8');
        // As real authors write, at real length.
        text = asLongAsReal(text, copy, fixture === 'l5.yaml' || fixture === 'l6.yaml');
        // References between the copies stay within one copy.
        for (const other of ENTITIES) text = text.replaceAll(other.slug, `${other.slug}-${String(copy)}`);
        const path = join(folder, `${slug}-${String(copy)}`, name);
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), text);
        if (name === 'imagery.yaml') files.push(path);
      }
    }
  }
  await writeFile(
    join(root, 'style.yaml'),
    'style: Gouache on rough paper, visible brush edges.\nnegative_prompt: [text, watermark]\n',
  );
  return files;
}
