import type {
  AskedFields,
  Entity,
  EntityType,
  FieldDigests,
  LoadedEntity,
  Scene,
  SceneReference,
  World,
  WorldStyle,
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
  const parts = partsOf(world.find(entity.type, entity.slug));
  const fields: Record<string, string> = { ...parts.scenes[scene.id] };
  if (scene.take > 1) fields['scene.take'] = shortDigest(scene.take);
  for (const [field, digest] of Object.entries(parts.entity)) fields[`entity.${field}`] = digest;
  for (const other of othersShown(world, entity, scene)) {
    fields[`shows.${other.type}/${other.slug}`] = lookDigest(world, other);
  }
  Object.assign(fields, styleDigests(world.style, entity.type, scene.mood), optionDigests(settings));
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

const looks = new WeakMap<AskedFields, string>();

/** What others' pictures are asked to show of an entity. */
export function lookDigest(world: World, other: Entity): string {
  const parts = partsOf(world.find(other.type, other.slug));
  let digest = looks.get(parts);
  if (digest === undefined) {
    const fields = Object.entries(parts.entity);
    const shown = other.type === 'character' ? fields.filter(([field]) => LOOKS.test(field)) : fields;
    looks.set(parts, (digest = shortDigest(Object.fromEntries(shown))));
  }
  return digest;
}

const NOTHING_ASKED: AskedFields = { entity: {}, scenes: {}, pictures: {} };

function partsOf(loaded: LoadedEntity | undefined): AskedFields {
  return loaded?.asked ?? NOTHING_ASKED;
}

const ofOptions = new WeakMap<ChargenSettings, FieldDigests>();

function optionDigests(settings: ChargenSettings): FieldDigests {
  let digests = ofOptions.get(settings);
  if (digests === undefined)
    ofOptions.set(settings, (digests = digestsOf('option', chosenOptions(settings))));
  return digests;
}

/** By entity type and mood: a style guide may be long, and a world's scenes have few moods. */
const ofStyles = new WeakMap<WorldStyle, Map<string, FieldDigests>>();

function styleDigests(style: WorldStyle, type: EntityType, mood: string | undefined): FieldDigests {
  let known = ofStyles.get(style);
  if (known === undefined) ofStyles.set(style, (known = new Map<string, FieldDigests>()));
  const id = `${type} ${mood ?? ''}`;
  let digests = known.get(id);
  if (digests === undefined) known.set(id, (digests = digestsOf('style', styleFields(style, type, mood))));
  return digests;
}

function digestsOf(group: string, fields: Readonly<Record<string, Json>>): FieldDigests {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [`${group}.${name}`, shortDigest(value)]),
  );
}

/** The style guide as it is written, as far as it speaks of pictures of this kind. */
function styleFields(
  style: WorldStyle,
  type: EntityType,
  mood: string | undefined,
): Readonly<Record<string, Json>> {
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
