import fc from 'fast-check';
import type { Json } from '../src/data.js';

/**
 * YAML as people write it: comments, blank lines, every style of scalar, flow and block collections in one
 * file, odd indentation. A stringified object has none of that.
 */
type Node =
  | { readonly kind: 'null' }
  | { readonly kind: 'inline'; readonly text: string }
  | { readonly kind: 'folded'; readonly first: string; readonly rest: readonly string[] }
  | {
      readonly kind: 'block';
      readonly header: string;
      readonly comment: string;
      readonly lines: readonly { readonly extra: number; readonly text: string }[];
      readonly blanks: number;
    }
  | { readonly kind: 'map'; readonly step: number; readonly pairs: readonly Pair[] }
  | { readonly kind: 'list'; readonly flush: boolean; readonly gap: number; readonly items: readonly Item[] };

interface Item {
  readonly above: readonly string[];
  readonly comment: string;
  readonly value: Node;
}
interface Pair extends Item {
  readonly style: 'plain' | 'double' | 'single' | 'spaced';
}

const words = fc.constantFrom(
  'lamp',
  'copper gears',
  'a — b',
  'it’s late',
  'fog: low',
  '# no',
  '火の粉',
  '🜂 salt',
  "don't",
);
const plainWords = fc.constantFrom('lamp', 'copper gears', 'a — b', 'x:y', 'it’s late', '火の粉', '🜂 salt');

const comment = fc.constantFrom('', '', '', ' # note', '   # generated_images: none', ' #');
const above = fc.array(fc.constantFrom('', '# a comment', '  # indented', '      # deep', '#', '   '), {
  maxLength: 2,
});

const inline = fc.oneof(
  plainWords,
  fc.constantFrom('1', '-2.5', 'true', 'null', '~', '""', "''", '[]', '{}', '2024-01-02', '0x1F', '[ ]'),
  words.map((text) => JSON.stringify(text)),
  words.map((text) => `'${text.replaceAll("'", "''")}'`),
  fc.array(plainWords, { minLength: 1, maxLength: 3 }).map((list) => `[ ${list.join(', ')},]`),
  fc
    .array(plainWords, { minLength: 1, maxLength: 3 })
    .map((list) => `[${list.map((w) => `"${w}"`).join(',')}]`),
  fc
    .tuple(plainWords, words)
    .map(([a, b]) => `{first: ${a.replaceAll(':', '')}, "second": ${JSON.stringify(b)}, third: {}}`),
  fc.constant('"esc \\u2028 \\x41 \\"q\\" \\\\"'),
);

const leaf: fc.Arbitrary<Node> = fc.oneof(
  { weight: 5, arbitrary: inline.map((text): Node => ({ kind: 'inline', text })) },
  { weight: 1, arbitrary: fc.constant<Node>({ kind: 'null' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Node>(
      { kind: 'folded', first: 'a long plain', rest: ['text over', 'three lines'] },
      { kind: 'folded', first: '"quoted', rest: ['over # two', '', 'lines"'] },
      { kind: 'folded', first: "'single", rest: ["and '' so on'"] },
      { kind: 'folded', first: '[one,', rest: ['two, # in flow', 'three', ']'] },
      { kind: 'folded', first: '{ one: 1, # of flow', rest: ['"two": [2]', '}'] },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      header: fc.constantFrom('|', '>', '|-', '>-', '|+', '>+'),
      comment: fc.constantFrom('', '', ' # head'),
      lines: fc.array(fc.record({ extra: fc.constantFrom(0, 0, 1, 3), text: words }), {
        minLength: 1,
        maxLength: 3,
      }),
      blanks: fc.constantFrom(0, 0, 1, 2),
    }),
  },
);

function listOf(value: fc.Arbitrary<Node>): fc.Arbitrary<Node> {
  return fc.record({
    kind: fc.constant('list' as const),
    flush: fc.boolean(),
    gap: fc.constantFrom(1, 1, 3),
    items: fc.array(fc.record({ above, comment, value }), { minLength: 1, maxLength: 3 }),
  });
}

function mapOf(value: fc.Arbitrary<Node>): fc.Arbitrary<Node> {
  return fc.record({
    kind: fc.constant('map' as const),
    step: fc.constantFrom(2, 2, 1, 4),
    pairs: fc.array(
      fc.record({
        above,
        comment,
        value,
        style: fc.constantFrom('plain', 'plain', 'double', 'single', 'spaced'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  });
}

const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    { weight: 2, arbitrary: mapOf(tie('node')) },
    { weight: 2, arbitrary: listOf(tie('node')) },
  ),
}));

const pad = (indent: number): string => ' '.repeat(indent);

/** The lines of a value behind its key or dash; the first one continues the line of these. */
function valueLines(value: Node, indent: number, tail: string): string[] {
  switch (value.kind) {
    case 'null':
      return [tail];
    case 'inline':
      return [` ${value.text}${tail}`];
    case 'folded':
      return [` ${value.first}`, ...value.rest.map((line) => (line === '' ? '' : pad(indent + 3) + line))];
    case 'block': {
      const [first, ...rest] = value.lines;
      return [
        ` ${value.header}${value.comment}`,
        // The first line sets the indentation of the text, so that it has nothing extra.
        ...(first === undefined ? [] : [pad(indent + 2) + first.text]),
        ...rest.map((line) => pad(indent + 2 + line.extra) + line.text),
        ...Array.from({ length: value.blanks }, () => ''),
      ];
    }
    case 'map':
      return [tail, ...mapLines(value, indent + value.step)];
    case 'list':
      return [tail, ...listLines(value, value.flush ? indent : indent + 2)];
  }
}

function mapLines(map: Node & { kind: 'map' }, indent: number): string[] {
  return map.pairs.flatMap((pair, index) => {
    const name = `k${String(index)}`;
    const key = { plain: name, double: `"${name}"`, single: `'${name}'`, spaced: `${name} ` }[pair.style];
    const [first = '', ...rest] = valueLines(pair.value, indent, pair.comment);
    return [...pair.above, `${pad(indent)}${key}:${first}`, ...rest];
  });
}

function listLines(list: Node & { kind: 'list' }, indent: number): string[] {
  const inner = indent + 1 + list.gap;
  return list.items.flatMap(({ above: over, comment: tail, value }) => {
    const dash = `${pad(indent)}-`;
    if (value.kind === 'map' || value.kind === 'list') {
      const compact =
        value.kind === 'map'
          ? mapLines(
              { ...value, pairs: value.pairs.map((pair, at) => (at === 0 ? { ...pair, above: [] } : pair)) },
              inner,
            )
          : listLines(
              {
                ...value,
                items: value.items.map((item, at) => ({
                  ...item,
                  above: at === 0 ? [] : item.above,
                })),
              },
              inner,
            );
      const [first = '', ...rest] = compact;
      return [...over, dash + pad(list.gap) + first.trimStart(), ...rest];
    }
    // js-yaml misreads some lists that hold a bare dash.
    const written: Node = value.kind === 'null' ? { kind: 'inline', text: '~' } : value;
    const [first = '', ...rest] = valueLines(written, indent, tail);
    return [...over, dash + first, ...rest];
  });
}

export interface YamlText {
  readonly text: string;
  readonly eol: '\n' | '\r\n';
}

/** Ends as files end: with a line break, without, with blank lines, with a marker. */
const endings = fc.constantFrom(
  '\n',
  '\n',
  '',
  '\n\n\n',
  '\n# the end',
  '\n  # the end\n',
  '\n...\n',
  '\n...',
  '\n   ',
);
const beginnings = fc.constantFrom(
  '',
  '',
  '# yaml-language-server: $schema=x\n',
  '---\n',
  '# c\n\n--- # d\n',
  '\uFEFF',
  '\uFEFF# bom\n',
);

function finished(body: string, head: string, end: string, eol: '\n' | '\r\n'): YamlText {
  return { text: (head + body + end).replaceAll('\n', eol), eol };
}

const rootMap = mapOf(node) as fc.Arbitrary<Node & { kind: 'map' }>;
const indents = fc.constantFrom(0, 0, 0, 2);
const eols = fc.constantFrom('\n' as const, '\r\n' as const);

/** A whole file whose root is a block map with the keys k0, k1, …, in LF or CRLF. */
export const yamlFile: fc.Arbitrary<YamlText> = fc
  .tuple(rootMap, indents, beginnings, endings, eols)
  .map(([map, indent, head, end, eol]) => finished(mapLines(map, indent).join('\n'), head, end, eol));

/** A file with a section somewhere: what stands before it, the section's lines, what follows. */
export const yamlFileWithSection = (
  key: string,
): fc.Arbitrary<{ readonly before: string; readonly section: string; readonly after: string }> =>
  fc
    .tuple(
      rootMap,
      fc.nat(),
      node,
      fc.constantFrom(key, `"${key}"`, `${key} `),
      comment,
      indents,
      beginnings,
      eols,
    )
    .map(([map, place, value, name, tail, indent, head, eol]) => {
      const at = place % (map.pairs.length + 1);
      const lines = (pairs: readonly Pair[]): string =>
        mapLines({ ...map, pairs }, indent)
          .map((line) => `${line}\n`)
          .join('');
      const [first = '', ...rest] = valueLines(value, indent, tail);
      return {
        before: (head + lines(map.pairs.slice(0, at))).replaceAll('\n', eol),
        section: [`${pad(indent)}${name}:${first}`, ...rest].map((line) => line + eol).join(''),
        // A comment that is indented may be text of a block scalar above it, and so belong to the section.
        after: lines(
          map.pairs.slice(at).map((pair, index) => (index === 0 ? { ...pair, above: ['# next'] } : pair)),
        )
          .replaceAll(/\bk(\d)/g, 'z$1')
          .replaceAll('\n', eol),
      };
    });

const character = fc.oneof(
  { weight: 5, arbitrary: fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }) },
  // Control characters and separators: any 16-bit code, but for half a character, which is in no prompt and no answer.
  { weight: 1, arbitrary: fc.nat(0xffff).map((code) => String.fromCharCode(code).toWellFormed()) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '\n',
      '\r',
      '\t',
      '"',
      '\\',
      ': ',
      ' #',
      '- ',
      '\u2028',
      '\u0085',
      '\uFEFF',
      '\u0000',
    ),
  },
);
const anyText = fc.array(character, { maxLength: 12 }).map((parts) => parts.join(''));
const anyKey = fc.oneof(
  fc.constantFrom('custom_id', 'prompt_used', 'true', 'no', '1', '', 'a b', '<<', '__proto__', '- x', 'ключ'),
  anyText,
);

/** Any value that JSON holds, with the strings and keys that are hard on YAML. */
export const { anyJson } = fc.letrec<{ anyJson: Json }>((tie) => ({
  anyJson: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    anyText,
    fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(-0, 1e21, 5e-324),
    ),
    fc.constantFrom(true, false, null),
    fc.array(tie('anyJson'), { maxLength: 3 }),
    fc.array(fc.tuple(anyKey, tie('anyJson')), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs)),
  ),
}));

/** Entries of a record as the tool writes them. */
export const recordEntries = fc.array(
  fc.oneof(fc.record({ custom_id: anyText, prompt_used: anyText, task_key: anyText }), anyJson),
  { minLength: 1, maxLength: 3 },
);
