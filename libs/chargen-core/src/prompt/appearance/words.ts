import { letters } from '../../util/letters.js';
import { remembered } from '../../util/remembered.js';
import { LEXICON, type WordKind } from './lexicon.js';
import {
  CLAUSE_RULES,
  MIND_WORDS,
  NO_LEXICON,
  PERSON_SUFFIX,
  POSE_VERBS,
  STATE_VERBS,
  WORD_KINDS,
  type ClauseKind,
} from './rules.js';

let table: ReadonlyMap<string, ReadonlySet<WordKind>> | undefined;

function kindsOf(word: string): ReadonlySet<WordKind> {
  table ??= readLexicon();
  return table.get(word) ?? NONE;
}
const IGNORED = new Set(NO_LEXICON.split(' '));
const NONE: ReadonlySet<WordKind> = new Set();

function readLexicon(): ReadonlyMap<string, ReadonlySet<WordKind>> {
  const kinds = new Map<string, Set<WordKind>>();
  for (const { kind, words } of LEXICON) {
    for (const word of words.split(' ')) {
      const known = kinds.get(word);
      if (known === undefined) kinds.set(word, new Set([kind]));
      else known.add(kind);
    }
  }
  return kinds;
}

const NOUNS = ['attire', 'body', 'person', 'prop', 'place', 'mind'] as const;
const OTHERS =
  /^(?:others?|another|crowd|people|folk|faces|allies|enem(?:y|ies)|strangers?|patrons?|child(?:ren)?|boy|girl|m[ae]n|wom[ae]n|figures?)$/u;
const PERSON = letters(new RegExp(String.raw`\p{L}(?:${PERSON_SUFFIX})$`, 'u'));

/** "dignity", "watchfulness": too many for a list. */
const ABSTRACT = letters(/^\p{L}{3,}(?:ness|ity|ance|ence|ism|tude)$/u);

/** What a word names, in the singular or the plural; undefined for words that name nothing of these kinds. */
export const nounKind = remembered((word): ClauseKind | undefined => {
  const lower = word.toLowerCase();
  for (const form of singular(lower)) {
    const kind = IGNORED.has(lower) ? undefined : NOUNS.find((one) => kindsOf(form).has(one));
    if (kind !== undefined) return WORD_KINDS[kind];
    if (!IGNORED.has(lower) && isPerson(form)) return 'identity';
  }
  if (ABSTRACT.test(lower) && !IGNORED.has(lower)) return 'setting';
  return undefined;
});

/** Whether a word names people beside the one of whom a scene is: "guards", "a boy", but not "the inventor". */
export function namesOthers(word: string): boolean {
  const lower = word.toLowerCase();
  if (OTHERS.test(lower)) return true;
  return lower.endsWith('s') && [...singular(lower)].some((form) => form !== lower && isPerson(form));
}

/** Whether a word names a person by kind or trade: "clockmaker", "youth". */
export function namesPerson(word: string): boolean {
  return [...singular(word.toLowerCase())].some(isPerson);
}

function isPerson(form: string): boolean {
  return kindsOf(form).has('person') || PERSON.test(form);
}

const OWNED = letters(/-(\p{L}{2,})ed$/u);

export const adjectiveKind = remembered((word): ClauseKind | undefined => {
  // "jug-eared", "fur-collared"
  const owned = OWNED.exec(word)?.[1];
  const part = owned === undefined ? undefined : (nounKind(owned) ?? nounKind(`${owned}e`));
  if (part === 'identity' || part === 'attire') return part;
  const kinds = kindsOf(word.toLowerCase());
  if (MINDS.has(word.toLowerCase())) return 'setting';
  if (IGNORED.has(word.toLowerCase())) return undefined;
  if (kinds.has('bodily')) return 'identity';
  return kinds.has('minded') ? 'setting' : undefined;
});

const MINDS = new Set(MIND_WORDS.split(' '));
const POSES = new Set(POSE_VERBS.split(' '));
const STATES = new Set(STATE_VERBS.split(' '));

/** Whether a verb only says how something is. */
export function isState(form: string): boolean {
  return [...base(form.toLowerCase())].some((one) => STATES.has(one));
}

/** What a verb does, of which a form is given: something with the body (`pose`), or with mind, eyes or mouth. */
export const verbKind = remembered((form): 'pose' | 'setting' | undefined => {
  const bases = [...base(form.toLowerCase())];
  if (bases.some((one) => POSES.has(one))) return 'pose';
  if (bases.some((one) => STATES.has(one))) return undefined;
  for (const one of bases) {
    const kinds = kindsOf(one);
    if (kinds.has('act')) return 'pose';
    if (kinds.has('mood')) return 'setting';
  }
  return undefined;
});

function* singular(word: string): Generator<string> {
  yield word;
  if (word.endsWith('ies')) yield `${word.slice(0, -3)}y`;
  if (word.endsWith('ves')) yield `${word.slice(0, -3)}f`;
  if (word.endsWith('es')) yield word.slice(0, -2);
  if (word.endsWith('s') && !word.endsWith('ss')) yield word.slice(0, -1);
}

function* base(form: string): Generator<string> {
  const stem = /^(.{2,})(?:ing|ed)$/u.exec(form)?.[1];
  if (stem === undefined) {
    yield* singular(form);
    return;
  }
  yield stem;
  yield `${stem}e`;
  if (/([^aeiou])\1$/u.test(stem)) yield stem.slice(0, -1);
  if (stem.endsWith('i')) yield `${stem.slice(0, -1)}y`;
}

/** Words of which a rule speaks, in whatever phrase: the rule knows better than the lexicon. */
const RULED = new Set(
  CLAUSE_RULES.flatMap(({ pattern }) =>
    pattern.split('|').flatMap((one) => {
      const [, word, many] = /^([a-z]+)(s\?)?(?:\(\?!.*)?$/u.exec(one) ?? [];
      return word === undefined ? [] : many === undefined ? [word] : [word, `${word}s`];
    }),
  ),
);

export function isRuled(word: string): boolean {
  return RULED.has(word.toLowerCase());
}
