import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseDocument } from 'yaml';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentReader, locateInWorkspace, parseYaml } from '../src/content/index.js';
import { DIALECT_FILES, dialectTexts, fixture, imageryFiles, writeWorld } from './support/dialect-world.js';

function codeOf(text: string): string {
  const outcome = parseYaml(text, 'locations/x/imagery.yaml');
  return outcome.kind === 'broken' ? outcome.diagnostic.code : 'read';
}

function bomb(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level <= levels; level += 1) {
    const before = `*a${String(level - 1)}`;
    lines.push(
      `a${String(level)}: &a${String(level)} [${Array.from({ length: 9 }, () => before).join(', ')}]`,
    );
  }
  return lines.join('\n');
}

describe('a hostile file', () => {
  it.each([
    ['an alias bomb', bomb(9), 'yaml-too-large'],
    ['flow nested ten thousand deep', `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'yaml-too-deep'],
    [
      'blocks nested two hundred deep',
      Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      'yaml-too-deep',
    ],
    ['an alias of itself', 'a: &a [*a]', 'yaml-too-deep'],
    ['a tag of code', 'a: !!js/function "function () { return 1 }"', 'yaml-syntax'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'yaml-syntax'],
    ['a doubled key', 'a: 1\na: 2\n', 'yaml-syntax'],
    ['a file beyond the limit', `a: "${'x'.repeat(17 * 1024 * 1024)}"`, 'file-too-large'],
  ])('%s gets a clear error', (_, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('of a hundred megabytes is refused without being read', () => {
    const texts = dialectTexts();
    const root = writeWorld(texts);
    const file = 'locations/tally-hall/imagery.yaml';
    const handle = openSync(join(root, file), 'w');
    // Sparse, so that only its size is large.
    ftruncateSync(handle, 100 * 1024 * 1024);
    closeSync(handle);
    const before = process.memoryUsage().rss;
    const world = new ContentReader(root).load(imageryFiles(texts), undefined);
    const hall = world.entities.find((loaded) => loaded.folder.file === file);
    expect(hall?.diagnostics).toMatchObject([{ code: 'file-too-large', severity: 'error' }]);
    expect(hall?.diagnostics[0]?.message).toContain('100 MB');
    expect(process.memoryUsage().rss - before).toBeLessThan(90 * 1024 * 1024);
  });

  it('cannot reach the prototype of anything', () => {
    const outcome = parseYaml(
      '__proto__: { polluted: yes }\nconstructor: { prototype: { polluted: yes } }\n',
      'x',
    );
    expect(outcome.kind).toBe('data');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('takes time in proportion to its length', () => {
    const time = (copies: number): number => {
      const zone =
        '  - slug: "z"\n    name: "N"\n    key_elements: ["a", "b"]\n    prompt_used: |\n      words\n      words\n';
      const text = `zones:\n${zone.repeat(copies)}`;
      const start = performance.now();
      parseYaml(text, 'x');
      return performance.now() - start;
    };
    time(2_000);
    const short = Math.max(1, Math.min(time(1_000), time(1_000), time(1_000)));
    const long = Math.min(time(8_000), time(8_000), time(8_000));
    // Eight times the text; sixty-four times the time would be quadratic.
    expect(long / short).toBeLessThan(30);
  });

  it('with an error shows the line to the author', () => {
    const texts = dialectTexts();
    const root = writeWorld(texts);
    const world = new ContentReader(root).load(imageryFiles(texts), undefined);
    const bell = world.find('location', 'cracked-bell');
    const [located] = locateInWorkspace(root, bell?.diagnostics ?? []);
    expect(located).toMatchObject({ line: 13, column: 36 });
    expect(located?.excerpt).toBe('      effects: "echo of every step", "dust in the throat"');
  });
});

describe('the two YAML parsers', () => {
  // The fast one reads, the slow one finds positions; they must mean the same text by the same file.
  it.each(Object.values(DIALECT_FILES).filter((name) => name !== 'broken.yaml'))('read %s alike', (name) => {
    for (const text of [fixture(name), fixture(name).replaceAll('\n', '\r\n')]) {
      const outcome = parseYaml(text, name);
      expect(outcome.kind).toBe('data');
      expect(outcome.kind === 'data' && outcome.data).toEqual(parse(text));
    }
  });

  it('both refuse the broken one', () => {
    expect(codeOf(fixture('broken.yaml'))).toBe('yaml-syntax');
    expect(() => parse(fixture('broken.yaml')) as unknown).toThrow();
  });

  it.each([
    'a: 2025-12-26',
    'a: 12:30',
    'a: 0x1F',
    'a: 0o17',
    'a: 1_000',
    'a: yes',
    'a: NULL',
    'a: ~',
    'a: .5',
    'a: 1e3',
    'a: 16:9',
    'a: 017',
    'a: 0b11',
    'a: -.inf',
  ])('agree on "%s"', (text) => {
    const outcome = parseYaml(text, 'x');
    expect(outcome.kind === 'data' && outcome.data).toEqual(parse(text));
  });

  it('agree on every plain scalar', () => {
    const letters = fc.constantFrom(...Array.from('0123456789+-._eExXobBnNaAiIfFtrueyslO~:T '));
    fc.assert(
      fc.property(fc.string({ unit: letters, minLength: 1, maxLength: 12 }), (scalar) => {
        const text = `a: ${scalar}`;
        const outcome = parseYaml(text, 'x');
        const document = parseDocument(text, { logLevel: 'silent' });
        fc.pre(outcome.kind === 'data' && document.errors.length === 0);
        expect(outcome).toEqual({ kind: 'data', data: document.toJS() as unknown });
      }),
      { numRuns: 5_000 },
    );
  });
});
