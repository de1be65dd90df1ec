import { letters } from '../../util/letters.js';
import {
  asSentence,
  capital,
  closedWhose,
  hasVerb,
  startsWithVerb,
  subjectOf,
  type Subject,
} from './sentence.js';
import { splitAppearance, type Clause, type ClauseSentence } from './split.js';

/** What was kept of a text and what was left out of it. */
export interface KeptClauses {
  /** Sentences that can be read alone; empty if nothing was kept. */
  readonly text: string;
  readonly cut: readonly Clause[];
}

/**
 * The clauses that pass a test as whole sentences. A sentence that loses nothing stays as it was written; of another
 * the rest is made a sentence again: "He stands by the sea in a long coat." without the pose is "He wears a long
 * coat." `name` stands for a person for whom the text has no pronoun.
 */
export function keepWhere(text: string, isKept: (clause: Clause) => boolean, name?: string): KeptClauses {
  const subject = subjectOf(text, name);
  const sentences = splitAppearance(text);
  return {
    text: sentences
      .map((sentence) => restOf(sentence, isKept, subject))
      .filter((rest) => rest !== '')
      .join(' '),
    cut: sentences.flatMap(({ clauses }) => clauses.filter((one) => !isKept(one))),
  };
}

/** A part of the body of which nothing is left to say. */
const BARE =
  /^(?:(?:and|with)\s+)?(?:his|her|its|their)\s+(?:eyes?|face|hands?|hair|arms?|lips|mouth|body|build)$/iu;

interface Run {
  readonly clauses: Clause[];
  /** What was cut right behind it. */
  readonly next: Clause | undefined;
  readonly isHead: boolean;
}

function restOf(
  { clauses, end }: ClauseSentence,
  isKept: (clause: Clause) => boolean,
  subject: Subject,
): string {
  const stop = end === '' ? '.' : end;
  if (clauses.every(isKept)) return `${joined(clauses)}${stop}`;
  return runsOf(clauses, isKept)
    .filter((run) => !BARE.test(joined(run.clauses)))
    .map((run) => `${textOf(run, subject, stop)}${stop}`)
    .join(' ');
}

/** Kept clauses that can stand in one sentence: those that stood together, and what hangs on the first of all. */
function runsOf(clauses: readonly Clause[], isKept: (clause: Clause) => boolean): Run[] {
  const runs: Run[] = [];
  for (const [index, clause] of clauses.entries()) {
    if (!isKept(clause)) continue;
    const before = runs.at(-1);
    const previous = clauses[index - 1];
    const next = clauses[index + 1];
    const isNext = previous !== undefined && before?.clauses.at(-1) === previous;
    // "gestures with her large hands" does not say that she is a woman with large hands: what she does is gone.
    const isInstrument =
      /^with\b/iu.test(clause.text) && previous !== undefined && !/^with\b/iu.test(previous.text);
    const hangsOnHead = before?.isHead === true && isModifier(clause) && !isInstrument;
    if (before !== undefined && (isNext || hangsOnHead)) {
      runs.splice(-1, 1, { ...before, clauses: [...before.clauses, clause], next });
    } else runs.push({ clauses: [clause], next, isHead: index === 0 });
  }
  return runs;
}

function joined(clauses: readonly Clause[]): string {
  return clauses.map(({ joiner, text }, index) => (index === 0 ? text : joiner + text)).join('');
}

function isModifier({ text }: Clause): boolean {
  return /^(?:with|who|whose|wearing|clad|dressed|adorned|beneath|(?!obscuring|hiding|framing|highlighting|concealing)\w+ing\b|\w+ed\b)/iu.test(
    text,
  );
}

function textOf({ clauses, next, isHead }: Run, subject: Subject, stop: string): string {
  const kind = clauses[0]?.kind ?? 'identity';
  const plain = joined(clauses)
    .replace(/[\s,;:–—]+$/u, '')
    .replace(/,\s+(?:each|both|all|one|the other)$/iu, '');
  const ended = closedWhose(withoutLoosePart(plain, next));
  const words = next !== undefined && /\band\b/iu.test(next.joiner) ? closedList(ended) : ended;
  // "This old woman stands", without how and where.
  const standing =
    next === undefined ? undefined : /^(?:this|the|an?)\s+(.+?)\s+(?:stands|sits|poses)$/iu.exec(words)?.[1];
  if (standing !== undefined) return asSentence(`a ${standing}`, kind, subject);
  if (!isHead || !hasVerb(words)) return asSentence(words, kind, subject);
  // "His face is lean, and his hazel eyes" has lost what was said of the eyes.
  const [whole, first, left] = /^(.*?),\s+and\s+((?:his|her|its|their)\s+[^,]+)$/isu.exec(words) ?? [];
  const isLeft = whole !== undefined && first !== undefined && left !== undefined && !hasVerb(left);
  if (isLeft && next !== undefined && hasVerb(first))
    return `${capital(first)}${stop} ${asSentence(left, kind, subject)}`;
  if (next !== undefined && startsWithVerb(next.text) && next.joiner.trim() === '')
    return asSentence(words, kind, subject);
  return capital(words);
}

const LOOSE = letters(
  /\s+(?:\p{L}+ly\s+)?(?:tucked|interwoven|developed|hidden|pulled|held|topped|paired)$/iu,
);

/** "short hair tucked" without "beneath a helmet", which was cut. */
function withoutLoosePart(text: string, next: Clause | undefined): string {
  const isCut = next !== undefined && next.joiner.trim() === '';
  if (!isCut || !/^(?:from|beneath|under|in|on|with|by)\b/iu.test(next.text)) return text;
  return text.replace(LOOSE.for(text), '');
}

/** "skin, blue eyes" whose last member was cut: "skin and blue eyes". */
function closedList(text: string): string {
  const tail = /^(.*),\s+([^,]+)$/su.exec(text);
  if (tail?.[1] === undefined || tail[2] === undefined || /\band\b/u.test(tail[2])) return text;
  if (hasVerb(tail[2]) || /^(?:his|her|with|who|whose|which|\w+ing|\w+ed)\b/iu.test(tail[2])) return text;
  return `${tail[1]} and ${tail[2]}`;
}
