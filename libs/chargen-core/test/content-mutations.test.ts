import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  resolveReferences,
  SCENE_ID,
  SIBLING_FILES,
  type ReaderOutcome,
  type World,
} from '../src/content/index.js';
import { compilePrompt, selectReferences } from '../src/prompt/index.js';
import { dialectTexts, readText, siblingTexts } from './support/dialect-world.js';
import { cases } from '../../../test/support/long.js';

/** Real files as well, where a copy of them is at hand; else the project's own samples alone. */
const corpus = process.env['CHARGEN_CORPUS'];

interface Sample {
  readonly path: string;
  readonly text: string;
  readonly beside: ReadonlyMap<string, string>;
}

function samples(): Sample[] {
  const texts = dialectTexts();
  const own = [...texts].filter(([path]) => path.endsWith('/imagery.yaml'));
  const all = own.map(([path, text]) => ({
    path,
    text,
    beside: siblingTexts(texts, path),
  }));
  if (corpus === undefined) return all;
  for (const type of ['characters', 'locations', 'chapters']) {
    for (const slug of readdirSync(join(corpus, type))) {
      const file = join(corpus, type, slug, 'imagery.yaml');
      if (!existsSync(file)) continue;
      const beside = SIBLING_FILES.flatMap((name): [string, string][] => {
        const sibling = join(corpus, type, slug, name);
        return existsSync(sibling) ? [[name, readFileSync(sibling, 'utf8')]] : [];
      });
      all.push({
        path: `${type}/${slug}/imagery.yaml`,
        text: readFileSync(file, 'utf8'),
        beside: new Map(beside),
      });
    }
  }
  return all;
}

/** What happens to files: lines lost, doubled, moved and cut, values replaced by others. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('drop' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('double' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('indent' as const), at: fc.nat(), by: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant('letter' as const),
    at: fc.nat(),
    with: fc.constantFrom(...Array.from(':-#"\'[]{}&*!|>%@`\t, \\')),
  }),
  fc.record({
    kind: fc.constant('value' as const),
    at: fc.nat(),
    with: fc.oneof(
      fc.constantFrom(
        'null',
        '[]',
        '{}',
        '0',
        '-1.5e9',
        'true',
        '~',
        '.nan',
        '2025-12-26',
        '[[[x]]]',
        '{a: {b: [c]}}',
        '""',
        '|',
        '../../x.png',
        '"\\u0000"',
        '__proto__',
      ),
      fc.string().map((text) => JSON.stringify(text)),
    ),
  }),
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function mutate(text: string, { kind, at, ...rest }: Change): string {
  const lines = text.split('\n');
  const index = at % lines.length;
  const line = lines[index] ?? '';
  switch (kind) {
    case 'drop':
      return lines.toSpliced(index, 1).join('\n');
    case 'double':
      return lines.toSpliced(index, 0, line).join('\n');
    case 'indent':
      return lines.with(index, `${' '.repeat('by' in rest ? rest.by : 2)}${line}`).join('\n');
    case 'cut':
      return text.slice(0, at % text.length);
    case 'letter': {
      const place = at % text.length;
      return `${text.slice(0, place)}${'with' in rest ? rest.with : ''}${text.slice(place + 1)}`;
    }
    case 'value':
      return lines
        .with(
          index,
          line.replace(/(:|-)(\s).*$/, `$1$2${('with' in rest ? rest.with : '').replaceAll('$', '')}`),
        )
        .join('\n');
  }
}

function worldOf(outcome: ReaderOutcome): World | undefined {
  const { entity, diagnostics } = outcome;
  if (entity === undefined) return undefined;
  const loaded = {
    folder: { root: entity.root, file: entity.file, folder: entity.slug, folderType: entity.type },
    id: `${entity.type}/${entity.slug}` as const,
    entity,
    diagnostics,
    sourceDigest: '',
    ...(outcome.inventory === undefined ? {} : { inventory: outcome.inventory }),
  };
  return {
    workspaceRoot: '/nowhere',
    style: { file: undefined, style: undefined, negative: [], moods: {}, byType: {} },
    styleDiagnostics: [],
    entities: [loaded],
    find: (type, slug) => (type === entity.type && slug === entity.slug ? loaded : undefined),
  };
}

/** What must hold for whatever a file contains. */
function check(outcome: ReaderOutcome, path: string): void {
  const { entity, diagnostics } = outcome;
  if (entity === undefined) expect(diagnostics.some((one) => one.severity === 'error')).toBe(true);
  for (const one of diagnostics) {
    expect(one.message).not.toBe('');
    expect(posix.dirname(one.file)).toBe(posix.dirname(path));
  }
  const world = worldOf(outcome);
  if (entity === undefined || world === undefined) return;
  expect(new Set(entity.scenes.map((scene) => scene.id)).size).toBe(entity.scenes.length);
  for (const picture of entity.pictures) {
    for (const file of picture.paths) expect(file.startsWith(`${entity.root}/`)).toBe(true);
  }
  for (const entry of outcome.inventory ?? []) expect(entry.path.startsWith(`${entity.root}/`)).toBe(true);
  for (const scene of entity.scenes) {
    expect(scene.id).toMatch(SCENE_ID);
    const references = resolveReferences(world, entity, scene);
    for (const reference of references) {
      if (reference.kind !== 'file') continue;
      for (const file of reference.paths) expect(file).not.toMatch(/^\/|^\.\.(?:\/|$)|\\/);
    }
    const { sent } = selectReferences(references, 14);
    const prompt = compilePrompt(world, entity, scene, sent);
    expect(prompt.text).toBe(compilePrompt(world, entity, scene, sent).text);
  }
}

describe('a reader', () => {
  const files = samples();
  // Real files are a hundred times longer, and reading them is what takes the time.
  const each = Math.ceil(cases(2_500, 50_000) / files.length);

  it.each(files.map((sample) => [sample.path, sample] as const))(
    'gets through whatever happens to %s',
    (path, { text, beside }) => {
      const file = fc.constantFrom(undefined, ...beside.keys());
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), file, (changes, name) => {
          const mutated = changes.reduce(mutate, (name === undefined ? undefined : beside.get(name)) ?? text);
          const outcome =
            name === undefined
              ? readText(path, mutated, beside)
              : readText(path, text, new Map([...beside, [name, mutated]]));
          // A test reads without the disk, so that only the reader's own diagnostics have a place.
          if (outcome.diagnostics.some((one) => one.code.startsWith('yaml-'))) return;
          check(outcome, path);
        }),
        { numRuns: each },
      );
    },
    600_000,
  );

  it('gets through any data at all', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('characters/x/imagery.yaml', 'locations/x/imagery.yaml', 'chapters/x/imagery.yaml'),
        fc.object({
          key: fc.constantFrom(
            ...[
              'metadata',
              'entity_type',
              'overview',
              'zones',
              'beat_images',
              'images',
              'primary',
              'establishing',
            ],
            ...[
              'slug',
              'name',
              'prompt',
              'references',
              'palette',
              'lighting',
              'prompts',
              'image_inventory',
              'scenes',
            ],
            ...[
              'depicts_characters',
              'character_states',
              'moments',
              'characters',
              'custom_id',
              'location',
              'zone',
            ],
          ),
          values: [
            fc.constantFrom('location-imagery', 'chapter-imagery', 'character', 'a-slug', '../x.png'),
            fc.string(),
            fc.double(),
            fc.constant(null),
            fc.array(fc.string()),
          ],
          maxDepth: 4,
        }),
        (path, data) => {
          check(readText(path, JSON.stringify(data)), path);
        },
      ),
      { numRuns: cases(500, 10_000) },
    );
  });
});
