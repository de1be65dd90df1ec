import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import {
  ContentReader,
  entityFolder,
  parseYaml,
  readEntity,
  referenceDiagnostics,
  SIBLING_FILES,
  type Diagnostic,
  type Entity,
  type ReaderOutcome,
  type World,
} from '../../src/content/index.js';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'dialects');

/** Where each fixture lies in a world, by its own slug. */
export const DIALECT_FILES = {
  'characters/ossa-verrin/imagery.yaml': 'c1.yaml',
  'characters/ossa-verrin/image-ideas.yaml': 'c2.yaml',
  'characters/ilmo-tarn/imagery.yaml': 'ilmo-c1.yaml',
  'characters/character-template/imagery.yaml': 'template-c1.yaml',
  'locations/saltmere-rise/imagery.yaml': 'l1.yaml',
  'locations/ferry-house/imagery.yaml': 'l2.yaml',
  'locations/tally-hall/imagery.yaml': 'l3.yaml',
  'locations/gull-steps/imagery.yaml': 'l4.yaml',
  'locations/reed-causeway/imagery.yaml': 'l5.yaml',
  'locations/drowned-quarry/imagery.yaml': 'l6.yaml',
  'locations/cracked-bell/imagery.yaml': 'broken.yaml',
  'chapters/ch01.5-the-slack-chain/imagery.yaml': 'h1.yaml',
} as const;

export function fixture(name: string): string {
  return readFileSync(join(FIXTURES, name), 'utf8');
}

/** All fixtures as texts, by their paths in a world. */
export function dialectTexts(): Map<string, string> {
  return new Map(Object.entries(DIALECT_FILES).map(([path, name]) => [path, fixture(name)]));
}

/** Writes a world into a new temporary folder. */
export function writeWorld(texts: ReadonlyMap<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'chargen-content-'));
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

export function imageryFiles(texts: ReadonlyMap<string, string>): string[] {
  return [...texts.keys()].filter((path) => path.endsWith('/imagery.yaml'));
}

export function loadWorld(texts: ReadonlyMap<string, string>, style?: string): World {
  const all = new Map(texts);
  if (style !== undefined) all.set('style.yaml', style);
  return new ContentReader(writeWorld(all)).load(
    imageryFiles(texts),
    style === undefined ? undefined : 'style.yaml',
  );
}

/** The texts of the files beside an imagery.yaml that some dialect reads with it, by their names. */
export function siblingTexts(texts: ReadonlyMap<string, string>, path: string): Map<string, string> {
  return new Map(
    SIBLING_FILES.flatMap((name): [string, string][] => {
      const text = texts.get(posix.join(posix.dirname(path), name));
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** Reads one file of a world without the disk, with the texts of the files beside it by their names. */
export function readText(
  path: string,
  text: string,
  beside: ReadonlyMap<string, string> = new Map(),
): ReaderOutcome {
  const parsed = parseYaml(text, path);
  if (parsed.kind === 'broken') return { entity: undefined, diagnostics: [parsed.diagnostic] };
  const siblings = new Map<string, unknown>();
  for (const [name, content] of beside) {
    const other = parseYaml(content, posix.join(posix.dirname(path), name));
    if (other.kind === 'broken') return { entity: undefined, diagnostics: [other.diagnostic] };
    siblings.set(name, other.data);
  }
  return readEntity({ ...entityFolder(path), data: parsed.data, siblings });
}

/** Of files, style guide and references. */
export function worldDiagnostics(world: World): Diagnostic[] {
  const ofFiles = world.entities.flatMap((loaded) => loaded.diagnostics);
  return [...world.styleDiagnostics, ...ofFiles, ...referenceDiagnostics(world)];
}

export function entityOf(world: World, id: string): Entity {
  const entity = world.entities.find((loaded) => loaded.id === id)?.entity;
  if (entity === undefined) throw new Error(`${id} was not read`);
  return entity;
}
