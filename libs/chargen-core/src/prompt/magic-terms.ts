import { letters, type LetterPattern } from '../util/letters.js';
import { remembered } from '../util/remembered.js';

/** A habit of wording that other tools taught, and what it becomes for Gemini. Data: a new line needs no code. */
export interface MagicTerm {
  /** Source of a regular expression, matched without regard to case. */
  readonly pattern: string;
  readonly becomes: string;
  readonly why: string;
}

/** For texts that are compiled from fields. A prompt of the author's own is never touched. */
export const MAGIC_IN_TEXT: readonly MagicTerm[] = [
  {
    pattern: String.raw`\(([^():]+):\d+(?:\.\d+)?\)`,
    becomes: '$1',
    why: 'weights such as (brushwork:1.3) are syntax of Stable Diffusion; Gemini reads them as text',
  },
  {
    pattern: String.raw`<(?:lora|lyco|hypernet):[^>]*>`,
    becomes: '',
    why: 'names of extra networks mean nothing to Gemini',
  },
  {
    pattern: String.raw`\s--(?:ar|v|s|q|stylize|chaos|seed|niji|style)\s+[\w:.]+`,
    becomes: '',
    why: 'parameters of Midjourney; the shape of the picture is a setting of its own',
  },
  {
    pattern: String.raw`\b(?:masterpiece|best quality|(?:ultra|highly|insanely)[- ]detailed|trending on artstation)\b(?:,\s*)?`,
    becomes: '',
    why: 'boosters of quality do not raise it, and some are drawn as lettering',
  },
];

/** For terms of what must not be seen; each is matched against the whole term. */
export const MAGIC_IN_NEGATIVES: readonly MagicTerm[] = [
  {
    pattern: String.raw`^(?:no|not|without|avoid|never)\s+(?:any\s+)?(.+)$`,
    becomes: '$1',
    why: '"Avoid: no text" would ask for text',
  },
  {
    pattern: String.raw`^\(([^():]+):\d+(?:\.\d+)?\)$`,
    becomes: '$1',
    why: 'weights are syntax of Stable Diffusion',
  },
  {
    pattern: String.raw`^(?:(?:visible|glowing|obvious)\s+)?magic(?:al)?(?:\s+(?:effects?|glow|elements?))?$`,
    becomes: 'showy magical effects',
    why: 'a ban on all magic also takes away the quiet magic that worlds of this kind are made of',
  },
  { pattern: '^watermarks$', becomes: 'watermark', why: 'one word for one thing' },
  { pattern: '^signatures$', becomes: 'signature', why: 'one word for one thing' },
  { pattern: '^logos$', becomes: 'logo', why: 'one word for one thing' },
  {
    pattern: '^(?:ui|ui elements?|hud)$',
    becomes: 'user interface',
    why: 'abbreviations are drawn as letters',
  },
];

interface Rule {
  readonly pattern: RegExp;
  readonly becomes: string;
}

function rules(terms: readonly MagicTerm[]): readonly Rule[] {
  return terms.map(({ pattern, becomes }) => ({ pattern: new RegExp(pattern, 'giu'), becomes }));
}

const TEXT_RULES = rules(MAGIC_IN_TEXT);
const NEGATIVE_RULES = rules(MAGIC_IN_NEGATIVES);

/** A compiled text without other tools' syntax; `own` are the world's replacements, whole words only. */
export function normaliseText(text: string, own: Readonly<Record<string, string>> = {}): string {
  const plain = TEXT_RULES.reduce((before, { pattern, becomes }) => before.replace(pattern, becomes), text);
  const replaced = replaceOwn(plain, own);
  // Only if something was taken out: the author's line breaks stay as they are.
  return replaced === text
    ? text
    : replaced
        .replace(/[ \t]{2,}/g, ' ')
        .replace(/ +([.,;])/g, '$1')
        .trim();
}

/** A term of what must not be seen, in the one wording that all its spellings share. */
export function normaliseNegative(term: string, own: Readonly<Record<string, string>> = NONE): string {
  let made = negatives.get(own);
  // A world forbids the same terms in all of its pictures.
  if (made === undefined) negatives.set(own, (made = remembered((one) => plainNegative(one, own))));
  return made(term);
}

const NONE: Readonly<Record<string, string>> = {};
const negatives = new WeakMap<Readonly<Record<string, string>>, (term: string) => string>();

function plainNegative(term: string, own: Readonly<Record<string, string>>): string {
  let known = '';
  // Until nothing changes any more: "no (blur:1.2)." is three habits in one.
  for (let next = tidyTerm(term); next !== known;) {
    known = next;
    next = tidyTerm(
      NEGATIVE_RULES.reduce((before, { pattern, becomes }) => before.replace(pattern, becomes), known),
    );
  }
  return tidyTerm(replaceOwn(known, own));
}

function tidyTerm(term: string): string {
  return term
    .replace(/\s+/g, ' ')
    .replace(/[\s.,;]+$/, '')
    .trim();
}

interface OwnRule {
  readonly pattern: LetterPattern;
  readonly becomes: string;
}

const ownRules = new WeakMap<Readonly<Record<string, string>>, readonly OwnRule[]>();

function replaceOwn(text: string, own: Readonly<Record<string, string>>): string {
  let made = ownRules.get(own);
  // A world replaces the same words in all of its texts.
  if (made === undefined) ownRules.set(own, (made = rulesOf(own)));
  return made.reduce(
    (before, { pattern, becomes }) => before.replace(pattern.for(before), () => becomes),
    text,
  );
}

function rulesOf(own: Readonly<Record<string, string>>): readonly OwnRule[] {
  // Sorted, so that the order of the style guide does not change a prompt.
  return Object.keys(own)
    .sort()
    .filter((key) => key.trim() !== '')
    .map((key) => {
      const literal = key.trim().replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
      const whole = new RegExp(String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`, 'giu');
      return { pattern: letters(whole), becomes: own[key] ?? '' };
    });
}
