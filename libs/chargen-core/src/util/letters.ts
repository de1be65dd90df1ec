/** Texts of Latin letters: these, punctuation, signs of money, arrows, and signs of mathematics and drawing. */
const NOT_LATIN = /[^\0-\u017f\u2000-\u206f\u20a0-\u20cf\u2190-\u22ff\u2500-\u26ff]/;

const CAPITALS = 'A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ';
const SMALL = 'a-zµß-öø-ÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĳĵķĸĺļľŀłńņňŉŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷźżž-ſ';

/** What of each property of Unicode can stand in such a text. */
const IN_LATIN: Readonly<Record<string, string>> = {
  L: 'A-Za-zªµºÀ-ÖØ-öø-ſ',
  N: '0-9²³¹¼-¾',
  Lu: CAPITALS,
  Ll: SMALL,
};

/** Most texts are asked for by many expressions, one after the other. */
let last = '';
let lastIsLatin = true;

function isLatin(text: string): boolean {
  if (text !== last) {
    last = text;
    lastIsLatin = !NOT_LATIN.test(text);
  }
  return lastIsLatin;
}

/**
 * An expression that speaks of letters and numbers by Unicode (`\p{L}`), used as a RegExp is. For a text of Latin letters
 * it takes one that means the same and names these alone: V8 spends a millisecond on each `\p{L}` before the first use,
 * since there are 650 ranges of letters, and a plan took a twentieth of its time for that.
 */
export class LetterPattern {
  readonly #any: RegExp;
  #latin: RegExp | undefined;

  constructor(any: RegExp) {
    this.#any = any;
  }

  /** The expression for a text. With the flag `g` it goes on behind its last match, as any does. */
  for(text: string): RegExp {
    if (!isLatin(text)) return this.#any;
    return (this.#latin ??= new RegExp(latinSource(this.#any), this.#any.flags));
  }

  test(text: string): boolean {
    return this.for(text).test(text);
  }

  exec(text: string): RegExpExecArray | null {
    return this.for(text).exec(text);
  }
}

export function letters(any: RegExp): LetterPattern {
  return new LetterPattern(any);
}

const WORD = letters(/[\p{L}-]+/gu);

/** The words of a text; numbers are none. */
export function wordsIn(text: string): readonly string[] {
  return text.match(WORD.for(text)) ?? [];
}

const PART = /\\p\{(\w+)\}|\\.|[[\]]/gsu;

/** Of Unicode's small and capital letters, the case may not be disregarded: `ß` is the small one of a letter that is not Latin here. */
function latinSource({ source, ignoreCase }: RegExp): string {
  let isInClass = false;
  return source.replace(PART, (part, property: string | undefined) => {
    if (part === '[' || part === ']') isInClass = part === '[';
    const ranges = property === undefined ? undefined : IN_LATIN[property];
    const isKnown = ranges !== undefined && !(ignoreCase && property !== 'L' && property !== 'N');
    return isKnown ? (isInClass ? ranges : `[${ranges}]`) : part;
  });
}
