import type { World } from '../content/index.js';
import { splitTerms } from '../content/lenient.js';
import { mergeTerms } from './merge-terms.js';
import { asksFor } from './say-once.js';
import { wordsOf } from './scene-words.js';
import { statesStyle } from './style-words.js';

/** A phrase that several scenes have in common. */
export interface CommonPhrase {
  readonly phrase: string;
  readonly scenes: number;
}

export interface StyleSuggestion {
  /** Scenes whose author wrote a prompt; the counts are of these. */
  readonly scenes: number;
  readonly style: readonly CommonPhrase[];
  readonly avoid: readonly CommonPhrase[];
}

/** A phrase of so few scenes is a scene's own. */
const MIN_SCENES = 3;
/** And of those that are common, this share of the commonest one is still the world's. */
const MIN_SHARE = 0.25;
const MAX_STYLE = 8;
const MAX_AVOID = 40;

/**
 * What the authors' own prompts have in common: phrases between commas and full stops that speak of how a picture
 * is made, and the terms that scenes avoid. Sorted by count, then by letters. A term to avoid holds for the whole
 * world only if scenes of more than one kind of entity avoid it (in a world of which several kinds avoid anything),
 * and if the world does not show what it names: "people" is right for a view of an empty street, and wrong for a
 * world with characters.
 */
export function suggestStyle(world: World): StyleSuggestion {
  const scenes = world.entities.flatMap(({ entity }) => entity?.scenes ?? []);
  const withPrompt = scenes.filter((scene) => scene.prompt !== undefined || statesStyle(scene));
  const style = counted(
    withPrompt.map((scene) => [
      ...phrasesOf(scene.prompt ?? ''),
      ...scene.parts.filter((part) => part.section === 'style').flatMap((part) => phrasesOf(part.text)),
    ]),
  ).filter(({ phrase }) => MAKING.test(phrase));
  const avoid = counted(scenes.map((scene) => mergeTerms(scene.negative))).filter(
    ({ phrase }) => isOfSeveralKinds(world, phrase) && !isShown(world, phrase),
  );
  return { scenes: withPrompt.length, style: most(style, MAX_STYLE), avoid: most(avoid, MAX_AVOID) };
}

/** Whether scenes of more than one kind of entity avoid a term; true if only one kind avoids anything at all. */
function isOfSeveralKinds(world: World, term: string): boolean {
  const avoiding = world.entities.flatMap(({ entity }) =>
    entity === undefined
      ? []
      : [{ type: entity.type, terms: mergeTerms(entity.scenes.flatMap((scene) => scene.negative)) }],
  );
  const kinds = (of: (terms: readonly string[]) => boolean): number =>
    new Set(avoiding.filter(({ terms }) => of(terms)).map(({ type }) => type)).size;
  const isTerm = (one: string): boolean => one.toLowerCase() === term.toLowerCase();
  return kinds((terms) => terms.some(isTerm)) > 1 || kinds((terms) => terms.length > 0) <= 1;
}

/** Words for people as such; with a character in the world, some picture shows one. */
const PEOPLE =
  /^(?:any |human |living )?(?:people|persons?|humans?|humanoids?|figures?|crowds?|characters?|faces?|men|women|children|portraits?)$/iu;

/** Whether pictures of this world show what a term names. */
function isShown(world: World, term: string): boolean {
  const entities = world.entities.flatMap(({ entity }) => entity ?? []);
  if (PEOPLE.test(term) && entities.some(({ type }) => type === 'character')) return true;
  const scenes = entities.flatMap((entity) => entity.scenes);
  return scenes.filter((scene) => asksFor(wordsOf(scene), term)).length >= MIN_SCENES;
}

/** How a picture is made, as words at the start or the end of prompts say it. */
const MAKING =
  /\b(?:oil|paint(?:ing|ed|erly)?|water ?colou?r|gouache|ink|sepia|illustration|brush(?:work| ?strokes?)?|finish|lighting|chiaroscuro|woodcut|etching|charcoal|pastel|impasto|palette|texture[sd]?|grain|style|render(?:ed|ing)?|canvas|paper|fantasy art|storybook|cinematic)\b/iu;

function phrasesOf(text: string): string[] {
  return text
    .replace(/\s+/g, ' ')
    .split(/[.;]\s|[.;]$/u)
    .flatMap((sentence) => splitTerms(sentence))
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '' && phrase.split(' ').length <= 6);
}

/** How many lists hold each phrase, in upper or lower case; the wording is the commonest one. */
function counted(lists: readonly (readonly string[])[]): CommonPhrase[] {
  const byPhrase = new Map<string, Map<string, number>>();
  for (const list of lists) {
    const seen = new Set<string>();
    for (const phrase of list) {
      const key = phrase.toLowerCase();
      if (seen.has(key)) continue;
      seen.add(key);
      const wordings = byPhrase.get(key) ?? new Map<string, number>();
      wordings.set(phrase, (wordings.get(phrase) ?? 0) + 1);
      byPhrase.set(key, wordings);
    }
  }
  return [...byPhrase.values()]
    .map((wordings) => {
      const [wording] = [...wordings].sort(byCount);
      return {
        phrase: wording?.[0] ?? '',
        scenes: [...wordings.values()].reduce((sum, count) => sum + count, 0),
      };
    })
    .sort((a, b) => byCount([a.phrase, a.scenes], [b.phrase, b.scenes]));
}

function byCount(a: readonly [string, number], b: readonly [string, number]): number {
  return b[1] - a[1] || (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
}

function most(phrases: readonly CommonPhrase[], limit: number): readonly CommonPhrase[] {
  const least = Math.max(MIN_SCENES, (phrases[0]?.scenes ?? 0) * MIN_SHARE);
  return phrases.filter(({ scenes }) => scenes >= least).slice(0, limit);
}

/** A style.yaml of what was found, with counts as comments; undefined if the prompts have no style in common. */
export function styleYaml({ style, avoid, scenes }: StyleSuggestion): string | undefined {
  if (style.length === 0) return undefined;
  const text = style.map(({ phrase }) => phrase).join(', ');
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  const counts = style.map(({ phrase, scenes: count }) => `#   ${count} of ${scenes}: ${phrase}`);
  const lines = [
    '# The look of the whole world; it goes into every prompt. Suggested by "chargen style suggest" from the',
    '# prompts of this world. How many scenes say it:',
    ...counts,
    `style: ${JSON.stringify(sentence)}`,
  ];
  if (avoid.length > 0) {
    lines.push(
      '',
      '# Never to be seen, in any picture; behind each, how many scenes say it.',
      'negative_prompt:',
    );
    lines.push(...avoid.map(({ phrase, scenes: count }) => `  - ${JSON.stringify(phrase)} # ${count}`));
  }
  return `${lines.join('\n')}\n`;
}
