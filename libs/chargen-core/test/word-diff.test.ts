import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordDiff } from '../src/commands/word-diff.js';

const text = fc
  .array(fc.constantFrom('brass', 'iron', 'lamp', 'a', 'the', '\n', ' ', '  ', 'é—'))
  .map((words) => words.join(' '));

describe('a word diff', () => {
  it('gives both texts back, to the byte', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = wordDiff(before, after);
        const join = (...kinds: string[]): string =>
          diff
            .filter((part) => kinds.includes(part.kind))
            .map((part) => part.text)
            .join('');
        expect(join('same', 'removed')).toBe(before);
        expect(join('same', 'added')).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  it('tells only the words that changed', () => {
    expect(wordDiff('a ring of iron keys', 'a ring of brass keys')).toEqual([
      { kind: 'same', text: 'a ring of ' },
      { kind: 'removed', text: 'iron ' },
      { kind: 'added', text: 'brass ' },
      { kind: 'same', text: 'keys' },
    ]);
    expect(wordDiff('same', 'same')).toEqual([{ kind: 'same', text: 'same' }]);
  });

  it('stays quick where nothing is alike', () => {
    const many = (word: string): string =>
      Array.from({ length: 5000 }, (_, n) => `${word}${String(n)}`).join(' ');
    const diff = wordDiff(many('a'), many('b'));
    expect(diff.map((part) => part.kind)).toEqual(['removed', 'added']);
  });
});
