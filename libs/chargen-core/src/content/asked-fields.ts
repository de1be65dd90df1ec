import { sha256Hex } from '../util/digest.js';
import { remembered } from '../util/remembered.js';
import { isDataMap, valueAt, type DataMap } from './data.js';
import { formOf } from './dialects/table.js';
import type { DataPath, Entity, Scene } from './entity.js';
import { ANALYSIS_SECTION, INVENTORY_SECTION } from './picture-analysis.js';
import { RECORD_KEY } from './record-place.js';

/** Short digests of authored fields, by the field's name. */
export type FieldDigests = Readonly<Record<string, string>>;

/**
 * What people wrote for the pictures of one entity, field by field, as it stands in its files and before a reader
 * interprets it. A newer reader of the same files gives the same digests, so that it makes no finished picture
 * pending.
 */
export interface AskedFields {
  /** Fields at the top of the entity's files that hold for all of its scenes. */
  readonly entity: FieldDigests;
  /** By scene id: the scene's own fields (`scene.prompt`) and what the file says around it (`around.light`). */
  readonly scenes: Readonly<Record<string, FieldDigests>>;
  /** By the id of a picture that the author names: what is written of it. */
  readonly pictures: FieldDigests;
}

/** Fields that do not affect how a picture is to look, at any depth. */
const NEVER_ASKED: ReadonlySet<string> = new Set([
  'title',
  'tags',
  'alt',
  'alt_text',
  'notes',
  'note',
  'locked',
  'takes',
  'wording',
  'silence',
  'attempt',
]);

/** What an entity or a scene is called. A renamed one keeps its picture. */
const IDENTITY: ReadonlySet<string> = new Set([
  'id',
  'slug',
  'custom_id',
  'scene_id',
  'zone_slug',
  'zone_id',
  'beat_slug',
  'beat_id',
  'image_slug',
]);

/** The same at the top of a file, where the entity is named. */
const ENTITY_IDENTITY: ReadonlySet<string> = new Set([
  ...IDENTITY,
  'name',
  'entity_type',
  'location_slug',
  'location_name',
  'chapter_slug',
  'chapter_title',
]);

/** At the top of a file: what only pages read. */
const FOR_PAGES: ReadonlySet<string> = new Set(['chapter_number']);

/** Sections that the tool writes, or that list pictures that are there. */
const RECORDS: ReadonlySet<string> = new Set([RECORD_KEY, ANALYSIS_SECTION, INVENTORY_SECTION]);

/** The fields by which an entry of a list names the person, place or moment that it describes. */
const ENTRY_NAMES = ['id', 'ref', 'slug', 'character', 'location', 'name'] as const;

/** 12 of 64 hex digits: enough to see a change of one field in one recipe. */
const SHORT = 12;

/**
 * `data` is the parsed imagery.yaml, `siblings` the parsed files beside it, by name. Only those count that the entity's
 * own dialect reads: a new dialect with a second file must not make finished pictures of other dialects pending.
 */
export function askedFields(
  entity: Entity,
  data: unknown,
  siblings: ReadonlyMap<string, unknown>,
): AskedFields {
  const files = new Map<string, DataMap>();
  if (isDataMap(data)) files.set(entity.file, data);
  const read: readonly string[] = formOf(entity).siblings;
  for (const [name, sibling] of siblings) {
    if (isDataMap(sibling) && read.includes(name)) files.set(`${entity.root}/${name}`, sibling);
  }
  const common: Record<string, string[]> = {};
  const texts = new CanonicalTexts();
  const lists: { readonly field: string; readonly entries: readonly DataMap[] }[] = [];
  for (const [file, content] of files) {
    const holdScenes = new Set(entity.scenes.flatMap((one) => (one.file === file ? one.at.slice(0, 1) : [])));
    for (const [field, value] of Object.entries(content)) {
      if (holdScenes.has(field) || RECORDS.has(field) || ENTITY_IDENTITY.has(field)) continue;
      if (NEVER_ASKED.has(field) || FOR_PAGES.has(field) || saysNothing(value)) continue;
      const entries = namedEntries(value);
      if (entries !== undefined) lists.push({ field, entries });
      else (common[field] ??= []).push(asked(field === 'metadata' ? without(value, ENTITY_IDENTITY) : value));
    }
  }
  const scenes = entity.scenes.map((scene): [string, FieldDigests] => {
    const content = files.get(scene.file);
    return [scene.id, content === undefined ? {} : sceneFields(scene, content, lists, texts)];
  });
  const pictures = entity.pictures.flatMap(({ id, at }): [string, string][] =>
    at[0] === undefined || RECORDS.has(String(at[0])) ? [] : [[id, short(asked(valueAt(data, at)))]],
  );
  const ofEntity = Object.entries(common).map(([field, values]): [string, string] => [
    field,
    short(listOf(values)),
  ]);
  return { entity: sorted(ofEntity), scenes: Object.fromEntries(scenes), pictures: sorted(pictures) };
}

function sceneFields(
  scene: Scene,
  content: DataMap,
  lists: readonly { readonly field: string; readonly entries: readonly DataMap[] }[],
  texts: CanonicalTexts,
): FieldDigests {
  const path = nodesOn(content, scene.at);
  const own = path.at(-1);
  const fields: Record<string, string> = {};
  if (isDataMap(own)) {
    for (const [field, value] of Object.entries(own)) {
      // The take is that of the picture, not of the scene as it stands: `askedFor` adds it.
      if (field === 'take' || NEVER_ASKED.has(field) || IDENTITY.has(field)) continue;
      fields[`scene.${field}`] = short(asked(value));
    }
  } else {
    fields['scene'] = short(asked(own));
  }
  // The first node is the file itself: its fields are the entity's.
  for (const [depth, node] of path.entries()) {
    if (depth === 0 || depth === path.length - 1 || !isDataMap(node)) continue;
    for (const [field, value] of Object.entries(node)) {
      if (field === scene.at[depth] || NEVER_ASKED.has(field) || IDENTITY.has(field)) continue;
      fields[`around.${field}`] = short(
        listOf([JSON.stringify(fields[`around.${field}`] ?? null), texts.of(value)]),
      );
    }
  }
  const words = new Set<string>();
  if (lists.length > 0) collectWords(own, words);
  for (const { field, entries } of lists) {
    const meant = entries.filter((entry) => ENTRY_NAMES.some((name) => isMeant(entry[name], words)));
    if (meant.length > 0) fields[`entity.${field}`] = short(listOf(meant.map((entry) => texts.of(entry))));
  }
  return sorted(Object.entries(fields));
}

/** The order of keys in a file has no meaning. */
function sorted(fields: readonly (readonly [string, string])[]): FieldDigests {
  return Object.fromEntries([...fields].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isMeant(name: unknown, words: ReadonlySet<string>): boolean {
  return typeof name === 'string' && words.has(name.trim());
}

/**
 * The entries of a list in which each names what it describes, such as a chapter's cast and its moments. Only those
 * that a scene names matter to it: a changed moment is no change of the scenes of other moments.
 */
function namedEntries(value: unknown): readonly DataMap[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const entries: readonly unknown[] = value;
  const maps = entries.filter(isDataMap);
  const areNamed = maps.every((entry) => ENTRY_NAMES.some((name) => typeof entry[name] === 'string'));
  return maps.length === entries.length && areNamed ? maps : undefined;
}

/** Every text in a scene, whole and by the parts of a path such as `place/zone`. */
function collectWords(value: unknown, words: Set<string>): void {
  if (typeof value === 'string') {
    words.add(value.trim());
    if (value.length < 200) for (const part of value.split('/')) words.add(part.trim());
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      words.add(key);
      collectWords(child, words);
    }
  }
}

/** The nodes from the root to the end of a path, both included. */
function nodesOn(root: unknown, at: DataPath): readonly unknown[] {
  return [root, ...at.map((_, depth) => valueAt(root, at.slice(0, depth + 1)))];
}

/**
 * The RFC 8785 text of a value without the fields that do not affect the picture. By hand: every field of every scene
 * passes here whenever a world is read, and a copy for each step took four times as long. What was read as YAML is
 * JSON but for numbers that are none, which are null to JSON.
 */
function asked(value: unknown): string {
  if (Array.isArray(value)) return listOf(value.map(asked));
  if (!isDataMap(value)) return JSON.stringify(value ?? null);
  const fields = Object.keys(value).filter(
    (field) => !NEVER_ASKED.has(field) && value[field] !== undefined && !saysNothing(value[field]),
  );
  return `{${fields
    .sort()
    .map((field) => `${JSON.stringify(field)}:${asked(value[field])}`)
    .join(',')}}`;
}

/** The RFC 8785 text of a list of values. */
function listOf(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}

/** Texts of what stands around many scenes, each made once. */
class CanonicalTexts {
  readonly #known = new Map<object, string>();

  of(value: unknown): string {
    if (typeof value !== 'object' || value === null) return asked(value);
    let text = this.#known.get(value);
    if (text === undefined) this.#known.set(value, (text = asked(value)));
    return text;
  }
}

function without(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => without(one, names));
  if (!isDataMap(value)) return value;
  const kept = Object.entries(value).filter(([field, child]) => !names.has(field) && !saysNothing(child));
  return Object.fromEntries(kept.map(([field, child]) => [field, without(child, names)]));
}

/** A map of nothing but fields that do not affect the picture, such as `defaults: { takes: 4 }`, asks for nothing. */
function saysNothing(value: unknown): boolean {
  if (!isDataMap(value)) return false;
  const fields = Object.entries(value);
  return fields.length > 0 && fields.every(([field, child]) => NEVER_ASKED.has(field) || saysNothing(child));
}

/** Of longer ones each is another. */
const KNOWN_LENGTH = 64;

/** Hundreds of scenes have the same ratio, role or word against something. */
const known = remembered(digestOf);

function short(text: string): string {
  return text.length > KNOWN_LENGTH ? digestOf(text) : known(text);
}

function digestOf(text: string): string {
  return sha256Hex(text).slice(0, SHORT);
}
