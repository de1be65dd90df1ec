import type { Entity, Scene } from '../content/index.js';
import { looksOf } from './looks.js';
import type { Shown } from './people.js';
import { mentions, wordsOf } from './scene-words.js';
import { describedAs, type SelectedReference } from './select-references.js';

/** What a picture is of, which decides what may be taken from it. */
export type PictureKind = 'person' | 'creature' | 'object' | 'place' | 'style' | 'scene' | 'picture';

const CREATURE =
  /\b(?:creature|beast|monster|animal|owl|wolf|dog|hound|horse|mare|stallion|pony|raven|crow|falcon|cat|dragon|serpent|bear|spider|construct|automaton|elemental|spirit of|swarm|familiar)\b/iu;
const PERSON =
  /\b(?:man|woman|boy|girl|elf|half-elf|dwarf|gnome|halfling|orc|half-orc|human|dragonborn|tiefling|person|youth|child)\b/iu;

function pictureKind({ reference }: SelectedReference): PictureKind {
  const { role, written } = reference;
  if (role === 'style' || role === 'object') return role;
  if (reference.kind === 'scene' && (written.isRoleAssumed === true || role === 'other')) {
    return reference.entity.type === 'location' ? 'place' : 'scene';
  }
  if (role === 'place') return 'place';
  const owner = reference.kind === 'scene' ? reference.entity : reference.owner;
  if (role === 'portrait') return owner !== undefined && labelsOf(owner).isCreature ? 'creature' : 'person';
  return 'picture';
}

/** What is found out about an entity for each picture of it that a scene shows. */
interface Labels {
  readonly isCreature: boolean;
  readonly epithet: string | undefined;
}

const labels = new WeakMap<Entity, Labels>();

/** Worked out once for each entity that was read. */
function labelsOf(owner: Entity): Labels {
  let made = labels.get(owner);
  if (made === undefined)
    labels.set(owner, (made = { isCreature: isCreature(owner), epithet: epithet(owner) }));
  return made;
}

function isCreature(owner: Entity): boolean {
  const words = owner.tags.join(' ');
  if (CREATURE.test(words)) return true;
  const first = `${owner.looks?.identity ?? ''} ${owner.appearance ?? owner.description ?? ''}`
    .trim()
    .split(/[.;]/u)[0];
  return first !== undefined && !PERSON.test(first) && CREATURE.test(first);
}

/** What a prompt says of one picture. */
export interface PictureText {
  /** The reference's name, as in reports. */
  readonly name: string;
  /** Completes "Image 1 shows …". */
  readonly shows: string;
  readonly take: string;
}

export function pictureTexts(
  references: readonly SelectedReference[],
  people: readonly Shown[],
  scene: Scene,
): readonly PictureText[] {
  const words = wordsOf(scene);
  return references.map((selected) => {
    const kind = pictureKind(selected);
    return {
      name: selected.reference.name,
      shows: subjectOf(selected, kind, words),
      take: takenFrom(kind, clothesOf(selected, people)),
    };
  });
}

/** One sentence for all pictures of which the same is to be taken. */
export function describePictures(pictures: readonly PictureText[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const [index, { shows, take }] of pictures.entries()) {
    const group = groups.get(take) ?? [];
    group.push(`image ${index + 1} shows ${shows}`);
    groups.set(take, group);
  }
  return [...groups].map(([take, shown]) => {
    const list = shown.join(', ');
    return `${list.charAt(0).toUpperCase()}${list.slice(1)}: ${take}.`;
  });
}

function clothesOf({ reference }: SelectedReference, people: readonly Shown[]): boolean {
  const owner = reference.kind === 'scene' ? reference.entity : reference.owner;
  const person = people.find(({ entity }) => entity === owner);
  return person === undefined || person.clothing.kind === 'silent';
}

function takenFrom(kind: PictureKind, withClothes: boolean): string {
  switch (kind) {
    case 'person':
      return withClothes
        ? 'take face, hair, build, marks and clothes; not pose, expression, light or background'
        : 'take face, hair, build and marks; not clothes, pose, expression, light or background';
    case 'creature':
      return 'take shape, colours and marks; not pose, light or background';
    case 'object':
      return 'take shape, material and colours; not its surroundings';
    case 'place':
      return 'take architecture and materials; not people, hour or weather';
    case 'style':
      return 'take the manner of painting, not what it shows';
    case 'scene':
      return 'keep what appears in both alike; not the composition or the moment';
    case 'picture':
      return 'take what the scene names; not composition, light or background';
  }
}

function subjectOf(selected: SelectedReference, kind: PictureKind, words: string): string {
  const { reference } = selected;
  const owner = reference.kind === 'scene' ? reference.entity : reference.owner;
  const name = owner?.name ?? 'a reference';
  const reason = reasonOf(selected);
  const description = describedAs(reference);
  switch (kind) {
    case 'person':
    case 'creature': {
      // The author's words may speak of "a stocky dwarf" only: something has to say who that is.
      const who = owner === undefined || mentions(words, name) ? undefined : labelsOf(owner).epithet;
      return withRemarks(name, who, reason);
    }
    case 'place': {
      const zone = reference.kind === 'scene' ? reference.scene.place?.zoneName : undefined;
      return zone === undefined
        ? withRemarks(`the place ${name}`, reason)
        : withRemarks(`the place ${zone}`, name, reason);
    }
    case 'object':
      return withRemarks(description ?? `an object of ${name}`, reason);
    case 'style':
      return withRemarks('the style to paint in', reason);
    case 'scene':
      return withRemarks(
        reference.kind === 'scene' ? `another scene of ${name}, "${reference.scene.title}"` : name,
        reason,
      );
    case 'picture':
      return description === undefined
        ? withRemarks(`a picture of ${name}`, reason)
        : withRemarks(description, name, reason);
  }
}

/** What is added to a name, in one pair of brackets. */
function withRemarks(name: string, ...remarks: readonly (string | undefined)[]): string {
  const said = remarks.filter((one) => one !== undefined);
  return said.length === 0 ? name : `${name} (${said.join('; ')})`;
}

/** "a battle-hardened half-elf": the first noun phrase of an appearance. */
function epithet(owner: Entity): string | undefined {
  const texts = [owner.looks?.identity ?? '', owner.appearance ?? '', looksOf(owner).identity[0]?.text ?? ''];
  for (const text of texts) {
    const found =
      /\b(?:is|appears to be|stands as)\s+((?:an?|the)\s+[^,.;]{3,60}?)(?=\s+(?:with|who|whose|of|in|and|possessing|standing)\b|[,.;]|$)/iu.exec(
        text,
      )?.[1];
    const bare = /^((?:an?|the)\s+[^.;]{3,60}?)(?=\s+(?:with|who|whose|of|in)\b|[.;]|$)/iu.exec(
      text.trim(),
    )?.[1];
    const phrase = found ?? bare;
    if (phrase !== undefined && (PERSON.test(phrase) || CREATURE.test(phrase))) {
      return phrase.charAt(0).toLowerCase() + phrase.slice(1);
    }
  }
  return undefined;
}

/** Why the author shows it. It is of the scene: nothing that the picture itself shows. */
function reasonOf({ reference }: SelectedReference): string | undefined {
  const { reason } = reference.written;
  return reason === undefined ? undefined : `in this scene: ${reason.trim().replace(/[.\s]+$/u, '')}`;
}
