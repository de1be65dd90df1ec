import { letters } from '../../util/letters.js';
import { remembered } from '../../util/remembered.js';
import { RULES, kindOf } from './judge.js';
import {
  BREAKS_BEFORE,
  CLAUSE_STARTERS,
  INHERITS,
  LABELS,
  LIGHT_DOES,
  NO_ACTION_BEHIND,
  type ClauseKind,
} from './rules.js';
import { hasVerb } from './sentence.js';
import { nounKind, verbKind } from './words.js';

/** A piece of a sentence that speaks of one thing. */
export interface Clause {
  readonly kind: ClauseKind;
  readonly text: string;
  /** What stands between the clause before and this one: `, `, ` and `, ` `; empty for the first of a sentence. */
  readonly joiner: string;
  /** Offset in the text that was split. */
  readonly start: number;
}

/** The clauses of one sentence, and the mark that ends it. */
export interface ClauseSentence {
  readonly clauses: readonly Clause[];
  readonly end: string;
}

const LABEL_RULES = LABELS.map(({ kind, pattern }) => ({
  kind,
  pattern: new RegExp(String.raw`^(?:${pattern})\s*:`, 'iu'),
}));
const INHERITING = letters(new RegExp(String.raw`^(?:${INHERITS})(?![\p{L}\p{N}-])`, 'iu'));
const STARTS = letters(new RegExp(String.raw`^(?:${CLAUSE_STARTERS})(?![\p{L}\p{N}-])`, 'iu'));
/** "unwavering dark eyes": a participle that is only an adjective, with its noun behind it. */
const ADJECTIVE = letters(
  /^[\p{L}-]+(?:ing|ed)\s+(?!(?:in|on|with|by|from|into|over|under|to|at|a|an|the|his|her)\b)\p{L}/iu,
);
/** "an intense, almost manic grin" */
const GRADED = letters(/^(?:almost|\p{L}+ly)\s+\p{L}/iu);
/** What can be an action in the middle of a clause: "Veyra standing on a peak", "a man in an apron sits in a workshop". */
const ACTION = String.raw`(?:\p{L}+ly\s+)?[\p{L}]{3,}ing(?=\s+(?:on|at|in|into|before|beside|behind|to|toward|towards|along|over|through|an?|the|his|her|its|their|with)\s)|(?:sits|stands|kneels|leans|crouch(?:es|ed)|walks|strides|works)(?=\s+(?:in|at|on|by|beside|before|with|under|among|amid|against|over|toward|along)\s)`;
const ACTION_HERE = letters(new RegExp(String.raw`^(?:\p{L}+ly\s+)?(?:${ACTION})`, 'iu'));
const NO_ACTION = letters(
  new RegExp(String.raw`(?:^|\s)(?:${NO_ACTION_BEHIND}|\p{L}+ly|he|she|it|they)$`, 'iu'),
);
const BOUNDARY = letters(
  new RegExp(
    [
      String.raw`\s*[,;:]\s+(?:(?:and|but|while)\s+)?|\s+[–—]\s*|[–—]\s*`,
      String.raw`\s+(?:and|but)\s+`,
      String.raw`(?<!\bso)\s+(?=(?:${BREAKS_BEFORE})(?![\p{L}\p{N}]))`,
      String.raw`\s+(?=(?:${ACTION})\s)`,
    ].join('|'),
    'giu',
  ),
);

/** Splits free text about a person's looks into sentences, and these by clause. */
export const splitAppearance = remembered(split);

function split(text: string): readonly ClauseSentence[] {
  // A line that only wraps is no end of a sentence; a space in its place keeps every offset.
  const unwrapped = text.replace(/\n(?!\s*(?:\n|[-*•]))/gu, ' ');
  return sentencesOf(unwrapped).map(({ text: sentence, start, end }) => ({
    clauses: clausesOf(sentence, start),
    end,
  }));
}

interface Span {
  readonly text: string;
  readonly start: number;
  readonly end: string;
}

const SENTENCE = letters(/\S[^\n]*?(?:[.!?]+["'”’)]*(?=\s+["'“‘(]?\p{Lu}|\s*$)|(?=\n|$))/gmu);

function sentencesOf(text: string): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(SENTENCE.for(text))) {
    const whole = match[0].trimEnd();
    const end = /[.!?]+["'”’)]*$/.exec(whole)?.[0] ?? '';
    const body = whole.slice(0, whole.length - end.length);
    if (body !== '') spans.push({ text: body, start: match.index, end });
  }
  return spans;
}

interface Piece {
  text: string;
  joiner: string;
  start: number;
}

function clausesOf(sentence: string, offset: number): readonly Clause[] {
  const label = LABEL_RULES.find(({ pattern }) => pattern.test(sentence));
  if (label !== undefined) return [{ kind: label.kind, text: sentence, joiner: '', start: offset }];
  const pieces = joinAdjectives(piecesOf(sentence, offset));
  const subjects = [...sentence.matchAll(SUBJECT.for(sentence))];
  const judged = pieces.map((piece) => ({
    piece,
    kind: kindOf(piece.text, isOfPerson(subjects, piece.start - offset)),
  }));
  const clauses: Clause[] = [];
  for (const [index, { piece, kind }] of judged.entries()) {
    const before = clauses.at(-1);
    // What speaks of nothing in particular goes with what it is said of: the clause before, or the one after it.
    const next = judged.slice(index + 1).find((one) => one.kind !== undefined)?.kind;
    const inherited = before !== undefined && continues(piece, kind, before) ? before.kind : undefined;
    const own = inherited ?? kind ?? before?.kind ?? next ?? 'identity';
    clauses.push({ kind: own, ...piece });
  }
  return mergeEqual(clauses);
}

const SUBJECT = letters(/(?:^|,\s+|\band\s+)(?:(he|she|it|they|who)|(?:his|her|its|their)\s+\p{L})/giu);

/** Whether a verb without a subject, at this place of its sentence, is that of a person. */
function isOfPerson(subjects: readonly RegExpExecArray[], at: number): boolean {
  const last = subjects.findLast(({ 0: text, index }) => index + text.length <= at);
  return last === undefined || last[1] !== undefined;
}

const HOLDING = /\b(?:hold|grip|grasp|clutch|carr|wield|brandish|cradl)(?:s|es|ies|ing|ying)?\b/iu;
const ON_THE_THING = /^(?:bearing|displaying|emitting|topped|embellished|inscribed)\b/iu;
/** "on the cuffs and across his midsection" */
const LOCATIVE = letters(
  /^(?:across|down|along|around|over|at|on|near|up)\s+(?:his|her|its|their|the|each|both)\s+[\p{L}-]+$/iu,
);
const ADDED = letters(/^(?:\p{L}+ly\s+)?[\p{L}-]+ed\s+(?:with|by|on|in|into)\b/iu);
const ON_THE_BODY = /^(?:scarred|tattooed|bearded|freckled)/iu;

/** Whether a piece says more about the subject of the clause before it, so that both are kept or left out together. */
function continues(piece: Piece, kind: ClauseKind | undefined, before: Clause): boolean {
  const { text, joiner } = piece;
  if (INHERITING.test(text)) return true;
  const isMoment = before.kind === 'pose' || before.kind === 'setting';
  // "the energy that crackles around his face", "a small tool … is pinned to his apron": their subject is gone.
  if (before.kind === 'setting' && LIGHT.test(text)) return true;
  if (before.kind === 'attire' && kind === 'setting' && joiner.trim() === '' && isPattern(text)) return true;
  const isMomentToo = kind === 'pose' || kind === 'setting';
  if (isMoment && isMomentToo) return false;
  if (isMoment && joiner.trim() === '' && /^(?:that|which|who)\s/iu.test(text)) return true;
  if (isMoment && before.joiner === '' && /^(?:is|are)\s/iu.test(text) && !hasVerb(before.text)) return true;
  if (isMoment && ON_THE_THING.test(text)) return true;
  if (/\bnot\b/iu.test(before.text) && /\bbut\b/iu.test(joiner)) return true;
  const isAdded = ADDED.test(text) && !ON_THE_BODY.test(text);
  if (SAME_ROLE.test(before.text) && isMoment && /^an?\s/iu.test(text) && !/\bwith\b/iu.test(joiner))
    return true;
  if (joiner.trim() === '') {
    // "a hammer with a wooden head", "boots reinforced with iron": of the thing, not of the person.
    if (before.kind === 'pose' && /^with\b/iu.test(text)) return isHeldThing(before.text);
    return isAdded && (before.kind === 'pose' || before.kind === 'attire');
  }
  if (!/\band\b/iu.test(joiner)) return false;
  if (isAdded || LOCATIVE.test(text) || isCoordinate(before.text, text)) return true;
  return before.kind === 'pose' && kind !== 'identity' && HOLDING.test(before.text) && !hasVerb(text);
}

const LIGHT = new RegExp(String.raw`^(?:${LIGHT_DOES})\s`, 'iu');

/** "a circlet with a moon symbol": named by no rule of what a moment is like. */
function isPattern(text: string): boolean {
  return (
    /^with\s/iu.test(text) &&
    !RULES.some(({ kind, pattern }) => kind === 'setting' && text.search(pattern) >= 0)
  );
}

/** "as a quiet dreamer and a hard worker": the second is what the first is. */
const SAME_ROLE = /\b(?:as|of|like)\s+an?\s[^,]*$/iu;
const ENDS_IN_PLACE = letters(
  /\b(?:around|across|on|at|over|along|near)\s+(?:(?:his|her|its|their|the)\s+)?[\p{L}-]+$/iu,
);
const OF_ONE = letters(/\bof\s+[\p{L}-]+$/iu);
const ONE_MORE = letters(/^[\p{L}-]+(?:\s+(?:around|across|in|on|of|at|over)\b|$)/iu);
const WORD_OR_TWO = letters(/^(?!(?:the|his|her|its|their|an?)\s)[\p{L}-]+(?:\s+[\p{L}-]+)?$/u);

/** "lines of age and experience", "around her neck and collarbone": one word of two that hang on the same. */
function isCoordinate(before: string, text: string): boolean {
  if (OF_ONE.test(before)) return ONE_MORE.test(text);
  return ENDS_IN_PLACE.test(before) && WORD_OR_TWO.test(text) && !hasVerb(text);
}

const DOING = letters(/^[\p{L}-]+ing\b/iu);

function isHeldThing(text: string): boolean {
  return HOLDING.test(text) || (!hasVerb(text) && !DOING.test(text));
}

function piecesOf(sentence: string, offset: number): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let joiner = '';
  for (const match of sentence.matchAll(BOUNDARY.for(sentence))) {
    if (match.index <= from || isEnclosed(sentence, match.index)) continue;
    if (!isBoundary(sentence, from, match.index, match[0])) continue;
    pieces.push({ text: sentence.slice(from, match.index), joiner, start: offset + from });
    joiner = match[0];
    from = match.index + match[0].length;
  }
  pieces.push({ text: sentence.slice(from), joiner, start: offset + from });
  return pieces.filter(({ text }) => text !== '');
}

const BREAKS = letters(new RegExp(String.raw`^(?:${BREAKS_BEFORE})(?![\p{L}\p{N}])`, 'iu'));
const FIRST_VERB = letters(/^(?:\p{L}+ly\s+)?(\p{L}+)/u);
const ONE_NAME = letters(/^\p{Lu}\S+$/u);

/** Of the words that can be an action, only those that are one of a person who has been spoken of. */
function isBoundary(sentence: string, from: number, index: number, joiner: string): boolean {
  const behind = sentence.slice(index + joiner.length);
  if (joiner.trim() !== '' || BREAKS.test(behind) || !ACTION_HERE.test(behind)) return true;
  const before = sentence.slice(from, index);
  const verb = FIRST_VERB.exec(behind)?.[1] ?? '';
  if (verbKind(verb) !== 'pose' || NO_ACTION.test(before.slice(-24))) return false;
  const kind = kindOf(before);
  return /s$/u.test(verb)
    ? kind === 'identity' || kind === 'attire' || ONE_NAME.test(before)
    : kind !== 'attire';
}

/** Within brackets or quotation marks. */
function isEnclosed(sentence: string, index: number): boolean {
  const before = sentence.slice(0, index);
  const open = (before.match(/[([]/g) ?? []).length - (before.match(/[)\]]/g) ?? []).length;
  return open > 0 || (before.match(/["“”]/g) ?? []).length % 2 === 1;
}

/** A comma between two adjectives parts no clauses: "a dark, heavy leather tunic". */
function joinAdjectives(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const before = joined.at(-1);
    // "an experienced and ruthless commander": the noun of the first adjective is still to come.
    if (before !== undefined && /^\s+and\s+$/.test(piece.joiner) && isHalfSaid(before.text, piece.text)) {
      before.text += piece.joiner + piece.text;
      continue;
    }
    // "tall, worn leather boots": one word alone says nothing.
    if (
      before !== undefined &&
      /^,\s+$/.test(piece.joiner) &&
      isLoneAdjective(before.text) &&
      (!OWN_START.test(piece.text) || ADJECTIVE.test(piece.text))
    ) {
      before.text += piece.joiner + piece.text;
      continue;
    }
    if (
      before !== undefined &&
      /^,\s+$/.test(piece.joiner) &&
      (!STARTS.test(piece.text) ||
        (isOpen(before.text) && (ADJECTIVE.test(piece.text) || GRADED.test(piece.text))))
    ) {
      const here = kindOf(piece.text);
      const there = kindOf(before.text);
      if (here === undefined || there === undefined || here === there || isOpen(before.text)) {
        before.text += piece.joiner + piece.text;
        continue;
      }
    }
    joined.push({ ...piece });
  }
  return joined;
}

const QUALITY =
  'black|white|grey|gray|red|blue|green|brown|yellow|purple|orange|pink|gold|golden|silver|copper|bronze|brass|iron|steel|leather|canvas|wool|silk|linen|fur|wood|bone';
const ENDS_IN_QUALITY = new RegExp(String.raw`\b(?:${QUALITY})$`, 'iu');
const STARTS_WITH_QUALITY = new RegExp(String.raw`^(?:${QUALITY})\b`, 'iu');

const ARTICLE_AND_WORD = letters(/(?:^|\s)an?\s+[\p{L}-]+$/iu);
const ONE_WORD = letters(/^\p{L}+$/u);

/** "an experienced and ruthless commander", "orange and yellow flames": the "and" parts two adjectives. */
function isHalfSaid(before: string, text: string): boolean {
  const isAdjective = ARTICLE_AND_WORD.test(before) && isOpen(before);
  return (
    isAdjective || ONE_WORD.test(before) || (ENDS_IN_QUALITY.test(before) && STARTS_WITH_QUALITY.test(text))
  );
}

const OWN_START = letters(
  /^(?:with|in|on|at|an?|the|his|her|its|their|he|she|it|they|who|whose|which|that|and|but|[\p{L}-]+ing)(?![\p{L}-])/iu,
);

function isLoneAdjective(text: string): boolean {
  return (
    ONE_WORD.test(text) &&
    !/(?:ing|ed)$/iu.test(text) &&
    !RULES.some(({ isNoun, pattern }) => isNoun && text.search(pattern) >= 0)
  );
}

const OPEN_TAIL = letters(
  /(?:^|\s)(?:a|an|the|his|her|its|their|has|have|by|with|beneath|in|of|whose|[\p{L}-]+ing)\s+((?:[\p{L}-]+,?\s?){1,3})$/iu,
);
const LAST_WORD = letters(/[\p{L}-]*$/u);

/** Ends in an article and one or two words that are no noun of the rules: the noun is still to come. */
function isOpen(text: string): boolean {
  const tail = OPEN_TAIL.exec(text)?.[1];
  if (tail === undefined || nounKind(LAST_WORD.exec(tail)?.[0] ?? '') !== undefined) return false;
  return !RULES.some(({ isNoun, pattern }) => isNoun && tail.search(pattern) >= 0);
}

function mergeEqual(clauses: readonly Clause[]): Clause[] {
  const merged: Clause[] = [];
  for (const clause of clauses) {
    const before = merged.at(-1);
    if (before?.kind === clause.kind) {
      merged.splice(-1, 1, { ...before, text: before.text + clause.joiner + clause.text });
    } else merged.push(clause);
  }
  return merged;
}
