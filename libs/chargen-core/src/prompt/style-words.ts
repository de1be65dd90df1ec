import { peekAt, type LoadedEntity, type Scene, type World } from '../content/index.js';
import { wordsOf } from './scene-words.js';

/** Words by which authors say how a picture is made. */
const STYLE_WORDS =
  /\b(?:oil (?:painting|paint)|painting|painted|painterly|water ?colou?r|gouache|ink (?:drawing|wash)|sepia|illustration|brushwork|brush ?strokes?|woodcut|engraving|etching|charcoal|pencil|pastel|matte finish|chiaroscuro|impasto|photograph(?:ic)?|photorealistic|3d render|pixel art|comic|cel-shaded|fresco|tapestry|storybook)\b/iu;

export function statesStyle(scene: Scene): boolean {
  return (
    STYLE_WORDS.test(wordsOf(scene)) ||
    scene.parts.some((part) => part.section === 'style' && STYLE_WORDS.test(part.text))
  );
}

/** With fewer pictures there is no world yet that could come out unlike itself. */
const MIN_SCENES = 5;

/** How many scenes state no style, of all those that could. */
export interface ScenesWithoutStyle {
  readonly without: number;
  readonly all: number;
}

export function withoutStyleIn(loaded: LoadedEntity): ScenesWithoutStyle {
  const { entity } = peekAt(loaded);
  if (entity === undefined || entity.style !== undefined) return { without: 0, all: 0 };
  const { scenes } = entity;
  return { without: scenes.filter((scene) => !statesStyle(scene)).length, all: scenes.length };
}

/**
 * How many scenes say nothing of their style in a world that has none either; undefined if that is no fault or its
 * author silenced the hint. `of` may know the counts from before.
 */
export function scenesWithoutStyle(
  world: World,
  of: (loaded: LoadedEntity) => ScenesWithoutStyle = withoutStyleIn,
): ScenesWithoutStyle | undefined {
  const { style } = world;
  if (style.silenced?.includes('no-style') === true) return undefined;
  if (style.style !== undefined || Object.keys(style.byType).length > 0) return undefined;
  const counts = world.entities.map((loaded) => of(loaded));
  const without = counts.reduce((sum, one) => sum + one.without, 0);
  const all = counts.reduce((sum, one) => sum + one.all, 0);
  return without < MIN_SCENES ? undefined : { without, all };
}

export function noStyleMessage({ without, all }: ScenesWithoutStyle): string {
  return `The world has no style, and ${without} of ${all} scenes state none: their pictures will look unlike each other. Run: chargen style suggest`;
}
