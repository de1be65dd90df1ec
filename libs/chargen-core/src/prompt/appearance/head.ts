import { letters } from '../../util/letters.js';
import { HAND_NOUNS, HAND_VERBS, HEAD_ADVERBS, WEIGHTS, type ClauseKind } from './rules.js';
import { isRuled, isState, nounKind, verbKind } from './words.js';

/** The verb of which a person, a hand or nothing in particular is the subject: it decides what a clause is about. */
export interface Head {
  readonly kind: ClauseKind;
  readonly weight: number;
  /** Offset of the verb in the clause. */
  readonly start: number;
}

const SKIP = String.raw`^(?:(?:${HEAD_ADVERBS}|\p{L}+ly)\s+)*`;
const ADVERBS = String.raw`((?:(?:${HEAD_ADVERBS}|\p{L}+ly)\s+)*)`;
/** What can follow a verb, and not an adjective: "piercing eyes" has no verb. */
const BEHIND = String.raw`(?=\s+(?:an?|the|his|her|its|their|him|them|each|every|one|two|three|some|no|any|in|on|at|with|to|toward|towards|over|under|by|from|for|through|along|across|against|around|about|of|upon|into|out|up|down|back|away|off|as|like|behind|before|beside|between|until|when|while|without|everything|everyone|people|amidst|amid|among|amongst|flat|here|there|\p{L}+ly)\b|\s*$)`;

const ONGOING = letters(new RegExp(String.raw`${SKIP}([\p{L}-]+ing)${BEHIND}`, 'iu'));
/** "usually found polishing glasses": what is said to be a habit is a verb, whatever follows. */
const HABIT = letters(
  new RegExp(
    String.raw`^(?:\p{L}+ly\s+|often\s+|always\s+)?(?:found|seen|caught|busy)\s+([\p{L}-]+ing)\b`,
    'iu',
  ),
);
const BY_PERSON = letters(
  new RegExp(String.raw`${SKIP}(?:he|she|it|they|who)\s+${ADVERBS}([\p{L}-]+(?:s|ed))(?![\p{L}'’-])`, 'iu'),
);
const BY_MANY = letters(
  new RegExp(String.raw`${SKIP}(they)\s+${ADVERBS.replace('(', '(?:')}([\p{L}-]+)(?![\p{L}'’-])`, 'iu'),
);
/** "eyes that miss nothing" */
const RELATIVE = letters(
  new RegExp(
    String.raw`^(?:that|which)\s+(?:(?:seems?|appears?)\s+to\s+)?${ADVERBS}([\p{L}-]+)(?![\p{L}'’-])`,
    'iu',
  ),
);
const ANY_HAND = new RegExp(HAND_NOUNS, 'i');
const BY_HAND = letters(
  new RegExp(
    String.raw`${SKIP}(?:(?:his|her|its|their|the|an?|one|both|each|with)\s+)?(?:[\p{L}-]+,?\s+){0,3}?(?:${HAND_NOUNS})\s+(?:(?:is|are)\s+)?${ADVERBS}([\p{L}-]+(?:s|ing)|${HAND_VERBS})${BEHIND}`,
    'iu',
  ),
);
/** "is assembling a lantern", with the person in the clause before */
const PROGRESSIVE = letters(
  new RegExp(String.raw`^(?:[\p{L} ]+\s)?(?:is|are)\s+(?:\p{L}+ly\s+)?([\p{L}-]+ing)${BEHIND}`, 'iu'),
);
const BARE = letters(
  new RegExp(String.raw`^((?:(?:${HEAD_ADVERBS}|\p{L}+ly)\s+)+)([\p{L}-]+s)(?![\p{L}'’-])`, 'iu'),
);
const FINITE = letters(new RegExp(String.raw`^()([\p{L}-]+s)${BEHIND}`, 'iu'));
const BY_NOUN = letters(
  new RegExp(
    String.raw`^(?:the|this|an?)\s+(?:[\p{L}-]+,?\s+){0,3}?([\p{L}-]+)\s+${ADVERBS}([\p{L}-]+s)${BEHIND}`,
    'iu',
  ),
);
const BY_NAME = letters(
  new RegExp(
    String.raw`^(?!(?:His|Her|Its|Their|The|An?|This|One|Both|With|In|On)\s)(?:\p{Lu}[\p{L}'’-]+\s+)+?${ADVERBS}([\p{Ll}-]+s)${BEHIND}`,
    'u',
  ),
);

/** The head of a clause, if it is a verb that says what somebody does, feels or shows. */
export function headOf(text: string, isOfPerson: boolean): Head | undefined {
  const hasIng = /ing\b/iu.test(text);
  const ongoing = !hasIng ? undefined : (HABIT.exec(text) ?? ONGOING.exec(text))?.[1];
  if (ongoing !== undefined) return judged(text, ongoing, WEIGHTS.ongoing);
  const byHand = ANY_HAND.test(text) ? BY_HAND.exec(text)?.[2] : undefined;
  if (byHand !== undefined && !isNoun(byHand) && verbKind(byHand) === 'pose')
    return judged(text, byHand, WEIGHTS.hand);
  const progressive = !hasIng ? undefined : PROGRESSIVE.exec(text)?.[1];
  if (isOfPerson && progressive !== undefined) return judged(text, progressive, WEIGHTS.verb);
  const relative = RELATIVE.exec(text)?.[2];
  if (relative !== undefined && verbKind(relative) === 'setting') return judged(text, relative, WEIGHTS.verb);
  const byPerson = (BY_PERSON.exec(text) ?? BY_MANY.exec(text))?.[2];
  if (byPerson !== undefined) return judged(text, byPerson, WEIGHTS.verb) ?? unknown(text, byPerson);
  for (const pattern of isOfPerson ? [BARE, BY_NAME, FINITE] : [BY_NAME]) {
    const verb = pattern.exec(text)?.[2];
    if (verb !== undefined && !isNoun(verb)) return judged(text, verb, WEIGHTS.verb);
  }
  const [, noun, , verb] = BY_NOUN.exec(text) ?? [];
  const isPerson = noun !== undefined && nounKind(noun) === 'identity';
  return isPerson && verb !== undefined ? judged(text, verb, WEIGHTS.verb) : undefined;
}

function isNoun(word: string): boolean {
  return isRuled(word) || nounKind(word) !== undefined;
}

/** "She snaps a salute": what a person does is an action, in a verb that no list has. */
function unknown(text: string, verb: string): Head | undefined {
  return isState(verb) ? undefined : { kind: 'pose', weight: WEIGHTS.unknown, start: text.indexOf(verb) };
}

function judged(text: string, verb: string, weight: number): Head | undefined {
  const kind = verbKind(verb);
  return kind === undefined ? undefined : { kind, weight, start: text.indexOf(verb) };
}
