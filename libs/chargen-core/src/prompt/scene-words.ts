import type { Entity, PromptPart, Scene } from '../content/index.js';
import { CLOTHES, EXCLUDES, UNDRESS } from './clothes.js';

/** The sections that hold what an author wrote for one scene. */
const OWN_SECTIONS: readonly PromptPart['section'][] = ['must-see', 'composition', 'states', 'subject'];

/** What an author wrote for a scene, as one text. */
export function wordsOf(scene: Scene): string {
  return [scene.prompt ?? '', ...ownParts(scene).map((part) => part.text)].join('\n');
}

/** Parts that were written for the scene alone, not for the site or for the hour. */
export function ownParts(scene: Scene): readonly PromptPart[] {
  return scene.parts.filter((part) => part.scope === undefined && OWN_SECTIONS.includes(part.section));
}

/** Words of a name by which a text may call its person: "Cid" of "Cidrella 'Cid' Vexweld". */
export function namesOf(name: string): readonly string[] {
  return name.split(/[\s'"’“”]+/u).filter((word) => word.length > 2 && /^\p{Lu}/u.test(word));
}

const NAMES = new Map<string, RegExp | undefined>();

export function mentions(text: string, name: string): boolean {
  return pattern(name)?.test(text) === true;
}

/** Any of a name's words, made once for each name: every sentence of every scene is looked through for it. */
function pattern(name: string): RegExp | undefined {
  if (NAMES.has(name)) return NAMES.get(name);
  const words = namesOf(name).map((word) => word.replace(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`));
  const made =
    words.length === 0 ? undefined : new RegExp(String.raw`(?<!\p{L})(?:${words.join('|')})(?!\p{L})`, 'iu');
  NAMES.set(name, made);
  return made;
}

/**
 * What a scene says of one person: its state, the sentences that name the person, and those that name nobody.
 * What is said of another is not said of this one.
 */
export function wordsAbout(scene: Scene, person: Entity, others: readonly Entity[]): string {
  const states = scene.parts.filter(({ who }) => who?.slug === person.slug).map((part) => part.text);
  const rest = [
    scene.prompt ?? '',
    ...ownParts(scene)
      .filter(({ who }) => who === undefined)
      .map((part) => part.text),
  ];
  const sentences = rest.flatMap((text) => text.split(/(?<=[.!?])\s+|\n/u));
  const about = sentences.filter(
    (sentence) => mentions(sentence, person.name) || !others.some((other) => mentions(sentence, other.name)),
  );
  return [...states, ...about].join('\n');
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

/** What a scene's own words leave of a person's usual clothes. */
export function clothingIn(words: string): Clothing {
  if (UNDRESS.test(words) || CLOTHES.test(words)) return { kind: 'stated' };
  return {
    kind: 'silent',
    without: EXCLUDES.flatMap(({ garment, when }) => (when.test(words) ? [garment] : [])),
  };
}
