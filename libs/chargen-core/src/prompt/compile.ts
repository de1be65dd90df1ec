import type { Entity, PromptSection, Scene, World } from '../content/index.js';
import type { SelectedReference } from './select-references.js';

/**
 * Part of every task's hash and of the explanation why a scene is pending. Raised whenever the same content
 * compiles to another text, so that a new version of the tool is seen as what it is.
 */
export const COMPILER_VERSION = 1;

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
  /** Whole parts that a length limit cut away, lowest weight first. */
  readonly leftOut: readonly CompiledSection[];
}

/** The same content gives the same text, to the byte, on every machine. */
export function compilePrompt(
  world: World,
  entity: Entity,
  scene: Scene,
  references: readonly SelectedReference[],
): CompiledPrompt {
  const sections: CompiledSection[] = [];
  const add = (section: CompiledSection['section'], text: string, source: string): void => {
    const trimmed = text.trim();
    if (trimmed !== '') sections.push({ section, text: trimmed, source });
  };
  if (scene.prompt !== undefined) add('prompt', scene.prompt, scene.promptSource ?? scene.file);
  for (const part of scene.parts) add(part.section, part.text, part.source);
  if (references.length > 0) {
    const told = references.map((one, index) => `Image ${String(index + 1)} shows ${one.shows}.`);
    add('references', told.join(' '), `${scene.file} references`);
  }
  if (entity.appearance !== undefined) {
    add('subject', `${entity.name}: ${entity.appearance}`, `${entity.file} appearance`);
  }
  const palette = entity.palette;
  if (palette !== undefined && palette.dominant.length + palette.accent.length > 0) {
    const accent = palette.accent.length === 0 ? '' : `, with accents of ${palette.accent.join(', ')}`;
    add('palette', `Palette: ${palette.dominant.join(', ')}${accent}.`, `${entity.file} palette`);
  }
  for (const trait of entity.traits) add('traits', trait.text, trait.source);
  const style = world.style;
  if (style.style !== undefined) add('style', style.style, `${style.file ?? 'style'} style`);
  const byType = style.byType[entity.type];
  if (byType !== undefined) add('style', byType, `${style.file ?? 'style'} by_type.${entity.type}`);
  if (entity.style !== undefined) add('style', entity.style, `${entity.file} style`);
  const mood = scene.mood === undefined ? undefined : style.moods[scene.mood];
  if (mood !== undefined) add('mood', mood, `${style.file ?? 'style'} moods.${scene.mood ?? ''}`);
  const avoid = mergeTerms([...scene.negative, ...style.negative]);
  if (avoid.length > 0) add('avoid', `Avoid: ${avoid.join(', ')}.`, `${scene.file} negative_prompt`);
  return { text: sections.map((one) => one.text).join('\n\n'), sections, leftOut: [] };
}

/** Without doubles, whatever their case, in the order of their first appearance. */
function mergeTerms(terms: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const term of terms) {
    const clean = term.trim().replace(/[.,;]+$/, '');
    if (clean !== '' && !seen.has(clean.toLowerCase())) seen.set(clean.toLowerCase(), clean);
  }
  return [...seen.values()];
}
