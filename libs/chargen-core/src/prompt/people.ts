import type { Entity, PromptSection, Scene } from '../content/index.js';
import { letters, wordsIn } from '../util/letters.js';
import { keepWhere, splitAppearance, subjectOf } from './appearance/index.js';
import { namesOthers } from './appearance/words.js';
import { contradictions } from './claims.js';
import { looksOf, type Sourced, type Unsaid } from './looks.js';
import { clothingIn, wordsAbout, wordsNaming, wordsOf, type Clothing, type Wearer } from './scene-words.js';
import type { SelectedReference } from './select-references.js';

/** A person, creature or place that a scene shows, and what of it the prompt has to say in words. */
export interface Shown {
  readonly entity: Entity;
  /** A picture that is sent shows who it is. */
  readonly isPictured: boolean;
  readonly clothing: Clothing;
}

export interface PersonText extends Sourced {
  readonly section: PromptSection;
  readonly weight: 1 | 2 | 3 | 4 | 5;
}

/** The characters of a scene, with the scene's own entity first. */
export function peopleIn(
  entity: Entity,
  others: readonly Entity[],
  scene: Scene,
  references: readonly SelectedReference[],
): readonly Shown[] {
  const people = [entity, ...others].filter((one) => one.type === 'character');
  return people.map((person) => {
    const rest = people.filter((other) => other !== person);
    return {
      entity: person,
      isPictured: references.some((one) => showsWho(one, person)),
      clothing: clothingIn(wordsAbout(scene, person, rest), wearer(person)),
    };
  });
}

const wearers = new WeakMap<Entity, Wearer>();

/** Worked out once for each entity that was read. */
function wearer(person: Entity): Wearer {
  const present = wearers.get(person);
  if (present !== undefined) return present;
  const { attire, identity } = looksOf(person);
  const text = [person.appearance ?? '', ...identity.map((one) => one.text)].join(' ');
  const made = { usual: attire.map((one) => one.text).join(' '), his: subjectOf(text).his };
  wearers.set(person, made);
  return made;
}

/** Whether a picture, drawn or made, is a portrait of the person; one of his workbench shows no person. */
function showsWho({ reference }: SelectedReference, person: Entity): boolean {
  const owner = reference.kind === 'scene' ? reference.entity : reference.owner;
  if (owner !== person || reference.role !== 'portrait') return false;
  return reference.kind === 'file' || reference.written.isRoleAssumed !== true;
}

/**
 * What the words have to say of people: who no picture shows, and what is worn if the scene does not say it: what
 * the author wrote, else what analysis found.
 */
export function describePeople(
  people: readonly Shown[],
  scene: Scene,
  foundAttire: (person: Entity) => readonly Sourced[] = () => [],
): { readonly included: readonly PersonText[]; readonly unsaid: readonly Unsaid[] } {
  const included: PersonText[] = [];
  const unsaid: Unsaid[] = [];
  // Beside anybody else, also one without a name, clothes need a name.
  const isAlone = people.length === 1 && !wordsIn(wordsOf(scene)).some(namesOthers);
  for (const person of people) {
    const { entity, isPictured, clothing } = person;
    const looks = looksOf(entity);
    unsaid.push(...looks.unsaid);
    const words = wordsNaming(
      scene,
      entity,
      people.map((one) => one.entity).filter((one) => one !== entity),
    );
    if (isPictured) unsaid.push(...looks.identity.map((one): Unsaid => ({ ...one, why: 'in-the-picture' })));
    else {
      for (const one of looks.identity) {
        const { text, denied } = withoutDenied(one.text, words, entity.name);
        unsaid.push(
          ...denied.map((clause): Unsaid => ({ ...one, text: clause, why: 'scene-says-otherwise' })),
        );
        // Nothing else says who it is: no limit cuts it.
        if (text !== '')
          included.push({
            section: 'subject',
            weight: 1,
            text: named(entity.name, text),
            source: one.source,
          });
      }
    }
    const attire = looks.attire.length > 0 ? looks.attire : foundAttire(entity);
    if (clothing.kind === 'stated') {
      unsaid.push(...attire.map((one): Unsaid => ({ ...one, why: 'clothes-in-scene' })));
      continue;
    }
    for (const one of attire) {
      const worn = withoutPieces(one.text, clothing.without);
      unsaid.push(...worn.off.map((text): Unsaid => ({ ...one, text, why: 'scene-says-otherwise' })));
      if (worn.text === '') continue;
      const weight = isPictured ? 4 : 2;
      included.push({
        section: 'subject',
        weight,
        text: named(isAlone ? 'Clothes' : `${entity.name}, clothes`, worn.text, entity.name),
        source: one.source,
      });
    }
  }
  return { included: [...included, ...heights(people)], unsaid };
}

/** "Ossa Verrin: …", unless the text calls the person by name itself. */
function named(label: string, text: string, name = label): string {
  if (text.startsWith(name)) return text;
  // "He wears spectacles." beside a name: the name says who.
  const [, verb, rest] = /^(?:he|she|it|they) (wears?|is|are|has|have) (.+)$/isu.exec(text) ?? [];
  if (verb === undefined || rest === undefined) return `${label}: ${text}`;
  const singular = { wear: 'wears', are: 'is', have: 'has' }[verb.toLowerCase()] ?? verb;
  return `${name} ${singular} ${rest}`;
}

/** An identity without what the scene's own words deny, by clause. */
function withoutDenied(
  text: string,
  words: string,
  name: string,
): { text: string; denied: readonly string[] } {
  if (contradictions(text, words).length === 0) return { text, denied: [] };
  const { text: rest, cut } = keepWhere(
    text,
    (clause) => contradictions(clause.text, words).length === 0,
    name,
  );
  return { text: rest, denied: cut.map((clause) => clause.text) };
}

/** Between two things that are worn; the marks themselves are kept. */
const PIECES = letters(/(;\s+|,\s+(?:and\s+)?(?=an?\b|the\b|with\b|\p{L}+ed\b)|\s+and\s+(?=an?\b|\p{L}))/iu);

function withoutPieces(text: string, garments: readonly string[]): { text: string; off: readonly string[] } {
  if (garments.length === 0) return { text, off: [] };
  const pattern = new RegExp(String.raw`\b(?:${garments.join('|')})\b`, 'iu');
  if (!pattern.test(text)) return { text, off: [] };
  const pieces = splitAppearance(text).flatMap(({ clauses }) =>
    clauses.flatMap((clause) => {
      const parts = clause.text.split(PIECES.for(clause.text));
      return parts.flatMap((piece, index) =>
        index % 2 === 1
          ? []
          : [{ piece: piece.trim(), joiner: index === 0 ? ', ' : (parts[index - 1] ?? ', ') }],
      );
    }),
  );
  const off = pieces.filter(({ piece }) => pattern.test(piece)).map(({ piece }) => piece);
  let on = '';
  for (const [index, { piece, joiner }] of pieces.entries()) {
    if (pattern.test(piece)) continue;
    const before = pieces[index - 1]?.piece;
    // "collar and breast" stays so; if something was removed, a comma separates the rest.
    const isNext = before !== undefined && !pattern.test(before);
    on += on === '' ? piece : `${isNext ? joiner : ', '}${piece}`;
  }
  const rest = on.replace(/[\s,.]+$/u, '');
  return {
    text: rest === '' || /^\S+$/u.test(rest) ? '' : `${rest}.`.replace(/^(?:he|she|it|they) wears? /iu, ''),
    off,
  };
}

const SIZE =
  /\b(?:(?:very |barely |almost |well over |nearly )?(?:tall|short|small|tiny|petite|towering|massive|imposing|huge)|(?:about |almost |barely |nearly |well over )?(?:two|three|four|five|six|seven|eight|nine) feet(?: tall)?|(?:rock )?gnome|halfling|dwarf|giant|ogre|child)\b/iu;

/** What no portrait shows: how tall people are beside each other. */
function heights(people: readonly Shown[]): PersonText[] {
  const sizes = people.flatMap(({ entity, isPictured }) => {
    const { identity } = looksOf(entity);
    const found = identity.flatMap((one) => {
      const size = SIZE.exec(one.text)?.[0];
      return size === undefined ? [] : [{ size: size.toLowerCase(), source: one.source }];
    });
    const [first] = found;
    return isPictured && first !== undefined ? [{ name: entity.name, ...first }] : [];
  });
  const [first] = sizes;
  if (first === undefined || people.length < 2) return [];
  const text = `Sizes beside each other: ${sizes.map(({ name, size }) => `${name} (${size})`).join(', ')}.`;
  return [{ section: 'subject', weight: 4, text, source: first.source }];
}
