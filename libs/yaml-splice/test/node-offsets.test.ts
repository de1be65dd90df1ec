import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, isNode, isPair, isSeq, parseDocument, stringify, type Document } from 'yaml';
import { nodeOffsets } from '../src/node-offsets.js';
import type { DataPath } from '../src/data.js';

/** The same by the parser that keeps every token. */
function slowOffset(document: Document, path: DataPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of [undefined, ...path]) {
    if (step !== undefined) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isNode(item.key) && String(item.key) === String(step));
        if (!isPair(pair)) break;
        if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
        node = pair.value;
        continue;
      }
      if (isSeq(node) && typeof step === 'number') node = node.items[step];
      else break;
    }
    if (isNode(node) && node.range) offset = node.range[0];
  }
  return offset;
}

function pathsIn(value: unknown, at: DataPath = []): DataPath[] {
  const beyond = [...at, 'not there'];
  if (typeof value !== 'object' || value === null) return [at, beyond];
  const children = Object.entries(value).flatMap(([key, child]) =>
    pathsIn(child, [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return [at, beyond, ...children];
}

/** How many places the fast parser knew; each must be the place that the slow one gives. */
function compare(text: string): { readonly known: number; readonly all: number } {
  const fast = nodeOffsets(text);
  const document = parseDocument(text, { logLevel: 'silent' });
  const paths = pathsIn(document.toJS());
  const known = paths.filter((path) => fast?.(path) !== undefined);
  for (const path of known) expect([path, fast?.(path)]).toEqual([path, slowOffset(document, path)]);
  return { known: known.length, all: paths.length };
}

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ maxLength: 12 }),
    fc.constantFrom('# no comment', '- no list', 'a: b', '*', 'two\nlines\n', '  indented', ''),
    fc.integer(),
    fc.constantFrom(null, true, 1.5),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('where values stand, by the fast parser', () => {
  it('is the place that the parser with positions gives, for any data in any layout', () => {
    const layout = fc.record({
      indent: fc.constantFrom(2, 4),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom('any' as const, 'flow' as const),
      lineWidth: fc.constantFrom(0, 20),
    });
    let known = 0;
    let all = 0;
    fc.assert(
      fc.property(fc.array(value, { maxLength: 3 }), layout, fc.boolean(), (items, style, isCrlf) => {
        const text = stringify({ items, last: items[0] }, { ...style, aliasDuplicateObjects: false });
        const counts = compare(isCrlf ? text.replaceAll('\n', '\r\n') : text);
        known += counts.known;
        all += counts.all;
      }),
      { numRuns: 100 },
    );
    // The fast road is the usual one.
    expect(known / all).toBeGreaterThan(0.9);
  });

  it('is known in files as authors write them', () => {
    const text = [
      '# The harbour',
      'scenes: # in order',
      '- id: oar',
      '  tags: [wet, { deep: yes }, [1, 2]]',
      '',
      '-   id: rope # hemp',
      '    prompt: >-',
      '      A rope:',
      '      - coiled',
      '- # behind a comment',
      '  id: bell',
      '  "quoted key" : x',
      '  7: number',
      '  empty:',
      'last: { a: 1, b: [] }',
      '',
    ].join('\n');
    const { known, all } = compare(text);
    expect(known).toBe(all);
  });

  it('is left to the other parser for anchors, aliases, tags, sets and what cannot be read', () => {
    const text = 'base: &b { x: 1 }\nuses: *b\nlist: [&c one, !!str two]\nset: { p, q: 1 }\n';
    const fast = nodeOffsets(text);
    expect(fast?.(['list', 0])).toBeUndefined();
    expect(fast?.(['list', 1])).toBeUndefined();
    expect(fast?.(['uses', 'x'])).toBeUndefined();
    expect(fast?.(['set', 'q'])).toBeUndefined();
    compare(text);
    expect(nodeOffsets('a: 1\na: 2\n')).toBeUndefined();
    expect(nodeOffsets('\ufeffa: 1\n')).toBeUndefined();
    expect(nodeOffsets('just words')).toBeUndefined();
  });
});
