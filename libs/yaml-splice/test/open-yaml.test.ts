import { describe, expect, it } from 'vitest';
import { openYaml, spliceField } from '../src/index.js';

const TEXT = `# of a
a: 1
b: 2 # of b
list:
  # between
  - x: 1
  - y: 1 # of y
`;

describe('an opened text', () => {
  it.each([
    [['a'], false],
    [['b'], true],
    [['list'], true],
    [['list', 0], false],
    [['list', 1], true],
    [['list', 1, 'y'], true],
    [['nothing'], false],
  ])('knows whether a person wrote a comment into what is at %j: %s', (at, is) => {
    expect(openYaml(TEXT).isCommented(at)).toBe(is);
    expect(openYaml(`\uFEFF${TEXT}`).isCommented(at)).toBe(is);
  });

  it('stays as it is for a second batch', () => {
    const opened = openYaml(TEXT);
    const first = opened.splice([{ kind: 'field', at: [], field: 'a', value: 2 }]);
    expect(first).toEqual({ kind: 'spliced', text: TEXT.replace('a: 1', 'a: 2') });
    expect(opened.splice([{ kind: 'field', at: [], field: 'b', value: 3 }])).toEqual(
      spliceField(TEXT, [], 'b', 3),
    );
    expect(opened.splice([])).toEqual({ kind: 'unchanged' });
  });

  it('that cannot be read has no comments and takes no edit', () => {
    const opened = openYaml('a: [1 # x\n');
    expect(opened.isCommented(['a'])).toBe(false);
    expect(opened.splice([{ kind: 'remove', at: ['a', 0] }])).toEqual({
      kind: 'refused',
      why: expect.stringMatching(/^line \d+, column \d+: This is not valid YAML/) as string,
    });
  });
});

it('a merge key is a key like others: it stays, and one can be written', () => {
  const text = 'base: &b {a: 1}\nscene:\n  <<: *b # as above\n';
  expect(spliceField(text, ['scene'], 'take', 2)).toEqual({
    kind: 'spliced',
    text: 'base: &b {a: 1}\nscene:\n  <<: *b # as above\n  take: 2\n',
  });
  expect(spliceField('a: 1\n', [], 'b', { '<<': {} })).toEqual({
    kind: 'spliced',
    text: 'a: 1\nb:\n  "<<": {}\n',
  });
});
