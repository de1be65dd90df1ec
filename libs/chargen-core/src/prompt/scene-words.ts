import type { Entity, PromptPart, Scene } from '../content/index.js';
import { letters, type LetterPattern } from '../util/letters.js';
import { CLOTHES, EXCLUDES, NOT_SEEN, UNDRESS } from './clothes.js';
import { remembered } from '../util/remembered.js';

/** The sections that hold what an author wrote for one scene. */
const OWN_SECTIONS: readonly PromptPart['section'][] = ['must-see', 'composition', 'states', 'subject'];

/** What an author wrote for a scene, as one text. */
export function wordsOf(scene: Scene): string {
  return [scene.prompt ?? '', ...ownParts(scene).map((part) => part.text)].join('\n');
}

/** Parts that were written for the scene alone, not for the site or for the hour. */
function ownParts(scene: Scene): readonly PromptPart[] {
  return scene.parts.filter((part) => part.scope === undefined && OWN_SECTIONS.includes(part.section));
}

/** Words of a name by which a text may call its person: "Cid" of "Cidrella 'Cid' Vexweld". */
export function namesOf(name: string): readonly string[] {
  return name.split(/[\s'"’“”]+/u).filter((word) => word.length > 2 && CAPITAL.test(word));
}

const CAPITAL = letters(/^\p{Lu}/u);
const NAMES = new Map<string, LetterPattern | undefined>();

export function mentions(text: string, name: string): boolean {
  return pattern(name)?.test(text) === true;
}

/** Any of a name's words, made once for each name: every sentence of every scene is looked through for it. */
function pattern(name: string): LetterPattern | undefined {
  if (NAMES.has(name)) return NAMES.get(name);
  const words = namesOf(name).map((word) => word.replace(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`));
  const made =
    words.length === 0
      ? undefined
      : letters(new RegExp(String.raw`(?<!\p{L})(?:${words.join('|')})(?!\p{L})`, 'iu'));
  NAMES.set(name, made);
  return made;
}

/**
 * What a scene says of one person: its state, the sentences that name the person, and those that name no person.
 * What is said of another is not said of this one.
 */
export function wordsAbout(scene: Scene, person: Entity, others: readonly Entity[]): string {
  const states = scene.parts.filter(({ who }) => who?.slug === person.slug).map((part) => part.text);
  const said = saidIn(scene);
  const own = mentionsIn(said, person.name);
  const ofOthers = others.map(({ name }) => mentionsIn(said, name));
  const about = said.sentences.filter((_, at) => own[at] === true || !ofOthers.some((of) => of[at] === true));
  return [...states, ...about].join('\n');
}

/** What a scene says of no person alone, by sentence, and in which of them a name stands. */
interface Said {
  readonly sentences: readonly string[];
  readonly names: Map<string, readonly boolean[]>;
}

const SAID = new WeakMap<Scene, Said>();

/** Found once for a scene: each person in it is looked for in the sentences about each other. */
function saidIn(scene: Scene): Said {
  let said = SAID.get(scene);
  if (said === undefined) {
    const texts = ownParts(scene)
      .filter(({ who }) => who === undefined)
      .map((part) => part.text);
    const sentences = [scene.prompt ?? '', ...texts].flatMap((text) => text.split(/(?<=[.!?])\s+|\n/u));
    SAID.set(scene, (said = { sentences, names: new Map() }));
  }
  return said;
}

function mentionsIn({ sentences, names }: Said, name: string): readonly boolean[] {
  let found = names.get(name);
  if (found === undefined) names.set(name, (found = sentences.map((sentence) => mentions(sentence, name))));
  return found;
}

/** Of what a scene says of a person, the sentences that surely mean this one: by name, or by a pronoun. */
export function wordsNaming(scene: Scene, person: Entity, others: readonly Entity[]): string {
  return wordsAbout(scene, person, others)
    .split('\n')
    .filter((sentence) => mentions(sentence, person.name) || /\b(?:his|her|hers|its)\b/iu.test(sentence))
    .join('\n');
}

export type Clothing =
  /** The scene says nothing of clothes: those of the person hold, but for the pieces that it rules out. */
  | { readonly kind: 'silent'; readonly without: readonly string[] }
  /** The scene says what is worn, or that nothing or something else is. */
  | { readonly kind: 'stated' };

/** Whose clothes a text speaks of, and what that person usually wears. */
export interface Wearer {
  readonly usual: string;
  /** "His" or "Her", if it is known. */
  readonly his?: string;
}

/** What a scene's own words leave of a person's usual clothes. */
export function clothingIn(words: string, wearer: Wearer = { usual: '' }): Clothing {
  if (UNDRESS.test(words) || NOT_SEEN.test(words) || saysOtherClothes(words, wearer))
    return { kind: 'stated' };
  return {
    kind: 'silent',
    without: EXCLUDES.flatMap(({ garment, when }) => (when.test(words) ? [garment] : [])),
  };
}

const ALL_CLOTHES = new RegExp(CLOTHES.source, 'giu');
/** What may stand in front of a piece of clothing that is only named: "the underside of his cap", "coat open". */
const ONLY_NAMED = /(?:^|[,.;:(]\s*|\b(?:his|her|their|its|the|of|with|and|in)\s+|['’]s\s+)$/iu;

/** "his", with a word before what he owns. */
const OWNED = letters(/\b(his|her)\s+(?:[\p{L}-]+\s+)?$/iu);

/** Whether clothes are said that are not the usual ones. "His cap" is the usual cap, "a torn cap" need not be. */
function saysOtherClothes(words: string, wearer: Wearer): boolean {
  // Not matchAll, which copies the expression for every text.
  ALL_CLOTHES.lastIndex = 0;
  for (let match = ALL_CLOTHES.exec(words); match !== null; match = ALL_CLOTHES.exec(words)) {
    if (isOtherThanUsual(match[0], words.slice(0, match.index), wearer)) return true;
  }
  return false;
}

/** The same of one piece, with the words before it. */
function isOtherThanUsual(piece: string, before: string, { usual, his }: Wearer): boolean {
  const owner = OWNED.exec(before)?.[1];
  // "he talks, his cap pushed back, and she listens": the cap is not hers.
  const isOfAnother = owner !== undefined && /^(?:his|her)$/iu.test(his ?? '') && !sameWord(owner, his);
  if (isOfAnother) return false;
  const isUsual = garment(piece.toLowerCase()).test(usual);
  return !isUsual || GENERAL.test(piece) || !(ONLY_NAMED.test(before) || isAsUsual(before, usual));
}

/** One piece of clothing in one or several: an expression costs more to make than a scene to look through. */
const garment = remembered((piece): LetterPattern =>
  letters(new RegExp(String.raw`(?<![\p{L}])${piece.replace(/s$/u, '')}`, 'iu')),
);

/** Words that speak of clothes as a whole: what follows them is what is worn here. */
const GENERAL =
  /^(?:dressed|clad|wears?|wearing|clothes|clothing|attire|outfit|livery|finery|civilian|disguised?|rags|costume|cloaked|hooded)$/iu;

const DESCRIBED = letters(/\b(?:his|her|their|its|the)\s+((?:[\p{L}-]+\s+){1,3})$/iu);

/** "her blue apron", if blue is what the usual one is. */
function isAsUsual(before: string, usual: string): boolean {
  const said = DESCRIBED.exec(before)?.[1];
  return (
    said !== undefined &&
    said
      .trim()
      .split(/\s+/u)
      .every((word) => usual.toLowerCase().includes(word.toLowerCase()))
  );
}

function sameWord(one: string, other: string | undefined): boolean {
  return one.toLowerCase() === other?.toLowerCase();
}
