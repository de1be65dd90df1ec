import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAGIC_IN_NEGATIVES,
  MAGIC_IN_TEXT,
  mergeTerms,
  normaliseNegative,
  normaliseText,
} from '../src/prompt/index.js';

describe('terms of what must not be seen', () => {
  it('are merged whatever their case, in the order of their first appearance', () => {
    expect(mergeTerms(['Text', 'watermark.', ' text ', 'no Watermarks', 'blur,', ''])).toEqual([
      'Text',
      'watermark',
      'blur',
    ]);
  });

  it.each([
    ['no text', 'text'],
    ['without any people', 'people'],
    ['magic effects', 'showy magical effects'],
    ['visible magic', 'showy magical effects'],
    ['bright magic effects', 'bright magic effects'],
    ['(blurry:1.4)', 'blurry'],
    ['HUD', 'user interface'],
    ['nobody', 'nobody'],
    ['notebooks', 'notebooks'],
  ])('"%s" becomes "%s"', (term, becomes) => {
    expect(normaliseNegative(term)).toBe(becomes);
  });

  it('do not change when they are merged again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('no ', 'text', 'magic', ' ', ',', '.', 'UI', 'x') })),
        (terms) => {
          const once = mergeTerms(terms);
          expect(mergeTerms(once)).toEqual(once);
        },
      ),
    );
  });
});

describe('compiled texts', () => {
  it.each([
    ['a (ruined:1.3) tower --ar 16:9', 'a ruined tower'],
    ['masterpiece, best quality, a tower', 'a tower'],
    ['a tower <lora:oldpaint:0.8>, at dusk', 'a tower, at dusk'],
    ['a highly detailed map', 'a map'],
    ['the old masterpiece-maker (a smith)', 'the old -maker (a smith)'],
    ['a (small) tower: tall', 'a (small) tower: tall'],
  ])('"%s" is sent as "%s"', (text, sent) => {
    expect(normaliseText(text)).toBe(sent);
  });

  it('have the world’s own words put in, whole words only', () => {
    expect(normaliseText('Shutters and shuttered windows (a+b)', { shutters: 'louvres', 'a+b': 'c' })).toBe(
      'louvres and shuttered windows (c)',
    );
    expect(normaliseText('a $1 coin', { coin: '$& and $1' })).toBe('a $1 $& and $1');
  });

  it('that hold nothing of other tools stay as they are, to the byte', () => {
    const plain = 'Two  spaces ,\n  and a line , kept.';
    expect(normaliseText(plain)).toBe(plain);
  });

  it('have a reason for each replacement', () => {
    for (const { pattern, why } of [...MAGIC_IN_TEXT, ...MAGIC_IN_NEGATIVES]) {
      expect(() => new RegExp(pattern, 'giu')).not.toThrow();
      expect(why.length).toBeGreaterThan(10);
    }
  });
});
