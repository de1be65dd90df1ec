import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendItem, removeItem, replaceItem } from '../src/splice-item.js';
import {
  isInsertion,
  kept,
  pathsOf,
  placeOf,
  plain,
  read,
  readWithYaml,
  spliced,
  withValue,
  type Path,
} from './reading.js';
import { anyJson, yamlFile } from './yaml-text.js';

const WORLD = `name: X
scenes:
- id: a
  prompt: |
    text

  # of a
# of nothing

- {id: b} # b
inventory: []  # none yet
later:   # soon
nothing: ~
flow: [ {id: c}, ]
deep:
  - refs:
      -   path: x.png
          role: portrait   # tail
`;

const ITEM = { id: 'n', refs: ['x', { at: 1 }] };

function changed(from: string, to: string): string {
  expect(WORLD).toContain(from);
  return WORLD.replace(from, to);
}

describe('an item that is added to a list', () => {
  it.each([
    [['scenes'], changed('# b\n', '# b\n- id: "n"\n  refs:\n    - "x"\n    - at: 1\n')],
    [
      ['inventory'],
      changed('[]  # none yet\n', ' # none yet\n  - id: "n"\n    refs:\n      - "x"\n      - at: 1\n'),
    ],
    [['later'], changed('# soon\n', '# soon\n  - id: "n"\n    refs:\n      - "x"\n      - at: 1\n')],
    [['nothing'], changed(' ~\n', '\n  - id: "n"\n    refs:\n      - "x"\n      - at: 1\n')],
    [['flow'], changed('{id: c}', '{id: c}, {"id": "n", "refs": ["x", {"at": 1}]}')],
    [['deep', 0, 'refs'], `${WORLD}      - id: "n"\n        refs:\n          - "x"\n          - at: 1\n`],
    [['new'], `${WORLD}new:\n  - id: "n"\n    refs:\n      - "x"\n      - at: 1\n`],
    [
      ['deep', 0, 'more'],
      `${WORLD}    more:\n      - id: "n"\n        refs:\n          - "x"\n          - at: 1\n`,
    ],
    [['scenes', 1, 'refs'], changed('{id: b}', '{id: b, refs: [{"id": "n", "refs": ["x", {"at": 1}]}]}')],
  ])('stands at its end: %j', (at, after) => {
    expect(spliced(appendItem(WORLD, at, ITEM))).toBe(after);
  });

  it('stands below the comments that are indented into the item before it', () => {
    const text = 'scenes:\n  - id: a\n    # locked: true\n    # take: 2\n  # end\nb: 1\n';
    expect(spliced(appendItem(text, ['scenes'], 'x'))).toBe(text.replace('  # end', '  - "x"\n  # end'));
  });

  it('stands behind the blank lines that a kept block scalar owns', () => {
    const text = 'scenes:\n  - id: |+\n      a\n\nb: 1\n';
    expect(spliced(appendItem(text, ['scenes'], 'x'))).toBe(
      'scenes:\n  - id: |+\n      a\n\n  - "x"\nb: 1\n',
    );
  });

  it('keeps the line breaks, and the end of a file without one', () => {
    expect(spliced(appendItem('a:\r\n- 1', ['a'], { b: 2, c: 3 }))).toBe('a:\r\n- 1\r\n- b: 2\r\n  c: 3');
    expect(spliced(appendItem('a: []', ['a'], { b: 2 }))).toBe('a:\n  - b: 2');
    expect(spliced(appendItem('', ['a'], 1))).toBe('a:\n  - 1\n');
  });

  it.each([
    [['name'], /^What stands at name is not a list\.$/],
    [['name', 'deeper'], /^What stands at name\.deeper is not a list\.$/],
    [['scenes', 7, 'refs'], /is not a list/],
    [[], /^The file is not a list\.$/],
  ])('is refused where there is none: %j', (at, why) => {
    expect(appendItem(WORLD, at, ITEM)).toEqual({
      kind: 'refused',
      why: expect.stringMatching(why) as string,
    });
  });
});

describe('an item that is replaced', () => {
  it.each([
    [['scenes', 0], changed('id: a\n  prompt: |\n    text\n', 'id: "n"\n  refs:\n    - "x"\n    - at: 1\n')],
    [['scenes', 1], changed('{id: b}', 'id: "n"\n  refs:\n    - "x"\n    - at: 1')],
    [['flow', 0], changed('{id: c}', '{"id": "n", "refs": ["x", {"at": 1}]}')],
    [
      ['deep', 0, 'refs', 0],
      changed(
        '  path: x.png\n          role: portrait ',
        'id: "n"\n        refs:\n          - "x"\n          - at: 1 ',
      ),
    ],
  ])('leaves what stands around it: %j', (at, after) => {
    const text = spliced(replaceItem(WORLD, at, ITEM));
    expect(text).toBe(after);
    expect(replaceItem(text, at, ITEM)).toEqual({ kind: 'unchanged' });
  });

  it('fills an item without a value', () => {
    expect(spliced(replaceItem('a:\n  -\n  - 1\n', ['a', 0], { b: 1 }))).toBe('a:\n  - b: 1\n  - 1\n');
  });

  it.each([[['scenes', 2]], [['name']], [['scenes', 'a']], [[]]])(
    'is refused where there is none: %j',
    (at) => {
      expect(replaceItem(WORLD, at, ITEM)).toEqual({
        kind: 'refused',
        why: expect.stringMatching(/^There is no list item at /) as string,
      });
    },
  );
});

describe('an item that is taken out', () => {
  it.each([
    [['scenes', 0], changed('- id: a\n  prompt: |\n    text\n', '')],
    [['scenes', 1], changed('- {id: b} # b\n', '')],
  ])('goes with its lines, and the comments around it stay: %j', (at, after) => {
    expect(spliced(removeItem(WORLD, at))).toBe(after);
  });

  it('keeps the line breaks, and the end of a file without one', () => {
    expect(spliced(removeItem('a:\r\n  - 1\r\n  - 2', ['a', 1]))).toBe('a:\r\n  - 1');
  });

  it.each([
    ['in flow style', ['flow', 0]],
    ['that is the only one', ['deep', 0]],
    ['that is not there', ['scenes', 2]],
    ['in no list', ['later']],
  ])('is left %s', (_, at) => {
    expect(removeItem(WORLD, at).kind).toBe('refused');
  });
});

describe('any list of any file', () => {
  it('takes an item more, and nothing else changes', () => {
    fc.assert(
      fc.property(yamlFile, fc.nat(), anyJson, ({ text }, pick, item) => {
        const data = read(text);
        // Of a kept block scalar that ends the file in a line of spaces the parsers think differently.
        fc.pre(isDeepStrictEqual(data, readWithYaml(text)));
        const places: Path[] = [
          ...pathsOf(data).flatMap((one) => (Array.isArray(one.value) ? [one.at] : [])),
          ['image_inventory'],
        ];
        const at = places[pick % places.length]!;
        const list = pathsOf(data).find((one) => JSON.stringify(one.at) === JSON.stringify(at))?.value;
        const length = Array.isArray(list) ? list.length : 0;
        const wanted = (from: unknown): unknown =>
          length === 0 ? withValue(from, at, [plain(item)]) : withValue(from, [...at, length], plain(item));
        const once = spliced(appendItem(text, at, item));
        expect(read(once)).toEqual(wanted(data));
        expect(readWithYaml(once)).toEqual(wanted(readWithYaml(text)));
        if (length > 0 || list === undefined) expect(isInsertion(once, text)).toBe(true);
        const twice = spliced(appendItem(once, at, item));
        expect(isInsertion(twice, once)).toBe(true);
        expect(read(twice)).toEqual(withValue(read(once), [...at, length + 1], plain(item)));
      }),
      { numRuns: 150 },
    );
  });

  it('has any of its items replaced, and nothing before or after it changes', () => {
    fc.assert(
      fc.property(yamlFile, fc.nat(), anyJson, ({ text: withMark }, pick, item) => {
        const text = withMark.replace(/^\uFEFF/, '');
        const data = read(text);
        const items = pathsOf(data).filter((one) => typeof one.at.at(-1) === 'number');
        fc.pre(items.length > 0);
        const { at, value: old } = items[pick % items.length]!;
        fc.pre(JSON.stringify(old) !== JSON.stringify(item));
        const once = spliced(replaceItem(text, at, item));
        const place = placeOf(text, at);
        const same = kept(text, once);
        expect(same.start).toBeGreaterThanOrEqual(place.start);
        expect(same.end).toBeGreaterThanOrEqual(text.length - place.end);
        expect(read(once)).toEqual(withValue(data, at, plain(item)));
        expect(readWithYaml(once)).toEqual(withValue(readWithYaml(text), at, plain(item)));
        expect(replaceItem(once, at, item)).toEqual({ kind: 'unchanged' });
      }),
      { numRuns: 150 },
    );
  });
});
