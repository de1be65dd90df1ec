import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../../../test/support/long.js';
import { letters, wordsIn } from '../src/util/letters.js';

/** The characters of texts that are taken for Latin; a character of none of them stands for all others. */
const RANGES = [
  [0, 0x17f],
  [0x2000, 0x206f],
  [0x20a0, 0x20cf],
  [0x2190, 0x22ff],
  [0x2500, 0x26ff],
  [0x370, 0x37f],
  [0x1d400, 0x1d40f],
] as const;
const CHARACTERS = RANGES.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at)),
);

const PATTERNS: readonly RegExp[] = [
  /\p{L}/u,
  /\p{L}/iu,
  /[\p{L}'’-]/u,
  /[^\p{L}\p{N}]/iu,
  /(?<!\p{L})-?x?(?!\p{L})/iu,
  /\p{N}/u,
  /\p{Lu}/u,
  /\p{Lu}/iu,
  /\p{Ll}/u,
  /[\p{Ll}-]/iu,
  /\\p\{L\}|[[\]\p{L}]/u,
];

describe('an expression about letters', () => {
  it.each(PATTERNS)('%s matches each character as it does without the one for Latin', (pattern) => {
    const made = letters(pattern);
    const found = CHARACTERS.filter((one) => made.test(one) !== pattern.test(one));
    expect(found).toEqual([]);
  });

  it('matches texts of any letters, marks and digits as it does without the one for Latin', () => {
    const expressions = [
      /(?<![\p{L}\p{N}-])[\p{L}-]+(?![\p{L}\p{N}]|['’]s(?![\p{L}]))/giu,
      /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,5}\p{L}{2,24}/gu,
      /(?<!\p{L})(?:straße|k|i)(?!\p{L})/giu,
      /[^\p{L}\p{N}]+/gu,
    ];
    // Letters that case folds onto others or into two, a mark that combines, a modifier, and what stands between words.
    const special = fc.constantFrom(...'ſKÅıİßẞµ\u0301ʰ²Ω-.@\u2019s ki'.split(''));
    const letter = fc.integer({ min: 0, max: 0x17f }).map((code) => String.fromCharCode(code));
    const text = fc.array(fc.oneof(letter, special), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.constantFrom(...expressions), text, (expression, words) => {
        const matches = (pattern: RegExp): unknown[] =>
          [...words.matchAll(pattern)].map(({ 0: match, index }) => [match, index]);
        expect(matches(letters(expression).for(words))).toEqual(matches(expression));
      }),
      { numRuns: cases(1000, 50_000) },
    );
  });

  it('takes another expression for a Latin text, and its own for all others', () => {
    const made = letters(/^\p{L}+$/u);
    expect(made.for('Čapek').source).not.toContain('\\p');
    expect(made.exec('Čapek')?.[0]).toBe('Čapek');
    expect(made.for('Ιθάκη').source).toBe('^\\p{L}+$');
    expect(made.exec('Ιθάκη')?.[0]).toBe('Ιθάκη');
    // A text is of letters of several scripts if one of them is not Latin.
    expect(made.exec('Čapekθ')?.[0]).toBe('Čapekθ');
  });

  it('goes on behind its last match, as any with the flag g', () => {
    const made = letters(/\p{L}+/gu);
    const text = 'one two';
    expect([made.exec(text)?.[0], made.exec(text)?.[0], made.exec(text)]).toEqual(['one', 'two', null]);
  });
});

describe('the words of a text', () => {
  it('are its letters and what joins them, in any script', () => {
    expect(wordsIn('The half-elf met Čapek, twice (2).')).toEqual([
      'The',
      'half-elf',
      'met',
      'Čapek',
      'twice',
    ]);
    expect(wordsIn('Ιθάκη, 1')).toEqual(['Ιθάκη']);
    expect(wordsIn('1, 2')).toEqual([]);
  });
});
