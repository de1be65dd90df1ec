import type {
  AskedFields,
  Entity,
  FieldDigests,
  LoadedEntity,
  Scene,
  SceneReference,
  World,
} from '../content/index.js';
// Not by the indexes: the graph of every Nx process needs this file, and little of what stands behind them.
import { othersShown } from '../prompt/others.js';
import { moodStyle } from '../prompt/mood-style.js';
import { asJson, digestJson, type Json } from '../util/canonical-json.js';
import { CHOSEN_OPTIONS, DEFAULT_SETTINGS, type ChargenSettings, type ChosenOption } from './settings.js';

/**
 * What people asked for in one picture: a short digest of each authored field that can matter to it, taken as it was
 * written. No version of the tool and no default is in it.
 */
export interface Asked {
  /** sha256 (hex) of all fields: the second index of the store, the journal and the claims. */
  readonly digest: string;
  readonly fields: FieldDigests;
}

/** One thing that is not as it was when the picture was made. */
export type AskedChange =
  /** An authored field, by its name in `Asked.fields`. */
  | { readonly kind: 'field'; readonly field: string }
  /** A picture that the scene shows has other bytes. */
  | { readonly kind: 'picture'; readonly name: string }
  /** The author asks for newer wording. */
  | { readonly kind: 'wording' };

/** Fields of a person that others' pictures show. The rest of a character's file is about the person's own scenes. */
const LOOKS =
  /appear|look|visual|physi|descri|attire|cloth|outfit|feature|build|hair|eye|skin|face|palette|style|species|age|trait|reference/i;

const SHORT = 12;

/** `loaded` must hold an entity that was read; its scenes are those of `entity`. */
export function askedFor(world: World, settings: ChargenSettings, entity: Entity, scene: Scene): Asked {
  const loaded = world.find(entity.type, entity.slug);
  const fields: Record<string, string> = { ...ofScene(loaded, scene) };
  if (scene.take > 1) fields['scene.take'] = shortDigest(scene.take);
  for (const [field, digest] of Object.entries(ofEntity(loaded))) fields[`entity.${field}`] = digest;
  for (const other of othersShown(world, entity, scene)) {
    fields[`shows.${other.type}/${other.slug}`] = lookDigest(world, other);
  }
  for (const [name, value] of Object.entries(styleFields(world, entity, scene))) {
    fields[`style.${name}`] = shortDigest(value);
  }
  for (const [name, value] of Object.entries(chosenOptions(settings)))
    fields[`option.${name}`] = shortDigest(value);
  return { digest: digestJson(fields), fields };
}

/** The options that a person set, with their values; those that can change a picture, if no others are named. */
export function chosenOptions(
  settings: ChargenSettings,
  options: readonly ChosenOption[] = CHOSEN_OPTIONS,
): Readonly<Record<string, Json>> {
  const chosen = options.filter(
    (name) => settings.chosen.includes(name) || settings[name] !== DEFAULT_SETTINGS[name],
  );
  return Object.fromEntries(chosen.map((name) => [name, settings[name]]));
}

/** What others' pictures are asked to show of an entity. */
export function lookDigest(world: World, other: Entity): string {
  const fields = Object.entries(ofEntity(world.find(other.type, other.slug)));
  const looks = other.type === 'character' ? fields.filter(([field]) => LOOKS.test(field)) : fields;
  return shortDigest(Object.fromEntries(looks));
}

function ofEntity(loaded: LoadedEntity | undefined): FieldDigests {
  return partsOf(loaded).entity;
}

function ofScene(loaded: LoadedEntity | undefined, scene: Scene): FieldDigests {
  return partsOf(loaded).scenes[scene.id] ?? {};
}

function partsOf(loaded: LoadedEntity | undefined): AskedFields {
  return loaded?.asked ?? { entity: {}, scenes: {}, pictures: {} };
}

/** The style guide as it is written, as far as it speaks of pictures of this kind. */
function styleFields({ style }: World, { type }: Entity, { mood }: Scene): Readonly<Record<string, Json>> {
  const known = mood === undefined ? undefined : moodStyle(style, mood);
  const byType = style.byType[type];
  return {
    ...(style.style === undefined ? {} : { style: style.style }),
    ...(byType === undefined ? {} : { by_type: byType }),
    ...(known === undefined ? {} : { mood: known.text }),
    ...(style.negative.length === 0 ? {} : { negative_prompt: [...style.negative] }),
    ...(style.terms === undefined ? {} : { terms: asJson(style.terms) }),
  };
}

/** Of one authored field. */
export function shortDigest(value: Json): string {
  return digestJson(value).slice(0, SHORT);
}

/**
 * Short digest of what a reference names, at any place in the file. Recipes hold it, so that what newer readers
 * find out beside it stays out.
 */
export function writtenDigest(reference: SceneReference): string {
  const named = Object.entries(reference).filter(([field]) => !BESIDE_NAMES.has(field));
  return shortDigest(asJson(Object.fromEntries(named)));
}

/** What a reference states apart from what it names. */
const BESIDE_NAMES: ReadonlySet<string> = new Set(['at', 'reason', 'isRoleAssumed']);

/** Names of the fields that differ, sorted. */
export function changedFields(before: FieldDigests, now: FieldDigests): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => before[name] !== now[name]).sort();
}
