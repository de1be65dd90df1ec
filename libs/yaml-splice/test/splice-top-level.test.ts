import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../src/data.js';
import { spliceTopLevel } from '../src/splice-top-level.js';
import type { SpliceOutcome } from '../src/verified-edit.js';
import { isInsertion, plain, read, readWithYaml, spliced, withValue } from './reading.js';
import { anyJson, recordEntries, yamlFile, yamlFileWithSection } from './yaml-text.js';
import { cases } from '../../../test/support/long.js';

const KEY = 'generated_images';
const COMMENT = 'Written by a machine.';

function splice(text: string, value: readonly Json[] | undefined): SpliceOutcome {
  return spliceTopLevel(text, KEY, value, COMMENT);
}

const ENTRY = {
  custom_id: 'lamp',
  prompt_used: 'A lamp.\nTwo "lamps".',
  list: [1, { deep: true }],
  none: [],
};
const LINES = [
  `# ${COMMENT}`,
  `${KEY}:`,
  '  - custom_id: "lamp"',
  '    prompt_used: "A lamp.\\nTwo \\"lamps\\"."',
  '    list:',
  '      - 1',
  '      - deep: true',
  '    none: []',
];
const SECTION = `${LINES.join('\n')}\n`;

describe('a section that is added', () => {
  it.each([
    ['at the end', 'a: 1\n', `a: 1\n${SECTION}`],
    ['with CRLF where the file has it', 'a: 1\r\n', `a: 1\r\n${SECTION.replaceAll('\n', '\r\n')}`],
    ['without a final line break where the file has none', 'a: 1', `a: 1\n${SECTION.trimEnd()}`],
    ['behind trailing comments and blank lines', 'a: 1\n\n# b\n\n', `a: 1\n\n# b\n\n${SECTION}`],
    [
      'behind the blank lines that a kept block scalar owns',
      'a: |+\n  b\n\n\n',
      `a: |+\n  b\n\n\n${SECTION}`,
    ],
    ['before the end marker', '---\na: 1\n...\n# z\n', `---\na: 1\n${SECTION}...\n# z\n`],
    ['at the indentation of the file', '  a: 1\n', `  a: 1\n${SECTION.replaceAll(/^/gm, '  ').slice(0, -2)}`],
    ['to an empty file', '', SECTION],
    ['behind a byte order mark', '\uFEFF', `\uFEFF${SECTION}`],
    ['to a file of comments', '# a\n', `# a\n${SECTION}`],
    ['to a document without content', '---\n', `---\n${SECTION}`],
  ])('is written %s', (_name, before, after) => {
    expect(spliced(splice(before, [ENTRY]))).toBe(after);
    expect(splice(after, [ENTRY])).toEqual({ kind: 'unchanged' });
    expect(spliced(splice(after, undefined))).toBe(before);
    expect(spliced(splice(after, []))).toBe(before);
  });

  it.each([
    ['{a: 1}', `{a: 1, ${KEY}: ["x"]}`],
    ['{ "a": 1, # b\n  "c": [],\n}\n', `{ "a": 1, # b\n  "c": [], "${KEY}": ["x"],\n}\n`],
    ['{}\n', `{"${KEY}": ["x"]}\n`],
    ['--- {a: 1}', `--- {a: 1, ${KEY}: ["x"]}`],
  ])('is written in flow style into a flow map: %j', (before, after) => {
    expect(spliced(splice(before, ['x']))).toBe(after);
    expect(splice(after, ['x'])).toEqual({ kind: 'unchanged' });
    expect(spliced(splice(after, ['y']))).toBe(after.replace('"x"', '"y"'));
    expect(spliced(splice(after, undefined))).toBe(before);
  });

  it('keeps JSON JSON', () => {
    const before = JSON.stringify({ a: [1, { b: null }], c: 'd' }, undefined, 2);
    const after = spliced(splice(before, [ENTRY]));
    expect(JSON.parse(after)).toEqual({ ...(JSON.parse(before) as object), [KEY]: [ENTRY] });
  });

  it('goes to the beginning behind a lone CR, which a line break must not be joined to', () => {
    expect(spliced(splice('a: 1\r', ['x']))).toBe(`# ${COMMENT}\n${KEY}:\n  - "x"\na: 1\r`);
    expect(spliced(splice(`# ${COMMENT}\n${KEY}:\n  - "x"\na: 1\r`, undefined))).toBe('a: 1\r');
  });

  it('gives back the very same text when it is removed, whatever the file', () => {
    fc.assert(
      fc.property(yamlFile, recordEntries, ({ text }, entries) => {
        const once = spliced(splice(text, entries));
        expect(isInsertion(once, text)).toBe(true);
        expect(read(once)).toEqual({ ...read(text), [KEY]: plain(entries) });
        expect(readWithYaml(once)).toEqual({ ...readWithYaml(text), [KEY]: plain(entries) });
        expect(splice(once, entries)).toEqual({ kind: 'unchanged' });
        expect(spliced(splice(once, undefined))).toBe(text);
        expect(splice(text, undefined)).toEqual({ kind: 'unchanged' });
      }),
      { numRuns: 200 },
    );
  });

  it('has the line breaks of the file, all of them', () => {
    fc.assert(
      fc.property(yamlFile, recordEntries, ({ text, eol }, entries) => {
        fc.pre(text.includes(eol));
        const once = spliced(splice(text, entries));
        if (eol === '\n') expect(once).not.toContain('\r');
        else expect(once.replaceAll('\r\n', '')).not.toContain('\n');
      }),
      { numRuns: 150 },
    );
  });
});

describe('a section that is there', () => {
  it.each([
    [
      'with its comment',
      `a: 1\n# ${COMMENT}\n${KEY}:\n  - old: 1\n\n# next\nb: 2\n`,
      `a: 1\n${SECTION}\n# next\nb: 2\n`,
    ],
    ['below an author’s comment', `# own\n${KEY}:\n- 1\n- 2\nb: 2\n`, `# own\n${SECTION}b: 2\n`],
    ['with a quoted key', `"${KEY}" : {x: 1} # c\nb: 2`, `${SECTION}b: 2`],
    ['with an explicit key', `? ${KEY}\n: - 1\nb: 2\n`, `${SECTION}b: 2\n`],
    ['without a value', `${KEY}:\nb: 2\n`, `${SECTION}b: 2\n`],
    ['with text in place of a list', `a: 1\n${KEY}: |+\n  x\n\n`, `a: 1\n${SECTION}\n`],
    [
      'with other line breaks than the file',
      `a: 1\r\n${KEY}:\n  - 1\n  - 2\n  - 3\r\n`,
      `a: 1\r\n${SECTION.replaceAll('\n', '\r\n')}`,
    ],
    ['alone, with CRLF', `${KEY}:\r\n  - 1\r\n`, SECTION.replaceAll('\n', '\r\n')],
    ['at the end without a line break', `a: 1\n${KEY}: []`, `a: 1\n${SECTION.trimEnd()}`],
    ['said already, in another form', `a: 1\n${KEY}: ${JSON.stringify([ENTRY])}\n`, `a: 1\n${SECTION}`],
  ])('is replaced %s', (_name, before, after) => {
    expect(spliced(splice(before, [ENTRY]))).toBe(after);
    expect(splice(after, [ENTRY])).toEqual({ kind: 'unchanged' });
  });

  it('is replaced where it stands, and all that stands around it stays', () => {
    fc.assert(
      fc.property(yamlFileWithSection(KEY), recordEntries, ({ before, section, after }, entries) => {
        const text = before + section + after;
        const wanted = { ...read(text), [KEY]: plain(entries) };
        const once = spliced(splice(text, entries));
        expect(once.startsWith(before)).toBe(true);
        expect(once.endsWith(after)).toBe(true);
        expect(read(once)).toEqual(wanted);
        expect(readWithYaml(once)).toEqual(wanted);
        expect(splice(once, entries)).toEqual({ kind: 'unchanged' });
        const without = spliced(splice(once, undefined));
        expect(without.startsWith(before)).toBe(true);
        expect(without.endsWith(after)).toBe(true);
        // Gone and back again it stands at the end of the file, and says the same.
        expect(read(spliced(splice(without, entries)))).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });

  it('takes blank lines with it that a block scalar above would keep', () => {
    const text = `a: |+\n  text\n${KEY}: 1\n\nb: 2\n`;
    expect(spliced(splice(text, undefined))).toBe('a: |+\n  text\nb: 2\n');
  });

  it('stays where it is empty and an empty list is asked for', () => {
    for (const text of [`${KEY}: [] # none\n`, `${KEY}:\na: 1\n`]) {
      expect(splice(text, [])).toEqual({ kind: 'unchanged' });
      expect(splice(text, undefined).kind).toBe('spliced');
    }
  });
});

describe('a file that cannot be edited', () => {
  it.each([
    ['broken', 'a: "b", "c"\n', /^line 1, column \d+: .*not valid YAML/],
    ['of two documents', 'a: 1\n---\nb: 2\n', /document/],
    ['with a doubled key', 'a: 1\na: 2\n', /line 2/],
    ['that is a list', '- 1\n', /not a map/],
    ['that is text', 'hello\n', /not a map/],
    ['that only one of the parsers takes', 'a: {b: 1,\nc: 2}\n', /line 2, column 1: .*not valid YAML/],
    ['whose section another key stands on', `${KEY}: &x [1]\nb: *x\n`, /./],
  ])('is refused, with the reason: %s', (_name, text, why) => {
    const outcome = splice(text, [ENTRY]);
    expect(outcome).toEqual({ kind: 'refused', why: expect.stringMatching(why) as string });
  });

  it('is never written wrong: any text, any value', () => {
    const fragments = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '\r\n',
      '- ',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      '#',
      '|',
      '&x',
      '*x',
      '?',
      '---',
      '...',
      KEY,
      ',',
      '\t',
      '!!str',
    );
    fc.assert(
      fc.property(
        fc.array(fragments, { maxLength: 14 }),
        fc.array(anyJson, { maxLength: 2 }),
        (parts, entries) => {
          const text = parts.join('');
          const outcome = splice(text, entries);
          if (outcome.kind !== 'spliced') return;
          const wanted = entries.length === 0 ? undefined : plain(entries);
          expect(read(outcome.text)).toEqual(withValue(read(text), [KEY], wanted));
          expect(splice(outcome.text, entries)).toEqual({ kind: 'unchanged' });
        },
      ),
      { numRuns: cases(200, 5_000) },
    );
  });
});

it('a number that JSON cannot hold is told, not written as null', () => {
  expect(() => splice('a: 1\n', [{ x: Number.NaN }])).toThrow('JSON has no such number');
});
