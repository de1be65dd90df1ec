import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../../../test/support/long.js';
import { needsOf } from '../src/edit-needs.js';
import { neededPart } from '../src/needed-part.js';
import { readYaml } from '../src/read-yaml.js';
import { spliceAll, spliceRead } from '../src/splice-all.js';
import { besideByteOrderMark, type SpliceOutcome } from '../src/verified-edit.js';
import type { YamlEdit } from '../src/yaml-edit.js';
import { readSource } from '../src/yaml-source.js';
import { isMap, pathsOf, spliced } from './reading.js';
import { anyJson, yamlFile, yamlFileWithSection } from './yaml-text.js';

const FILE = `# The harbour
--- # v2
# Its name
"name": Harbour
scenes: # in order

  - id: oar
    prompt: >
      An oar.

  # wet
  - id: net
    list:
      - a
# What a machine wrote
made:
- one
- two
`;

/** A line of a part without the blanks behind what is left of it. */
function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trimEnd());
}

function part(text: string, ...edits: YamlEdit[]): string[] | undefined {
  const read = readYaml(text);
  const data = read.kind === 'data' ? read.data : undefined;
  const needed = neededPart(text, data, needsOf(data, edits) ?? []);
  expect(needed === undefined || needed.text.length === text.length).toBe(true);
  return needed && linesOf(needed.text);
}

describe('of a file, the parser that knows places is given', () => {
  it('one entry with the keys of the others', () => {
    const edit: YamlEdit = { kind: 'section', key: 'made', value: [1], comment: 'What a machine wrote' };
    expect(part(FILE, edit)).toEqual(
      linesOf(
        '# The harbour\n--- # v2\n# Its name\n"name":\nscenes:\n# What a machine wrote\nmade:\n- one\n- two\n',
      ),
    );
  });

  it('one item of a list, with the dashes of the others', () => {
    expect(part(FILE, { kind: 'replace', at: ['scenes', 0], item: 1 })).toEqual(
      linesOf(
        '# The harbour\n--- # v2\n# Its name\n"name":\nscenes: # in order\n\n  - id: oar\n    prompt: >\n' +
          '      An oar.\n\n  # wet\n  -\n# What a machine wrote\nmade:\n',
      ),
    );
  });

  it('its last item, if something comes behind it', () => {
    expect(part(FILE, { kind: 'field', at: [], field: 'x', value: 1 })?.slice(-5)).toEqual([
      '# What a machine wrote',
      'made:',
      '-',
      '- two',
      '',
    ]);
  });

  it.each([
    ['a tab', 'a:\t1\nb: 2\n'],
    ['an anchor', 'a: &x 1\nb: 2\n'],
    ['an alias', 'a: &x [1]\nb: *x\n'],
    ['a tag', 'a: !!str 1\nb: 2\n'],
    ['a merge key', 'a: &x {}\nb:\n  <<: *x\n'],
    ['an end of the document', 'a: 1\nb: 2\n...\n'],
    ['a root in flow style', '{\n"a": 1,\n"b": 2\n}\n'],
    ['an indented root', '  a: 1\n  b: 2\n'],
    ['a key on two lines', '? a\n: 1\nb: 2\n'],
    ['a text that goes on in the first column', 'a: "x\nb: y"\nb: 2\n'],
    ['a lone carriage return', 'a: 1\rb: 2\n'],
    ['a list as its root', '- a\n- b\n'],
    ['a single text', 'a text\n'],
    ['nothing', ''],
  ])('the whole of one with %s', (_, text) => {
    expect(part(text, { kind: 'field', at: [], field: 'x', value: 1 })).toBeUndefined();
  });

  it('the whole of a list that is not one item a line', () => {
    for (const list of [' [1, 2]', '\n  [1,\n  2]', '\n- "x\n- y"\n- 2', '\n- - 1\n -  2'])
      expect(part(`a:${list}\nb: 1\n`, { kind: 'replace', at: ['a', 1], item: 3 }) ?? []).not.toContain('-');
  });
});

/** The outcome by a parse of the whole text. */
function byTheWhole(text: string, edits: readonly YamlEdit[]): SpliceOutcome {
  return besideByteOrderMark(text, (bare) => {
    const read = readSource(bare);
    return read.kind === 'refused' ? read : spliceRead(read.source, edits);
  });
}

interface Wish {
  readonly kind: YamlEdit['kind'];
  readonly place: number;
  readonly value: ReturnType<typeof anyJson.generate>['value'];
  readonly isNew: boolean;
}

const wishes = fc.array(
  fc.record({
    kind: fc.constantFrom<YamlEdit['kind']>('field', 'section', 'append', 'append', 'replace', 'remove'),
    place: fc.nat(),
    value: anyJson,
    isNew: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Edits of places that a text has. */
function editsOf(text: string, wanted: readonly Wish[]): YamlEdit[] {
  const read = readYaml(text.replace(/^\uFEFF/, ''));
  if (read.kind === 'broken') return [];
  const all = pathsOf(read.data ?? {});
  return wanted.flatMap(({ kind, place, value, isNew }): YamlEdit[] => {
    const among = all.filter((one) => (kind === 'field' ? isMap(one.value) : Array.isArray(one.value)));
    const at = among[place % Math.max(among.length, 1)];
    if (kind === 'section') {
      const key = isNew ? 'made' : (Object.keys(isMap(read.data) ? read.data : {})[0] ?? 'made');
      return [{ kind, key, value: [value], comment: 'note' }];
    }
    if (at === undefined) return [];
    const size = Object.keys(at.value as object).length;
    const index = place % Math.max(size, 1);
    switch (kind) {
      case 'field': {
        const present = Object.keys(at.value as object)[index];
        return [{ kind, at: at.at, field: isNew ? 'locked' : (present ?? 'locked'), value }];
      }
      case 'append':
        return [{ kind, at: at.at, item: value }];
      case 'replace':
        return size === 0 ? [] : [{ kind, at: [...at.at, index], item: value }];
      case 'remove':
        return size === 0 ? [] : [{ kind, at: [...at.at, index], optional: true }];
    }
  });
}

const odd = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text,
  (text) => text.replace(' # note', '\t# note'),
  (text) => text.replace('lamp', '&lamp lamp'),
  (text) => text.replace(/^k1:/m, 'k1:\n  - 1\n  - two: 2\n\n  # of three\n  - three\nk9:'),
);

it('a part gives the bytes that the whole gives', () => {
  const files = fc.oneof(
    yamlFile.map(({ text }) => text),
    yamlFileWithSection('made').map(({ before, section, after }) => before + section + after),
  );
  let parts = 0;
  fc.assert(
    fc.property(files, odd, wishes, (file, change, wanted) => {
      const text = change(file);
      const edits = editsOf(text, wanted);
      fc.pre(edits.length > 0);
      const bare = text.replace(/^\uFEFF/, '');
      const read = readYaml(bare);
      const needs = read.kind === 'data' ? needsOf(read.data, edits) : undefined;
      const needed = read.kind === 'data' && needs && neededPart(bare, read.data, needs);
      if (needed && needed.blanked.length > 0) parts += 1;
      expect(spliceAll(text, edits)).toEqual(byTheWhole(text, edits));
    }),
    { numRuns: cases(150, 3000) },
  );
  expect(parts).toBeGreaterThan(20);
});

/** What may be anything; most of it no parser reads. */
const soup = fc
  .array(
    fc.constantFrom(
      ...[
        'a:',
        'b:',
        'c: ',
        ' d:',
        '\n',
        '\n',
        '\n',
        '- ',
        '- ',
        '"',
        "'",
        ' |\n',
        ' >-\n',
        ' #',
        '#x\n',
        '{',
        '}',
        '[',
      ],
      ...[
        ']',
        ',',
        ' ',
        '  ',
        '   ',
        'x',
        ' y',
        '---\n',
        '&a ',
        '*a',
        '\t',
        '\r',
        '...',
        '? ',
        '!t ',
        ': ',
        '\r\n',
        '%',
      ],
    ),
    { minLength: 3, maxLength: 16 },
  )
  .map((parts) => parts.join(''));

it('what the whole does not allow is not done in part, unless the rest cannot be read', () => {
  fc.assert(
    fc.property(fc.array(soup, { minLength: 1, maxLength: 3 }), wishes, (parts, wanted) => {
      const text = parts.join('\n');
      const edits = editsOf(text, wanted);
      if (edits.length === 0) return;
      const outcome = spliceAll(text, edits);
      const whole = byTheWhole(text, edits);
      if (outcome.kind !== 'spliced' || readSource(text).kind === 'source') expect(outcome).toEqual(whole);
      // js-yaml reads it, the other parser does not: it is read as before, with the change.
      else expect(readYaml(spliced(outcome)).kind).toBe('data');
    }),
    { numRuns: cases(1000, 20_000) },
  );
});
