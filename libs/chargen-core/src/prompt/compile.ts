import { pathText, type Entity, type PromptSection, type Scene, type World } from '../content/index.js';
import { fitLength } from './fit-length.js';
import { pictureTexts, describePictures, type PictureText } from './labels.js';
import type { Unsaid, Why } from './looks.js';
import { normaliseText } from './magic-terms.js';
import { mergeTerms } from './merge-terms.js';
import { moodStyle } from './mood-style.js';
import { othersShown } from './others.js';
import { peopleIn, describePeople, type Shown } from './people.js';
import { notSaidIn, says } from './say-once.js';
import { namesIn, sceneParts } from './scene-parts.js';
import { wordsOf } from './scene-words.js';
import { lastingTraits, traitsFor } from './traits.js';
import type { SelectedReference } from './select-references.js';

/** Longer prompts are obeyed less well: what stands far down is read as background. In characters. */
const MAX_PROMPT_CHARS = 8_000;

/**
 * The order in which sections stand: the author's words for the scene, what wins, people, states, place, light,
 * manner.
 */
export const SECTION_ORDER = [
  'prompt',
  'must-see',
  'composition',
  'precedence',
  'references',
  'subject',
  'traits',
  'states',
  'place',
  'light',
  'palette',
  'mood',
  'style',
  'avoid',
] as const satisfies readonly (PromptSection | 'prompt' | 'precedence' | 'references' | 'avoid')[];
export type CompiledSectionName = (typeof SECTION_ORDER)[number];

/** Stands between the scene and all descriptions of people, places and pictures. */
export const PRECEDENCE = 'The scene above wins over all that follows.';

export interface CompiledSection {
  readonly section: CompiledSectionName;
  readonly text: string;
  /** File and field that it came from. */
  readonly source: string;
}

/** What an author wrote and the prompt does not say, and why. */
export interface LeftOutSection {
  /** Of those that only the length limit cut. */
  readonly section?: CompiledSectionName;
  readonly text: string;
  readonly source: string;
  readonly why: Why;
}

/** The text for the model, and where each piece of it was written. */
export interface CompiledPrompt {
  readonly text: string;
  readonly sections: readonly CompiledSection[];
  /** The pictures that are sent, in their order, and what is to be taken from each. */
  readonly pictures: readonly PictureText[];
  /** Whole parts that the length limit cut away, the least important first; then what was left out on purpose. */
  readonly leftOut: readonly LeftOutSection[];
}

interface Piece extends CompiledSection {
  readonly weight: number;
}

/** What is worked out once for all parts of a prompt. */
interface Draft {
  readonly world: World;
  readonly entity: Entity;
  readonly scene: Scene;
  readonly references: readonly SelectedReference[];
  readonly others: readonly Entity[];
  readonly people: readonly Shown[];
  readonly pictures: readonly PictureText[];
  readonly useTraits: boolean;
  /** The author's words for the scene. */
  readonly words: string;
  readonly pieces: Piece[];
  readonly unsaid: Unsaid[];
}

/**
 * The same content gives the same text, to the byte, on every machine. The author's own prompt stands first and as
 * it was written; all else follows in the order of `SECTION_ORDER`.
 */
export function compilePrompt(
  world: World,
  entity: Entity,
  scene: Scene,
  references: readonly SelectedReference[],
  useTraits = true,
  maxChars: number = MAX_PROMPT_CHARS,
): CompiledPrompt {
  const others = othersShown(world, entity, scene);
  const people = peopleIn(entity, others, scene, references);
  const draft: Draft = {
    world,
    entity,
    scene,
    references,
    others,
    people,
    pictures: pictureTexts(references, people, scene),
    useTraits,
    words: wordsOf(scene),
    pieces: [],
    unsaid: [],
  };
  addScene(draft);
  addPeople(draft);
  addPlaces(draft);
  addColours(draft);
  addStyle(draft);
  addAvoid(draft);
  const pieces = SECTION_ORDER.flatMap((section) =>
    draft.pieces.filter((piece) => piece.section === section),
  );
  const { kept, cut } = fitLength(pieces, maxChars, (parts) => textOf(parts).length);
  return {
    text: textOf(kept),
    sections: kept.map(shown),
    pictures: draft.pictures,
    leftOut: [...cut.map((piece) => ({ ...shown(piece), why: 'too-long' as const })), ...draft.unsaid],
  };
}

function shown({ section, text, source }: Piece): CompiledSection {
  return { section, text, source };
}

/** Parts of one section are lines of one paragraph. */
function textOf(pieces: readonly Piece[]): string {
  let text = '';
  let before: Piece | undefined;
  for (const piece of pieces) {
    if (before !== undefined) text += before.section === piece.section ? '\n' : '\n\n';
    text += piece.text;
    before = piece;
  }
  return text;
}

function add(draft: Draft, section: Piece['section'], weight: number, text: string, source: string): void {
  const trimmed = text.trim();
  if (trimmed !== '') draft.pieces.push({ section, weight, text: trimmed, source });
}

function addScene(draft: Draft): void {
  const { world, scene, entity, others } = draft;
  const { terms } = world.style;
  if (scene.prompt !== undefined) add(draft, 'prompt', 1, scene.prompt, scene.promptSource ?? scene.file);
  const { included, unsaid } = sceneParts(scene, namesIn([entity, ...others]));
  for (const part of included)
    add(draft, part.section, part.weight, normaliseText(part.text, terms), part.source);
  draft.unsaid.push(...unsaid);
}

function addPeople(draft: Draft): void {
  const { scene, people, world, entity, useTraits } = draft;
  const pictures = describePictures(draft.pictures);
  if (pictures.length > 0)
    add(draft, 'references', 1, pictures.join(' '), `${scene.file} ${pathText(scene.at)}`);
  const traits = traitsFor(world, entity, scene, useTraits);
  const { included, unsaid } = describePeople(people, scene, (person) =>
    traits.filter(({ learned, who }) => learned === 'attire' && who?.slug === person.slug),
  );
  for (const one of included) add(draft, one.section, one.weight, one.text, one.source);
  draft.unsaid.push(...unsaid);
  for (const trait of traits) {
    if (trait.learned === 'attire') continue;
    const owner = people.find((one) => trait.text.startsWith(`Canonical traits of ${one.entity.name}:`));
    const { text, moments, clothes } = lastingTraits(trait, owner?.clothing.kind !== 'stated');
    add(draft, 'traits', trait.weight, text, trait.source);
    draft.unsaid.push(
      ...moments.map((one): Unsaid => ({ text: one, source: trait.source, why: 'of-the-portrait' })),
      ...clothes.map((one): Unsaid => ({ text: one, source: trait.source, why: 'clothes-in-scene' })),
    );
  }
  if (pictures.length + included.length > 0) add(draft, 'precedence', 1, PRECEDENCE, 'chargen');
}

/** Places and all else that is no person, if their authors say how they look and no picture does. */
function addPlaces(draft: Draft): void {
  const { entity, others, references } = draft;
  for (const one of [entity, ...others]) {
    if (one.type === 'character' || one.appearance === undefined) continue;
    const source = `${one.file} appearance`;
    const isPictured =
      one !== entity &&
      references.some(({ reference }) => ownerOf(reference) === one && reference.role === 'place');
    if (isPictured) draft.unsaid.push({ text: one.appearance, source, why: 'in-the-picture' });
    else
      add(
        draft,
        'place',
        2,
        one.appearance.startsWith(one.name) ? one.appearance : `${one.name}: ${one.appearance}`,
        source,
      );
  }
}

function addColours(draft: Draft): void {
  const { entity, scene } = draft;
  const { palette } = entity;
  // A scene that states its own colours has them for a reason.
  const ownPalette = scene.parts.some((part) => part.section === 'palette');
  if (palette === undefined || ownPalette || palette.dominant.length + palette.accent.length === 0) return;
  const main = palette.dominant.join(', ');
  const accent = palette.accent.join(', ');
  const text =
    main === '' ? `accents of ${accent}` : accent === '' ? main : `${main}, with accents of ${accent}`;
  add(draft, 'palette', 3, `Palette: ${text}.`, `${entity.file} palette`);
}

function addStyle(draft: Draft): void {
  const { world, entity, scene, words } = draft;
  const { style } = world;
  const styleFile = style.file ?? 'style';
  const once = (text: string | undefined, source: string): void => {
    if (text === undefined) return;
    const rest = notSaidIn(text, words);
    add(draft, 'style', 2, rest.text, source);
    draft.unsaid.push(...rest.said.map((said): Unsaid => ({ text: said, source, why: 'said-already' })));
  };
  once(style.style, `${styleFile} style`);
  once(style.byType[entity.type], `${styleFile} by_type.${entity.type}`);
  once(entity.style, `${entity.file} style`);
  if (scene.mood === undefined) return;
  const known = moodStyle(style, scene.mood);
  if (known !== undefined) add(draft, 'mood', 2, known.text, `${styleFile} moods.${known.words.join(', ')}`);
  else if (!says(words, scene.mood)) {
    const source = `${scene.file} ${pathText(scene.at)}.mood`;
    add(draft, 'mood', 3, `Mood: ${scene.mood.replace(/[.\s]+$/, '')}.`, source);
  }
}

function addAvoid(draft: Draft): void {
  const { world, entity, scene, words } = draft;
  const { style } = world;
  const { terms } = style;
  const styleFile = style.file ?? 'style';
  const paletteSource = `${entity.file} palette.avoid`;
  // The scene wins over its world: what it asks for is not forbidden by a list that was made for all pictures.
  const general = [
    ...(entity.palette?.avoid ?? []).map((term) => ({ term, source: paletteSource })),
    ...style.negative.map((term) => ({ term, source: `${styleFile} negative_prompt` })),
  ];
  const asked = general.filter(({ term }) => says(words, term));
  draft.unsaid.push(...asked.map(({ term, source }): Unsaid => ({ text: term, source, why: 'asked-for' })));
  const wanted = general.filter((one) => !asked.includes(one));
  const avoid = mergeTerms([...scene.negative, ...wanted.map(({ term }) => term)], terms);
  if (avoid.length === 0) return;
  const sources = new Set([
    ...(scene.negative.length > 0 ? [`${scene.file} ${pathText(scene.at)}`] : []),
    ...wanted.map(({ source }) => source),
  ]);
  add(draft, 'avoid', 2, `Avoid: ${avoid.join(', ')}.`, [...sources].join('; '));
}

function ownerOf(reference: SelectedReference['reference']): Entity | undefined {
  return reference.kind === 'scene' ? reference.entity : reference.owner;
}
