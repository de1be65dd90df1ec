import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { spliceAll } from '../src/splice-all.js';
import { spliceField } from '../src/splice-field.js';
import { appendItem, replaceItem } from '../src/splice-item.js';
import { spliceTopLevel } from '../src/splice-top-level.js';
import { readYaml } from '../src/read-yaml.js';
import { isInsertion, isMap, pathsOf, read, spliced, withValue, type Path } from './reading.js';

/**
 * Files that people wrote: the sample world, and where CHARGEN_CORPUS names a folder, the YAML files in it.
 */
const corpus = process.env.CHARGEN_CORPUS ?? '';
const folders = [fileURLToPath(new URL('../../../content', import.meta.url)), corpus];
const files = folders
  .filter((folder) => folder !== '')
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const),
  );

const ENTRIES = [
  { custom_id: 'lamp', prompt_used: 'Line — one.\nLine "two".', generated_at: '2026-01-02T03:04:05Z' },
  { custom_id: 'zz', list: [1, null, { a: true }] },
];
const KEY = 'chargen_test_section';

function withEol(text: string, eol: '\n' | '\r\n'): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\n', eol);
}

const readable = files.filter(([, text]) => readYaml(text).kind === 'data');
const broken = files.filter(([, text]) => readYaml(text).kind === 'broken');

it(`there are files to try: ${corpus === '' ? 'the sample world' : `the sample world and ${corpus}`}`, () => {
  expect(readable.length).toBeGreaterThan(corpus === '' ? 5 : 10);
});

describe.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
] as const)('a file that people wrote, with %s', (_name, eol) => {
  it.each(readable)('takes a record and gives it back, byte for byte: %s', (_file, original) => {
    const text = withEol(original, eol);
    const once = spliced(spliceTopLevel(text, KEY, ENTRIES, 'Written by a machine.'));
    const edit = { kind: 'section', key: KEY, value: ENTRIES, comment: 'Written by a machine.' } as const;
    // Many edits are made by a parse of a part of the file, one alone by a parse of the whole.
    expect(spliced(spliceAll(text, [edit]))).toBe(once);
    expect(isInsertion(once, text)).toBe(true);
    expect(read(once)).toEqual({ ...read(text), [KEY]: ENTRIES });
    if (eol === '\r\n') expect(once.replaceAll('\r\n', '')).not.toContain('\n');
    expect(spliceTopLevel(once, KEY, ENTRIES, 'Written by a machine.')).toEqual({ kind: 'unchanged' });
    const other = spliced(spliceTopLevel(once, KEY, ENTRIES.slice(1), 'Written by a machine.'));
    expect(spliced(spliceTopLevel(other, KEY, ENTRIES, 'Written by a machine.'))).toBe(once);
    expect(spliced(spliceTopLevel(once, KEY, [], 'Written by a machine.'))).toBe(text);
  });

  it.each(readable)('has fields set and items added in its last map and list: %s', (_file, original) => {
    const text = withEol(original, eol);
    const data = read(text);
    const map = pathsOf(data).findLast((one) => isMap(one.value))?.at ?? [];
    const set = spliced(spliceField(text, map, 'locked', true));
    expect(isInsertion(set, text)).toBe(true);
    expect(read(set)).toEqual(withValue(data, [...map, 'locked'], true));
    expect(spliced(spliceField(set, map, 'locked', undefined))).toBe(text);

    const list = pathsOf(data).findLast((one) => Array.isArray(one.value) && one.value.length > 0);
    if (list === undefined) return;
    const items = list.value as unknown[];
    const added = spliced(appendItem(text, list.at, ENTRIES[1]!));
    expect(spliced(spliceAll(text, [{ kind: 'append', at: list.at, item: ENTRIES[1]! }]))).toBe(added);
    expect(isInsertion(added, text)).toBe(true);
    expect(read(added)).toEqual(withValue(data, [...list.at, items.length], ENTRIES[1]));
    const last: Path = [...list.at, items.length];
    expect(spliced(replaceItem(added, last, 'x'))).toBe(spliced(appendItem(text, list.at, 'x')));
  });
});

it.each(broken)('a broken file is refused, with the line: %s', (_file, text) => {
  expect(spliceTopLevel(text, KEY, ENTRIES, 'c')).toEqual({
    kind: 'refused',
    why: expect.stringMatching(/^line \d+, column \d+: This is not valid YAML/) as string,
  });
  expect(spliceField(text, [], 'a', 1).kind).toBe('refused');
});
