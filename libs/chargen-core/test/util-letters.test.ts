import { describe, expect, it } from 'vitest';
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
