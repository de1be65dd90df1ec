import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { circlesOf, wayBack, type Edges } from '../src/util/circles.js';

const edgesOf = (lists: Readonly<Record<string, readonly string[]>>): Edges =>
  new Map(Object.entries(lists).map(([from, to]) => [from, new Set(to)]));

/** Whether one node leads to another, by the definition. */
function leads(edges: Edges, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const node of seen) for (const next of edges.get(node) ?? []) seen.add(next);
  return seen.has(to);
}

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const graphs = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 14 })
  .map((pairs) =>
    edgesOf(Object.fromEntries(names.map((n) => [n, pairs.flatMap(([a, b]) => (a === n ? [b] : []))]))),
  );

describe('circles', () => {
  it('hold two nodes exactly if each leads to the other', () => {
    fc.assert(
      fc.property(graphs, (edges) => {
        const circles = circlesOf(edges);
        for (const one of names) {
          for (const other of names) {
            const both = leads(edges, one, other) && leads(edges, other, one);
            expect(circles.get(one) === circles.get(other)).toBe(both);
          }
        }
      }),
    );
  });

  it('leave out what has no edges of its own, and take a chain of any length', () => {
    expect(circlesOf(edgesOf({ a: ['gone'] }))).toEqual(new Map([['a', 0]]));
    const long = edgesOf(
      Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [String(n), [String((n + 1) % 20_000)]])),
    );
    expect(new Set(circlesOf(long).values()).size).toBe(1);
  });
});

describe('the way back', () => {
  it('is the shortest one, and there is none without a circle', () => {
    const edges = edgesOf({ a: ['b', 'c'], b: ['d'], d: ['a'], c: ['a'] });
    expect(wayBack(edges, 'a')).toEqual(['a', 'c', 'a']);
    expect(wayBack(edges, 'b')).toEqual(['b', 'd', 'a', 'b']);
    expect(wayBack(edgesOf({ a: ['a'] }), 'a')).toEqual(['a', 'a']);
    expect(wayBack(edgesOf({ a: ['b'], b: ['c'], c: ['b'] }), 'a')).toBeUndefined();
  });
});
