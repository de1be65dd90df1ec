import { letters } from '../util/letters.js';
import { remembered } from '../util/remembered.js';

const BETWEEN_WORDS = letters(/[^\p{L}\p{N}]+/gu);

/**
 * Words without case, order of marks and doubled spaces, to see whether something was said before; with a space before
 * and after each.
 */
const plain = remembered((text) => {
  const words = text.toLowerCase().replace(BETWEEN_WORDS.for(text), ' ').trim();
  return words === '' ? '' : ` ${words} `;
});

export function says(words: string, phrase: string): boolean {
  const wanted = plain(phrase);
  return wanted !== '' && plain(words).includes(wanted);
}

/** Whether a scene's words ask to see what a term names: "ruins", and not "no ruins". */
export function asksFor(words: string, term: string): boolean {
  return says(words, term) && !isDenied(words, term);
}

function isDenied(words: string, term: string): boolean {
  const at = words.toLowerCase().indexOf(term.toLowerCase());
  return /\b(?:no|not|without|never|rather than|instead of)\s+(?:\w+\s+){0,3}$/iu.test(words.slice(0, at));
}

/** A text without those of its phrases that other words say already; the same text if they say none of them. */
export function notSaidIn(
  text: string,
  words: string,
): { readonly text: string; readonly said: readonly string[] } {
  const said: string[] = [];
  const sentences = text.split(/(?<=[.!?])\s+/u).map((sentence) => {
    const phrases = sentence.split(/,\s+/u);
    const left = phrases.filter((phrase) => !says(words, phrase));
    if (left.length === phrases.length) return sentence;
    said.push(
      ...phrases.filter((phrase) => !left.includes(phrase)).map((phrase) => phrase.replace(/[.!?]+$/u, '')),
    );
    const rest = left
      .join(', ')
      .replace(/^and\s+/iu, '')
      .replace(/[.!?\s]+$/u, '');
    return rest === '' ? '' : `${rest.charAt(0).toUpperCase()}${rest.slice(1)}.`;
  });
  return said.length === 0 ? { text, said } : { text: sentences.filter((one) => one !== '').join(' '), said };
}

/** The words of a text that other words do not hold, without the short ones, in which nothing is said. */
export function newWords(text: string, words: string): readonly string[] {
  return notAmong(longWords(text), words);
}

/** The texts of a scene are compared with its prompt, one after the other. */
let last: { readonly words: string; readonly there: ReadonlySet<string> } | undefined;

function notAmong(wanted: ReadonlySet<string>, words: string): readonly string[] {
  if (last?.words !== words) last = { words, there: longWords(words) };
  const { there } = last;
  return [...wanted].filter((word) => !there.has(word));
}

function longWords(text: string): ReadonlySet<string> {
  return new Set(
    plain(text)
      .split(' ')
      .filter((word) => word.length > 3),
  );
}

/** How much of a text's words other words hold already, 0 to 1. */
export function overlap(text: string, words: string): number {
  const wanted = longWords(text);
  return wanted.size === 0 ? 0 : (wanted.size - notAmong(wanted, words).length) / wanted.size;
}
