import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spliceAll } from '../src/splice-all.js';
import type { YamlEdit } from '../src/yaml-edit.js';
import { appendItem, removeItem, replaceItem } from '../src/splice-item.js';
import { spliceField } from '../src/splice-field.js';
import { readYaml } from '../src/read-yaml.js';

const WORLD = [
  '# The harbour',
  'scenes: # in order',
  '  - id: oar # wet',
  "    prompt: 'An oar.'",
  '  - {id: net, prompt: A net.}',
  '  - id: rope',
  '    prompt: >-',
  '      A rope,',
  '      coiled.',
  '',
  'notes: [1, 2]',
  '',
].join('\n');

const EDITS: readonly YamlEdit[] = [
  { kind: 'field', at: ['scenes', 0], field: 'locked', value: true },
  { kind: 'field', at: ['scenes', 0], field: 'take', value: 2 },
  { kind: 'replace', at: ['scenes', 1], item: { id: 'net', prompt: 'Another.' } },
  { kind: 'append', at: ['scenes'], item: { id: 'keel' } },
  { kind: 'append', at: ['scenes'], item: { id: 'mast' } },
  { kind: 'remove', at: ['scenes', 2] },
  { kind: 'append', at: ['notes'], item: 3 },
  { kind: 'section', key: 'made', value: [{ id: 'oar' }], comment: 'By a machine.' },
];

function oneByOne(text: string, edits: readonly YamlEdit[]): string {
  let now = text;
  for (const edit of edits) {
    const outcome =
      edit.kind === 'field'
        ? spliceField(now, edit.at, edit.field, edit.value)
        : edit.kind === 'append'
          ? appendItem(now, edit.at, edit.item)
          : edit.kind === 'replace'
            ? replaceItem(now, edit.at, edit.item)
            : edit.kind === 'remove'
              ? removeItem(now, edit.at)
              : spliceAll(now, [edit]);
    expect(outcome.kind).not.toBe('refused');
    if (outcome.kind === 'spliced') now = outcome.text;
  }
  return now;
}

describe.each([
  ['LF', (text: string) => text],
  ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
  ['a byte order mark', (text: string) => `\uFEFF${text}`],
])('many edits of a file with %s', (_, ending) => {
  it('give what the same edits give one after the other', () => {
    const text = ending(WORLD);
    fc.assert(
      fc.property(fc.shuffledSubarray([...EDITS]), (edits) => {
        // One after the other, a removal would shift what comes after it.
        const last = edits.toSorted((a, b) => Number(a.kind === 'remove') - Number(b.kind === 'remove'));
        const outcome = spliceAll(text, edits);
        const whole = outcome.kind === 'spliced' ? outcome.text : text;
        expect(outcome.kind).toBe(edits.length === 0 ? 'unchanged' : 'spliced');
        const other = oneByOne(text, last);
        expect(readYaml(whole)).toEqual(readYaml(other));
        expect(linesOf(whole)).toEqual(linesOf(other));
      }),
    );
  });
});

/** Whatever the order of new sections and fields. */
function linesOf(text: string): string[] {
  return text.split('\n').sort();
}

it('one that is refused keeps all of them out, unless it is optional', () => {
  const good: YamlEdit = { kind: 'field', at: ['scenes', 0], field: 'take', value: 2 };
  const bad: YamlEdit = { kind: 'remove', at: ['notes', 0] };
  expect(spliceAll(WORLD, [good, bad]).kind).toBe('refused');
  expect(spliceAll(WORLD, [good, { ...bad, optional: true }])).toEqual(
    spliceField(WORLD, ['scenes', 0], 'take', 2),
  );
});

it('edits that do not go together are made one after the other', () => {
  const text = 'a: {}\n';
  const outcome = spliceAll(text, [
    { kind: 'field', at: ['a'], field: 'b', value: 1 },
    { kind: 'field', at: ['a'], field: 'c', value: 2 },
  ]);
  expect(outcome).toEqual({ kind: 'spliced', text: 'a: {"b": 1, "c": 2}\n' });
});
