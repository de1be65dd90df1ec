import { letters, wordsIn } from '../../util/letters.js';
import { remembered } from '../../util/remembered.js';
import { headOf } from './head.js';
import { adjectiveKind, isRuled, nounKind } from './words.js';
import {
  CLAUSE_RULES,
  COLOURS,
  FACE_NOUNS,
  SUBJECT_BONUS,
  WEIGHTS,
  type ClauseKind,
  type ClauseRule,
} from './rules.js';

interface Rule extends Omit<ClauseRule, 'pattern'> {
  readonly pattern: RegExp;
}

/** Latin letters: with classes of Unicode these expressions take three times as long. */
const LETTER = String.raw`a-z\u00c0-\u024f`;

export const RULES: readonly Rule[] = CLAUSE_RULES.map(({ pattern, ...rest }) => ({
  ...rest,
  pattern: new RegExp(
    `(?<![${LETTER}0-9-])(?:${pattern})(?![${LETTER}0-9]|-[${LETTER}]|['’]s(?![${LETTER}]))`,
    'gi',
  ),
}));

/**
 * What a clause speaks of, by the rules; undefined if none of them matches. `isOfPerson` is false if a verb without
 * a subject has another one before: "his nose … and sits to the left".
 */
export function kindOf(clause: string, isOfPerson = true): ClauseKind | undefined {
  return isOfPerson ? kindOfPerson(clause) : kindOfThing(clause);
}

/** Cutting a sentence asks again and again for the same words. */
const kindOfPerson = remembered((clause) => judge(clause, true));
const kindOfThing = remembered((clause) => judge(clause, false));

function judge(clause: string, isOfPerson: boolean): ClauseKind | undefined {
  // What stands in brackets is a remark: "scarred hands (burns, nicks of a blade)".
  const bare = clause.replace(/\s*\([^)]*\)/gu, '');
  const text = bare.trim() === '' ? clause : bare;
  const scores = new Map<ClauseKind, number>();
  const count = (kind: ClauseKind, weight: number): void => {
    scores.set(kind, (scores.get(kind) ?? 0) + weight);
  };
  const head = headOf(text, isOfPerson);
  /** What follows the verb of a person, and what a place is named by, counts for less. */
  const share = (start: number, isNoun: boolean, isMind = false): number =>
    (head !== undefined && start > head.start ? WEIGHTS.object : 1) *
    (isNoun && (isMind ? OF_MIND : GOVERNED).test(tailBefore(text, start)) ? WEIGHTS.governed : 1);
  const nouns: Noun[] = [];
  const known: Span[] = [];
  for (const { kind, weight, isNoun, pattern } of RULES) {
    // Not matchAll, which copies the expression for every text: five times as slow.
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const span = { start: match.index, end: match.index + match[0].length };
      count(kind, weight * (isNoun ? share(span.start, true) : 1));
      known.push(span);
      if (isNoun) nouns.push({ kind, ...span });
    }
  }
  for (const { 0: word, index } of text.matchAll(WORD.for(text))) {
    const span = { start: index, end: index + word.length };
    if (known.some((one) => one.start < span.end && span.start < one.end)) continue;
    const kind = isRuled(word) ? undefined : nounKind(word);
    const isOfOther = kind === 'setting' && OF_MIND.test(tailBefore(text, index));
    if (kind !== undefined && !isOfOther) nouns.push({ kind, ...span });
    const said = kind ?? adjectiveKind(word);
    if (said === undefined) continue;
    count(
      said,
      (kind === undefined ? WEIGHTS.adjective : WEIGHTS.noun) *
        share(index, kind !== undefined, said === 'setting'),
    );
  }
  if (isLookOf(text)) count('setting', WEIGHTS.look);
  if (NAMED.test(text)) count('identity', WEIGHTS.named);
  if (head !== undefined) count(head.kind, head.weight);
  // What follows the verb is its object: "strokes his beard" is no beard.
  const before = head === undefined ? nouns : nouns.filter(({ start }) => start < head.start);
  const free = before.filter(({ start }) => !GOVERNED.test(tailBefore(text, start)));
  const subject = subjectOf(text, free);
  if (subject !== undefined) count(subject, SUBJECT_BONUS);
  let best: ClauseKind | undefined;
  for (const [kind, score] of scores) if (best === undefined || score > (scores.get(best) ?? 0)) best = kind;
  return best;
}

const ANY_FACE = new RegExp(FACE_NOUNS, 'i');
const FACE = letters(
  new RegExp(String.raw`(?:^|\s)((?:[\p{L}-]+,?\s+(?:and\s+|but\s+)?){1,3})(?:${FACE_NOUNS})$`, 'iu'),
);
const FACE_IS = letters(
  new RegExp(
    String.raw`(?:^|\s)(?:${FACE_NOUNS})\s+(?:(?:is|are)\s+)?((?:[\p{L}-]+,?\s+(?:and\s+)?){0,2}[\p{L}-]+)(?:\s+with\s|$)`,
    'iu',
  ),
);
/** "Rill Vossari is a powerful water genasi": what somebody is, in words that no list has. */
const NAMED = letters(
  /^(?!(?:His|Her|Its|Their|This|The|It|There)\s)(?:\p{Lu}[\p{L}'’-]+\s+){1,3}(?:is|was)\s+an?\s/u,
);
const COLOUR = new RegExp(String.raw`\b(?:${COLOURS})\b`, 'iu');

/** Whether nothing is said of eyes or of a face but what is in the mind behind it. */
function isLookOf(text: string): boolean {
  if (!ANY_FACE.test(text)) return false;
  const words = FACE.exec(text)?.[1] ?? FACE_IS.exec(text)?.[1];
  if (words === undefined || COLOUR.test(words)) return false;
  const said = wordsIn(words);
  return (
    said.some((word) => adjectiveKind(word) === 'setting') &&
    !said.some((word) => adjectiveKind(word) === 'identity')
  );
}

/** A word, unless it owns something: "the officer's jacket" is no officer. */
const WORD = letters(/(?<![\p{L}\p{N}-])[\p{L}-]+(?![\p{L}\p{N}]|['’]s(?![\p{L}]))/giu);

/** As many words as say what a noun hangs on. */
function tailBefore(text: string, at: number): string {
  return text.slice(Math.max(0, at - 48), at);
}

/** "Years at sea have turned her skin to leather": the sea is not what is spoken of. */
const GOVERNED_SOURCE =
  /\S\s+(?:at|in|on|to|from|by|like|under|over|across|against|around|near|beside|behind|beneath|above|below|through)\s+(?:[\p{L}-]+\s+){0,2}$/iu;
const GOVERNED = letters(GOVERNED_SOURCE);

/** "lines of experience" are lines. */
const OF_MIND = letters(new RegExp(GOVERNED_SOURCE.source.replace('(?:at|', '(?:of|at|'), 'iu'));

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Noun extends Span {
  readonly kind: ClauseKind;
}

/** Between two nouns of one name: "fur mantle", "paw print emblem". */
const ONE_NAME = letters(
  /^\s(?:(?!(?:is|are|has|and|or|of|to|at|in|on|from|with|by|for|as|so|too|not)\b)[\p{L}-]+(?<!ing|ed|s)\s)?$/iu,
);

/** The first noun of a clause; of nouns in a row the last, which is what is meant: "fur mantle" is a mantle. */
function subjectOf(text: string, nouns: readonly Noun[]): ClauseKind | undefined {
  const ordered = nouns.toSorted((a, b) => a.start - b.start || b.end - a.end);
  let subject = ordered[0];
  for (const noun of ordered) {
    if (subject !== undefined && ONE_NAME.test(text.slice(subject.end, noun.start))) subject = noun;
  }
  return subject?.kind;
}
