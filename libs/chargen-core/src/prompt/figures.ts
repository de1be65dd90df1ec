import { pathText, type Scene } from '../content/index.js';
import { splitAppearance } from './appearance/index.js';
import type { CompiledPrompt, CompiledSection } from './compile.js';
import { hoursIn } from './hours.js';

/** What can be counted in one prompt. */
export interface PromptFigures {
  /** In characters, as are all lengths here. */
  readonly length: number;
  /** Of the author's words for this scene: its prompt and its own fields. */
  readonly ownLength: number;
  /** Of the terms to avoid, of any origin. */
  readonly avoidLength: number;
  /** `ownLength` of `length` without the terms to avoid, 0 to 1. */
  readonly share: number;
  /** Hours of the day that are named outside of the author's own words. */
  readonly hours: number;
  /** Clauses of pose, props, light or expression in the description of a person. */
  readonly poses: number;
  readonly hasStyle: boolean;
}

/** Measures a prompt that was compiled for a scene. */
export function promptFigures(scene: Scene, prompt: CompiledPrompt): PromptFigures {
  const { sections } = prompt;
  const isOwn = (one: CompiledSection): boolean => isOf(scene, one);
  const lengthOf = (chosen: readonly CompiledSection[]): number =>
    chosen.reduce((sum, one) => sum + one.text.length, 0);
  const avoidLength = lengthOf(sections.filter((one) => one.section === 'avoid'));
  const ownLength = lengthOf(sections.filter(isOwn));
  const length = prompt.text.length;
  const others = sections.filter((one) => !isOwn(one) && one.section !== 'avoid' && one.section !== 'style');
  return {
    length,
    ownLength,
    avoidLength,
    share: length === avoidLength ? 0 : ownLength / (length - avoidLength),
    hours: hoursIn(others.map((one) => one.text).join(' ')).size,
    poses: sections
      .filter((one) => one.section === 'subject' && !isOwn(one))
      .flatMap((one) => splitAppearance(one.text))
      .flatMap((one) => one.clauses)
      .filter(({ kind }) => kind === 'pose' || kind === 'setting').length,
    hasStyle:
      sections.some((one) => one.section === 'style') ||
      // The author's prompt says all of it.
      prompt.leftOut.some(
        ({ why, source }) => why === 'said-already' && / (?:style|by_type\.\w+)$/u.test(source),
      ),
  };
}

/** Written in the scene itself. What the compiler says of its pictures bears the scene's place and is not its author's. */
function isOf(scene: Scene, { section, source }: CompiledSection): boolean {
  if (section === 'references' || section === 'avoid') return false;
  const place = `${scene.file} ${pathText(scene.at)}`;
  return source === scene.promptSource || source.startsWith(`${place}.`) || source === place;
}
