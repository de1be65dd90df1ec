import type { Entity, PromptPart, Scene, World } from '../content/index.js';
// Not by the index: the graph of every Nx process needs this file, and not the YAML editor behind the index.
import { resolveReferences } from '../content/references.js';
import { unreachable } from '../util/unreachable.js';
import { kindOf } from './appearance/judge.js';
import { looksOf } from './looks.js';
import { othersShown } from './others.js';

/** What analysis found in an entity's references of who it is, and of what is worn if its author says nothing of it. */
function learnedTraits(entity: Entity): readonly PromptPart[] {
  return entity.traits.filter(
    ({ learned }) => learned === 'traits' || (learned === 'attire' && !hasAttire(entity)),
  );
}

function hasAttire(entity: Entity): boolean {
  return looksOf(entity).attire.length > 0;
}

/**
 * The traits that a scene's prompt states: those that the author wrote, and what analysis found unless the
 * workspace, the entity (then they are not read at all) or the scene turns it off. Found colours and styles only
 * stand in for what is not stated: an author's palette and the world's style win. Of others that are shown, the
 * traits alone.
 */
export function traitsFor(world: World, entity: Entity, scene: Scene, useTraits: boolean): PromptPart[] {
  const isUsed = useTraits && scene.useTraits !== false;
  const { palette, style } = entity;
  const hasPalette =
    (palette !== undefined && palette.dominant.length + palette.accent.length > 0) ||
    scene.parts.some((part) => part.section === 'palette');
  const hasStyle = style !== undefined || world.style.style !== undefined;
  const isSent = ({ onlyWith }: PromptPart): boolean =>
    onlyWith === undefined || filesShown(world, entity, scene).some((path) => onlyWith.includes(path));
  const own = entity.traits.filter(({ learned }) => {
    switch (learned) {
      case undefined:
        return true;
      case 'traits':
        return isUsed;
      case 'attire':
        return isUsed && !hasAttire(entity);
      case 'palette':
        return isUsed && !hasPalette;
      case 'style':
        return isUsed && !hasStyle;
      default:
        return unreachable(learned);
    }
  });
  const all = isUsed ? [...own, ...othersShown(world, entity, scene).flatMap(learnedTraits)] : own;
  return all.filter(isSent);
}

/**
 * Found traits without those that are the moment of the picture they were found in: its pose, props and light; and
 * without clothes if the scene says what is worn.
 */
export function lastingTraits(
  { text, learned }: PromptPart,
  withClothes = true,
): {
  readonly text: string;
  readonly moments: readonly string[];
  readonly clothes: readonly string[];
} {
  const [, before, list] = /^(Canonical traits of [^:]+: )(.+)\.$/su.exec(text) ?? [];
  if (learned !== 'traits' || before === undefined || list === undefined)
    return { text, moments: [], clothes: [] };
  const isMoment = (trait: string): boolean => ['pose', 'setting'].includes(kindOf(trait) ?? '');
  const traits = list.split('; ');
  const clothes = withClothes ? [] : traits.filter((trait) => kindOf(trait) === 'attire');
  const kept = traits.filter((trait) => !isMoment(trait) && !clothes.includes(trait));
  return {
    text: kept.length === 0 ? '' : `${before}${kept.join('; ')}.`,
    moments: traits.filter(isMoment),
    clothes,
  };
}

/** Authored pictures that a scene refers to. */
function filesShown(world: World, entity: Entity, scene: Scene): readonly string[] {
  return resolveReferences(world, entity, scene).flatMap((one) => (one.kind === 'file' ? one.paths : []));
}
