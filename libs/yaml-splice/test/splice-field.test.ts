import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spliceField } from '../src/splice-field.js';
import {
  isInsertion,
  isMap,
  kept,
  pathsOf,
  placeOf,
  read,
  readWithYaml,
  spliced,
  withValue,
} from './reading.js';
import { yamlFile } from './yaml-text.js';

const WORLD = `name: X
scenes:
  - id: a  # first
    locked: false  # why
    prompt: |
      text

    # about a
  - locked: true
    # between
    id: b
  - {id: c}
  - {id: d, locked: 1, # why
     take: 2}
  - take: 3
  -   title: far
      locked:   # empty
      refs:
      - x
`;

function changed(from: string, to: string): string {
  expect(WORLD).toContain(from);
  return WORLD.replace(from, to);
}

describe('a field that is set', () => {
  it.each([
    [0, true, changed('locked: false  # why', 'locked: true  # why')],
    [0, 'a "b"', changed('locked: false  # why', 'locked: "a \\"b\\""  # why')],
    [3, null, changed('locked: 1,', 'locked: null,')],
    [5, true, changed('locked:   # empty', 'locked: true   # empty')],
  ])('replaces the value alone, in scene %i', (scene, value, after) => {
    expect(spliced(spliceField(WORLD, ['scenes', scene], 'locked', value))).toBe(after);
    expect(spliceField(after, ['scenes', scene], 'locked', value)).toEqual({ kind: 'unchanged' });
  });

  it('replaces a value of many lines by one', () => {
    expect(spliced(spliceField(WORLD, ['scenes', 0], 'prompt', 'new'))).toBe(
      changed('|\n      text\n', '"new"\n'),
    );
    expect(spliced(spliceField(WORLD, ['scenes', 5], 'refs', 1))).toBe(
      changed('refs:\n      - x\n', 'refs: 1\n'),
    );
    expect(spliced(spliceField(WORLD, [], 'scenes', null))).toBe('name: X\nscenes: null\n');
  });

  it.each([
    [0, 'take', changed('      text\n', '      text\n    take: 7\n')],
    [1, 'take', changed('    id: b\n', '    id: b\n    take: 7\n')],
    [2, 'take', changed('{id: c}', '{id: c, take: 7}')],
    [4, 'locked', changed('  - take: 3\n', '  - take: 3\n    locked: 7\n')],
    [5, 'take', `${WORLD}      take: 7\n`],
  ])('is added behind the others of its map, in scene %i', (scene, field, after) => {
    expect(spliced(spliceField(WORLD, ['scenes', scene], field, 7))).toBe(after);
    expect(spliced(spliceField(after, ['scenes', scene], field, undefined))).toBe(WORLD);
  });

  it('is added to a file that is empty, or has no final line break', () => {
    expect(spliced(spliceField('', [], 'locked', true))).toBe('locked: true\n');
    expect(spliced(spliceField('a:\r\n  b: 1', ['a'], 'locked', true))).toBe(
      'a:\r\n  b: 1\r\n  locked: true',
    );
  });

  it('is left as the author wrote it where it says the same', () => {
    expect(spliceField(`a: {b: 'x'}\n`, ['a'], 'b', 'x')).toEqual({ kind: 'unchanged' });
    expect(spliceField('a: 0x10\n', [], 'a', 16)).toEqual({ kind: 'unchanged' });
  });
});

describe('a field that is removed', () => {
  it.each([
    [0, changed('    locked: false  # why\n', '')],
    [1, changed('- locked: true\n    # between', '- # between')],
    [3, changed('locked: 1, # why', '# why')],
    [5, changed('      locked:   # empty\n', '')],
  ])('takes its line with it, and no other comment, in scene %i', (scene, after) => {
    expect(spliced(spliceField(WORLD, ['scenes', scene], 'locked', undefined))).toBe(after);
    expect(spliceField(after, ['scenes', scene], 'locked', undefined)).toEqual({ kind: 'unchanged' });
  });

  it('leaves an empty map where it was the only one', () => {
    expect(spliced(spliceField(WORLD, ['scenes', 4], 'take', undefined))).toBe(changed('take: 3', '{}'));
    expect(spliced(spliceField('{a: 1,}\n', [], 'a', undefined))).toBe('{}\n');
    expect(spliced(spliceField('# c\na: 1\n', [], 'a', undefined))).toBe('# c\n');
  });
});

describe('a field that cannot be set', () => {
  it.each([
    ['name', /name is not a map/],
    ['nowhere', /nowhere is not a map/],
  ])('is refused, with the place: %s', (key, why) => {
    expect(spliceField(WORLD, [key], 'x', 1)).toEqual({
      kind: 'refused',
      why: expect.stringMatching(why) as string,
    });
  });

  it('is refused where an alias would change with it', () => {
    const text = 'base: &b {x: 1}\nother: *b\n';
    expect(spliceField(text, ['base'], 'x', 2).kind).toBe('refused');
    expect(spliceField(text, ['other'], 'x', 2).kind).toBe('refused');
  });
});

describe('any field of any map of any file', () => {
  const scalar = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null));

  it('is added, and gives back the very same text when it is removed', () => {
    fc.assert(
      fc.property(yamlFile, fc.nat(), scalar, ({ text }, pick, value) => {
        const data = read(text);
        const maps = pathsOf(data).filter((one) => isMap(one.value));
        const { at } = maps[pick % maps.length]!;
        const once = spliced(spliceField(text, at, 'locked', value));
        expect(isInsertion(once, text)).toBe(true);
        expect(read(once)).toEqual(withValue(data, [...at, 'locked'], value));
        expect(readWithYaml(once)).toEqual(withValue(readWithYaml(text), [...at, 'locked'], value));
        expect(spliceField(once, at, 'locked', value)).toEqual({ kind: 'unchanged' });
        expect(spliced(spliceField(once, at, 'locked', undefined))).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it('is replaced and removed, and nothing before or after it changes', () => {
    fc.assert(
      fc.property(yamlFile, fc.nat(), scalar, ({ text: withMark }, pick, value) => {
        const text = withMark.replace(/^\uFEFF/, '');
        const data = read(text);
        const fields = pathsOf(data).filter((one) => typeof one.at.at(-1) === 'string');
        const { at, value: old } = fields[pick % fields.length]!;
        fc.pre(old !== value);
        const map = at.slice(0, -1);
        const field = String(at.at(-1));
        const place = placeOf(text, at);
        const check = (after: string, now: unknown): void => {
          const same = kept(text, after);
          // A file without a final line break has none afterwards: the one before the last line goes with it.
          const lineBreak = text.endsWith('\n') ? 0 : 2;
          expect(same.start).toBeGreaterThanOrEqual(place.start - lineBreak);
          expect(same.end).toBeGreaterThanOrEqual(text.length - place.end);
          expect(read(after)).toEqual(withValue(data, at, now));
        };
        const set = spliced(spliceField(text, map, field, value));
        check(set, value);
        expect(spliceField(set, map, field, value)).toEqual({ kind: 'unchanged' });
        const removal = spliceField(text, map, field, undefined);
        if (removal.kind === 'refused') {
          // The comment below would become text of the block scalar above.
          expect(text.slice(0, place.start)).toMatch(/[|>][+-]?(?: #.*)?\r?\n/);
          expect(text.slice(place.start)).toMatch(/\n +#/);
          return;
        }
        const removed = spliced(removal);
        check(removed, undefined);
        expect(spliceField(removed, map, field, undefined)).toEqual({ kind: 'unchanged' });
      }),
      { numRuns: 150 },
    );
  });
});
