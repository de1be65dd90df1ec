import {
  resolveReferences,
  type DataPath,
  type Diagnostic,
  type Entity,
  type Scene,
  type World,
} from '../content/index.js';
import { letters } from '../util/letters.js';
import { contradictions } from './claims.js';
import { hoursIn } from './hours.js';
import { looksOf } from './looks.js';
import { mergeTerms } from './merge-terms.js';
import { othersShown } from './others.js';
import { asksFor } from './say-once.js';
import { noStyleMessage, scenesWithoutStyle, type ScenesWithoutStyle } from './style-words.js';
import { mentions, namesOf, wordsAbout, wordsNaming, wordsOf } from './scene-words.js';

/**
 * Of more people than this, models mix up the faces. Google's documentation of gemini-3-pro-image (October 2026) names
 * up to 5 characters among 14 reference images; that of gemini-3.1-flash-image named 4. That one limit holds for all
 * models here is our decision.
 */
const MAX_FACES = 5;

/** The codes of hints about prompts. `silence` in a scene or an entity's `silence` names those not to be given. */
export const LINT_CODES = [
  'asks-for-avoided',
  'clothes-contradict',
  'hour-contradicts',
  'looks-contradict',
  'nothing-visible',
  'people-too-many',
  'reference-unmentioned',
  'text-asked',
  'two-names',
] as const;
export type LintCode = (typeof LINT_CODES)[number];

/** What is likely to spoil pictures, as far as it can be read from the words alone. */
export function lintPrompts(world: World): Diagnostic[] {
  const ofEntities = world.entities.flatMap(({ entity }) =>
    entity === undefined ? [] : lintEntity(world, entity),
  );
  return [...lintStyle(world, scenesWithoutStyle(world)), ...ofEntities];
}

/** The hints about the pictures of one entity, without those that its author silenced. */
export function lintEntity(world: World, entity: Entity): Diagnostic[] {
  const ofScenes = entity.scenes
    .filter((scene) => !scene.locked)
    .flatMap((scene) =>
      lintScene(world, entity, scene).filter(({ code }) => scene.silenced?.includes(code) !== true),
    );
  return [...lintLooks(entity), ...ofScenes].filter(({ code }) => entity.silenced?.includes(code) !== true);
}

/** The hint that the world has no style; `styleless` as of `scenesWithoutStyle`. */
export function lintStyle(world: World, styleless: ScenesWithoutStyle | undefined): Diagnostic[] {
  if (styleless === undefined) return [];
  return [
    {
      severity: 'warning',
      code: 'no-style',
      message: noStyleMessage(styleless),
      file: world.style.file ?? 'style.yaml',
    },
  ];
}

function lintLooks(entity: Entity): Diagnostic[] {
  const lines = entity.looks?.always ?? [];
  if (entity.appearance === undefined || lines.length === 0) return [];
  return lines.flatMap((line, index) =>
    contradictions(line, entity.appearance ?? '').map(({ feature, first, second }): Diagnostic => ({
      severity: 'warning',
      code: 'looks-contradict',
      message: `The ${feature} of ${entity.name} is described in two ways: "${first}" here, "${second}" in the appearance of ${entity.file}. Prompts follow this line; make them agree.`,
      file: entity.looks?.alwaysFile ?? entity.file,
      at: [...(entity.looks?.alwaysAt ?? []), index],
    })),
  );
}

function lintScene(world: World, entity: Entity, scene: Scene): Diagnostic[] {
  const words = wordsOf(scene);
  const others = othersShown(world, entity, scene);
  const people = [entity, ...others].filter((one) => one.type === 'character');
  return [
    ...askedAndAvoided(world, scene, words),
    ...hours(scene),
    ...looks(world, entity, scene, people),
    ...names(scene, people),
    ...unmentioned(world, entity, scene, words),
    ...lettering(scene, words),
  ];
}

function hint(scene: Scene, code: LintCode, message: string, at = promptAt(scene)): Diagnostic {
  return { severity: 'warning', code, message, file: scene.file, at, scene: scene.id };
}

/** The place of the author's prompt in the file, else of the scene. */
function promptAt(scene: Scene): DataPath {
  const field = /\.(\w+)$/u.exec(scene.promptSource ?? '')?.[1];
  return field === undefined ? scene.at : [...scene.at, field];
}

/** Terms as they stand in the file are read without regard to who is asked to leave them out. */
function askedAndAvoided(world: World, scene: Scene, words: string): Diagnostic[] {
  const asked = mergeTerms(scene.negative, world.style.terms).filter((term) => asksFor(words, term));
  return asked.map((term) =>
    hint(
      scene,
      'asks-for-avoided',
      `The scene asks for "${term}" and its own terms to avoid forbid it. Take it out of one of them.`,
    ),
  );
}

function hours(scene: Scene): Diagnostic[] {
  const stated = hoursIn(scene.hour ?? '');
  const written = hoursIn(scene.prompt ?? '');
  const agree = stated.size === 0 || written.size === 0 || [...written].some((hour) => stated.has(hour));
  if (agree) return [];
  return [
    hint(
      scene,
      'hour-contradicts',
      `The scene's time of day is "${scene.hour ?? ''}", and its prompt says ${[...written].join(' or ')}. Make them agree.`,
    ),
  ];
}

function looks(world: World, entity: Entity, scene: Scene, people: readonly Entity[]): Diagnostic[] {
  const resolved = resolveReferences(world, entity, scene);
  return people.flatMap((person): Diagnostic[] => {
    const rest = people.filter((other) => other !== person);
    const { identity, attire } = looksOf(person);
    const isPictured = resolved.some(
      (one) => one.role === 'portrait' && one.kind === 'file' && one.owner === person,
    );
    const at = scene.references.find((one) => 'slug' in one && one.slug === person.slug)?.at ?? scene.at;
    if (identity.length === 0 && !isPictured) {
      return [
        hint(
          scene,
          'nothing-visible',
          `Nothing says how ${person.name} looks: there is no portrait, and no appearance that can be seen. Write one in ${person.file}.`,
          at,
        ),
      ];
    }
    const words = wordsAbout(scene, person, rest);
    const colours = attire.flatMap((one) => garmentClash(one.text, words));
    const found =
      people.length > 1
        ? []
        : identity.flatMap((one) => contradictions(one.text, wordsNaming(scene, person, rest)));
    return [
      ...found
        .slice(0, 1)
        .map(({ feature, first, second }) =>
          hint(
            scene,
            'looks-contradict',
            `The scene says "${second}" of ${person.name}, whose ${feature} elsewhere is "${first}". The scene wins; make sure that it is meant.`,
          ),
        ),
      ...colours
        .slice(0, 1)
        .map(({ garment, usual, here }) =>
          hint(
            scene,
            'clothes-contradict',
            `The scene says a ${here} ${garment} of ${person.name}, whose ${garment} is ${usual} elsewhere. The scene wins; make sure that it is meant.`,
          ),
        ),
    ];
  });
}

const COLOUR =
  'black|white|grey|gray|red|blue|green|brown|yellow|purple|crimson|scarlet|gold|golden|silver|orange|pink';
const COLOURED = letters(
  new RegExp(
    String.raw`\b(${COLOUR})\s+(?:[\p{L}-]+\s+){0,2}?(coat|cloak|tunic|robe|robes|dress|gown|hat|hood|cape|scarf|jacket|apron|shirt|surcoat|doublet)\b`,
    'giu',
  ),
);

/** A piece of clothing that has one colour in the looks and another in the scene. */
function garmentClash(
  attire: string,
  words: string,
): readonly { readonly garment: string; readonly usual: string; readonly here: string }[] {
  const here = [...words.matchAll(COLOURED.for(words))].map(([, colour = '', garment = '']) => ({
    colour,
    garment,
  }));
  return [...attire.matchAll(COLOURED.for(attire))].flatMap(([, usual = '', garment = '']) => {
    const same = here.filter((one) => one.garment.toLowerCase() === garment.toLowerCase());
    const [first] = same;
    const isOther =
      first !== undefined && same.every((one) => one.colour.toLowerCase() !== usual.toLowerCase());
    return isOther ? [{ garment, usual, here: first.colour }] : [];
  });
}

function names(scene: Scene, people: readonly Entity[]): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const person of people) {
    const stated = scene.parts.find(({ who }) => who?.slug === person.slug)?.who?.name;
    const isOther =
      stated !== undefined && !namesOf(stated).some((word) => namesOf(person.name).includes(word));
    if (isOther) {
      found.push(
        hint(
          scene,
          'two-names',
          `${person.name} is called "${stated}" in this file. Prompts say ${person.name}; use one name.`,
          scene.at,
        ),
      );
    }
  }
  const faces = people.filter((one) =>
    scene.references.some((ref) => 'slug' in ref && ref.slug === one.slug),
  );
  if (faces.length > MAX_FACES) {
    found.push(
      hint(
        scene,
        'people-too-many',
        `The scene shows ${faces.length} people by portrait; of more than ${MAX_FACES} models mix up the faces. Show fewer, or make some of them figures without a face.`,
        scene.at,
      ),
    );
  }
  return found;
}

/** A picture of a person or thing that the words for the scene never name. */
function unmentioned(world: World, entity: Entity, scene: Scene, words: string): Diagnostic[] {
  return resolveReferences(world, entity, scene).flatMap((one): Diagnostic[] => {
    const owner = one.kind === 'file' ? one.owner : undefined;
    // A character's own scenes are about that character, even if their words do not name it.
    if (owner === undefined || owner === entity || one.role !== 'portrait') return [];
    const { written } = one;
    if (written.reason !== undefined || mentions(words, owner.name) || isDescribed(owner, words)) return [];
    return [
      hint(
        scene,
        'reference-unmentioned',
        `The portrait of ${owner.name} is sent, and the words for the scene never speak of ${owner.name}. Name the person, or take the reference out.`,
        written.at,
      ),
    ];
  });
}

const LONG_WORD = letters(/\b(?:[\p{L}-]{4,})\b/gu);

/** "a stocky dwarf with an iron-grey beard": who is meant by two or more words of the looks. */
function isDescribed(owner: Entity, words: string): boolean {
  const known = looksOf(owner)
    .identity.map((one) => one.text)
    .join(' ')
    .toLowerCase();
  const typical = new Set(known.match(LONG_WORD.for(known)) ?? []);
  const here = words.toLowerCase();
  const there = new Set(here.match(LONG_WORD.for(here)) ?? []);
  return [...typical].filter((word) => there.has(word)).length >= 3;
}

const LETTERING =
  /\b(?:(?:sign|banner|plaque|label|inscription|placard|poster|title|caption|letter(?:ing|s)?)\s+(?:that\s+)?(?:reads?|reading|says?|saying|spell(?:s|ing)?)|(?:with|bearing) the (?:words?|text|inscription|title|name)|the words?\s+["“'])/iu;

function lettering(scene: Scene, words: string): Diagnostic[] {
  const found = LETTERING.exec(words)?.[0];
  if (found === undefined) return [];
  return [
    hint(
      scene,
      'text-asked',
      `The scene asks for text in the picture ("${found}"), which models misspell. Show it unreadable or from behind, or add it later.`,
    ),
  ];
}
