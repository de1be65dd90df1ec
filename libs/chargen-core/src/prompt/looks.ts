import type { Entity } from '../content/index.js';
import { wordsIn } from '../util/letters.js';
import { keepWhere, splitAppearance, type Clause, type ClauseKind } from './appearance/index.js';
import { adjectiveKind, namesPerson } from './appearance/words.js';
import { contradictions } from './claims.js';
import { newWords, overlap } from './say-once.js';

/** If so many words of a clause stand in `visual_consistency`, it says nothing new. */
const MOSTLY_SAID = 0.75;

/** Words that add nothing to be seen: "his earnest face is framed by unassuming brown hair" beside "brown hair". */
const VACUOUS = new Set([
  'face',
  'framed',
  'framing',
  'possesses',
  'possessing',
  'appears',
  'appearing',
  'features',
]);

function isVacuous(word: string): boolean {
  return VACUOUS.has(word) || adjectiveKind(word) === 'setting';
}

/** A piece of text with the field that it came from. */
export interface Sourced {
  readonly text: string;
  readonly source: string;
}

/** Something that was written and is left out of the prompt, and why. */
export interface Unsaid extends Sourced {
  readonly why: Why;
}

/** Why something that an author wrote is not part of a prompt. */
export const WHYS = {
  'too-long': 'the prompt would be too long',
  'in-the-picture': 'a reference picture shows it',
  'of-the-portrait': 'it is the moment of a portrait: pose, props, light or expression',
  'scene-says-otherwise': "the scene's own words say otherwise",
  'clothes-in-scene': 'the scene says what is worn',
  contradicted: 'visual_consistency says otherwise, and it decides',
  'other-hour': 'it holds at another hour',
  'whole-site': 'it belongs to the whole site, and the scene shows a part of it',
  'own-light': 'the scene states its own light',
  'said-already': "the author's prompt says it already",
  'asked-for': 'the scene asks for it',
  'no-change': 'it says only that something changes, not what a painter can show',
  'not-visible': 'it says nothing that can be seen',
} as const;
export type Why = keyof typeof WHYS;

/** How a person looks, by what its author wrote, in the parts that prompts treat apart. */
export interface PersonLooks {
  readonly identity: readonly Sourced[];
  readonly attire: readonly Sourced[];
  readonly unsaid: readonly Unsaid[];
}

const known = new WeakMap<Entity, PersonLooks>();

/** Worked out once for each entity that was read: every scene that shows it asks again. */
export function looksOf(person: Entity): PersonLooks {
  const present = known.get(person);
  if (present !== undefined) return present;
  const made = readLooks(person);
  known.set(person, made);
  return made;
}

/** Takes what an earlier process worked out for the same file. */
export function recallLooks(person: Entity, looks: PersonLooks): void {
  known.set(person, looks);
}

/** `visual_consistency` comes first; of `appearance` what does not contradict it. */
function readLooks(person: Entity): PersonLooks {
  const lines = linesOf(person);
  const stated = person.looks;
  const source = `${person.file} appearance`;
  if (stated?.identity !== undefined || stated?.attire !== undefined) {
    const sourced = (text: string | undefined, field: string): Sourced[] =>
      text === undefined ? [] : [{ text, source: `${source}.${field}` }];
    return {
      identity: [...lines.identity, ...sourced(stated.identity, 'identity')],
      attire: [...lines.attire, ...sourced(stated.attire, 'attire')],
      unsaid: lines.unsaid,
    };
  }
  // Without any appearance there is only the summary; its other clauses say who the person is, not how he looks.
  const text = person.appearance ?? (lines.identity.length === 0 ? person.description : undefined);
  if (text === undefined) return lines;
  const from = person.appearance === undefined ? `${person.file} description` : source;
  const first = lines.identity.map((one) => one.text).join('\n');
  const isDenied = (clause: Clause): boolean => contradictions(clause.text, first).length > 0;
  const isSaid = (clause: Clause): boolean =>
    first !== '' &&
    (overlap(clause.text, first) >= MOSTLY_SAID || newWords(clause.text, first).every(isVacuous));
  const keep = (kind: ClauseKind): string =>
    keepWhere(text, (clause) => clause.kind === kind && !isDenied(clause) && !isSaid(clause), person.name)
      .text;
  const rescued = rescuedIdentity(text, person.name);
  const identity = [keep('identity'), ...rescued].filter((one) => one !== '').join(' ');
  const attire = keep('attire');
  const unsaid = splitAppearance(text).flatMap(({ clauses }) =>
    clauses.flatMap((clause): Unsaid[] => {
      const why = whyUnsaid(clause, isDenied(clause), isSaid(clause));
      return why === undefined ? [] : [{ text: clause.text, source: from, why }];
    }),
  );
  return {
    identity: [...lines.identity, ...(identity === '' ? [] : [{ text: identity, source: from }])],
    // A list that was made for every picture is not repeated in other words.
    attire: lines.attire.length > 0 ? lines.attire : attire === '' ? [] : [{ text: attire, source: from }],
    unsaid: [...lines.unsaid, ...unsaid],
  };
}

function whyUnsaid({ kind }: Clause, isDenied: boolean, isSaid: boolean): Why | undefined {
  if (kind === 'pose' || kind === 'setting') return 'of-the-portrait';
  if (isDenied) return 'contradicted';
  return isSaid && kind === 'identity' ? 'said-already' : undefined;
}

/** "She holds a lantern in a hand scarred by burns": the burns stay when the lantern goes. */
const MARKED =
  /\b(in|with|of|on|from|between|behind)\s+((?:an?|his|her|its|their|both)\s+[^,;]*\b(?:scars?|scarred|burn(?:ed|t)?|burns|tattoos?|tattooed|prosthetic|mechanical|webbed|clawed|missing|gnarled|callused|hair|beard|horns?|freckled|scaled)\b[^,;]*)$/iu;

function rescuedIdentity(text: string, name: string): string[] {
  return splitAppearance(text).flatMap(({ clauses }) =>
    clauses.flatMap(({ kind, text: words }) => {
      const mark = kind === 'pose' || kind === 'setting' ? MARKED.exec(words) : null;
      return mark === null ? [] : bearerOf(name, mark);
    }),
  );
}

/**
 * "the calm of a small clockmaker with white hair" is the person herself; "behind a man with white hair" is another
 * one; everything else is a part of her.
 */
function bearerOf(name: string, { 1: preposition = '', 2: words = '' }: RegExpExecArray): string[] {
  const isPerson = headWords(words).some(namesPerson);
  if (!isPerson) return [`${name} has ${words}.`];
  return preposition.toLowerCase() === 'of' && /^an?\s/iu.test(words) ? [`${name} is ${words}.`] : [];
}

/** The words before what a noun is said to have: "a small clockmaker" of "a small clockmaker with white hair". */
function headWords(words: string): readonly string[] {
  return wordsIn(words.split(/\s(?:with|of|in|on|who|whose)\s/iu, 1)[0] ?? '');
}

/** A field's name in front of what it holds: said by the part of the prompt that it goes to. */
const LABEL = /^(?:attire|clothing|clothes|outfit|wears|armou?r|dress|feature|appearance|identity)\s*:\s*/iu;

function linesOf({ looks }: Entity): PersonLooks {
  const always = looks?.always ?? [];
  const source = looks?.alwaysSource ?? 'visual_consistency';
  const split = always.map((line) => splitAppearance(line).flatMap(({ clauses }) => clauses));
  const join = (kind: ClauseKind): Sourced[] => {
    const lines = split.flatMap((clauses) => {
      const words = clauses.filter((one) => one.kind === kind).map((one) => one.text.replace(LABEL, ''));
      return words.length === 0 ? [] : [words.join(', ')];
    });
    return lines.length === 0 ? [] : [{ text: `${lines.join('; ')}.`, source }];
  };
  const unsaid = split
    .flat()
    .filter(({ kind }) => kind === 'pose' || kind === 'setting')
    .map(({ text }): Unsaid => ({ text, source, why: 'of-the-portrait' }));
  return { identity: join('identity'), attire: join('attire'), unsaid };
}
