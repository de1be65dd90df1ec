import { pathText, type Entity, type PromptSection, type Scene, type World } from '../content/index.js';
import { fitLength } from './fit-length.js';
import { normaliseText } from './magic-terms.js';
import { mergeTerms } from './merge-terms.js';
import { moodStyle } from './mood-style.js';
import { othersShown } from './others.js';
import { traitsFor } from './traits.js';
import type { SelectedReference } from './select-references.js';

/** Longer prompts are obeyed less well: what stands far down is read as background. In characters. */
export const MAX_PROMPT_CHARS = 8_000;

/** The order in which sections stand. */
export const SECTION_ORDER = [
  'prompt',
  'must-see',
  'subject',
  'states',
  'references',
  'composition',
  'light',
  'palette',
  'traits',
  'style',
  'mood',
  'avoid',
] as const satisfies readonly (PromptSection | 'prompt' | 'references' | 'avoid')[];

export interface CompiledSection {
  readonly section: PromptSection | 'prompt' | 'references' | 'avoid';
  readonly text: string;
  /** File and field that it came from. */
  readonly source: string;
}

/** What the model is told, and where each piece of it was written. */
export interface CompiledPrompt {
  readonly text: string;
  readonly sections: readonly CompiledSection[];
  /** Whole parts that the length limit cut away, in the order in which they went: the least important first. */
  readonly leftOut: readonly CompiledSection[];
}

interface Piece extends CompiledSection {
  readonly weight: number;
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
  maxChars: number = MAX_PROMPT_CHARS,
  useTraits = true,
): CompiledPrompt {
  const gathered = gather(world, entity, scene, references, useTraits);
  const pieces = SECTION_ORDER.flatMap((section) => gathered.filter((piece) => piece.section === section));
  const { kept, cut } = fitLength(pieces, maxChars, (parts) => textOf(parts).length);
  return { text: textOf(kept), sections: kept.map(shown), leftOut: cut.map(shown) };
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

function gather(
  world: World,
  entity: Entity,
  scene: Scene,
  references: readonly SelectedReference[],
  useTraits: boolean,
): readonly Piece[] {
  const { style } = world;
  const styleFile = style.file ?? 'style';
  const terms = style.terms ?? {};
  const pieces: Piece[] = [];
  const add = (section: Piece['section'], weight: number, text: string, source: string): void => {
    const trimmed = text.trim();
    if (trimmed !== '') pieces.push({ section, weight, text: trimmed, source });
  };
  if (scene.prompt !== undefined) add('prompt', 1, scene.prompt, scene.promptSource ?? scene.file);
  for (const part of scene.parts)
    add(part.section, part.weight, normaliseText(part.text, terms), part.source);
  if (entity.appearance !== undefined) {
    add('subject', 2, `${entity.name}: ${entity.appearance}`, `${entity.file} appearance`);
  }
  for (const other of othersShown(world, entity, scene)) {
    if (other.appearance === undefined) continue;
    // A portrait that is sent says most of it; without one these words are all that the model has.
    const pictured = references.some(({ reference }) => ownerOf(reference) === other);
    add('subject', pictured ? 4 : 2, `${other.name}: ${other.appearance}`, `${other.file} appearance`);
  }
  if (references.length > 0) {
    const told = references.map((one, index) => `Image ${index + 1} shows ${one.shows}.`);
    add('references', 1, told.join(' '), `${scene.file} ${pathText(scene.at)}`);
  }
  const palette = entity.palette;
  // A scene that states its own colours has them for a reason.
  const ownPalette = scene.parts.some((part) => part.section === 'palette');
  if (palette !== undefined && !ownPalette && palette.dominant.length + palette.accent.length > 0) {
    const main = palette.dominant.join(', ');
    const accent = palette.accent.join(', ');
    const text =
      main === '' ? `accents of ${accent}` : accent === '' ? main : `${main}, with accents of ${accent}`;
    add('palette', 3, `Palette: ${text}.`, `${entity.file} palette`);
  }
  for (const trait of traitsFor(world, entity, scene, useTraits)) {
    add('traits', trait.weight, trait.text, trait.source);
  }
  if (style.style !== undefined) add('style', 2, style.style, `${styleFile} style`);
  const byType = style.byType[entity.type];
  if (byType !== undefined) add('style', 2, byType, `${styleFile} by_type.${entity.type}`);
  if (entity.style !== undefined) add('style', 2, entity.style, `${entity.file} style`);
  if (scene.mood !== undefined) {
    const known = moodStyle(style, scene.mood);
    if (known !== undefined) add('mood', 2, known.text, `${styleFile} moods.${known.words.join(', ')}`);
    else if (scene.prompt === undefined) {
      add(
        'mood',
        3,
        `Mood: ${scene.mood.replace(/[.\s]+$/, '')}.`,
        `${scene.file} ${pathText(scene.at)}.mood`,
      );
    }
  }
  const avoid = mergeTerms([...scene.negative, ...(entity.palette?.avoid ?? []), ...style.negative], terms);
  if (avoid.length > 0) {
    const sources = [
      ...(scene.negative.length > 0 ? [`${scene.file} ${pathText(scene.at)}`] : []),
      ...((entity.palette?.avoid.length ?? 0) > 0 ? [`${entity.file} palette.avoid`] : []),
      ...(style.negative.length > 0 ? [`${styleFile} negative_prompt`] : []),
    ];
    add('avoid', 2, `Avoid: ${avoid.join(', ')}.`, sources.join('; '));
  }
  return pieces;
}

function ownerOf(reference: SelectedReference['reference']): Entity | undefined {
  return reference.kind === 'scene' ? reference.entity : reference.owner;
}
