import { isDataMap } from '../data.js';
import { pathText } from '../data-path.js';
import type { DataPath, Dialect, Entity, PromptPart, Scene, ScenePlace } from '../entity.js';
import { Fields, phraseOf, type Item, type Written } from '../lenient.js';
import { Notebook } from '../notebook.js';
import type { ReaderInput, ReaderOutcome } from '../reader.js';
import { nameOfSlug, slugOf } from '../slug.js';
import { inUsualOrder } from '../usual-order.js';
import { checkSlug, checkType, isTypeWord } from './entity-check.js';
import {
  demandedParts,
  describedParts,
  hourIn,
  negativeTerms,
  ownLight,
  part,
  sentence,
  silencedIn,
} from './parts.js';
import { listedReferences, ownScene, peopleIn, portraitRefs, zoneOf } from './references.js';
import { SceneIds } from './scene-ids.js';
import { stateParts, statesIn } from './states.js';
import { aspectRatioOf, imageSizeOf, modelOf, ownSettingsOf } from './settings.js';

/** Something in a location's file that asks for a picture. */
export interface Spot {
  readonly kind: ScenePlace['kind'];
  readonly fields: Fields;
  /** What stands around the picture's own fields and holds for it too: the zone of an image, the beat of a spec. */
  readonly around?: Fields;
  /** As the author wrote it; undefined where only a title tells spots apart. */
  readonly id: string | undefined;
  readonly title: string;
  /** True where the title is only the tool's word for an overview. */
  readonly untitled?: boolean;
  /** True where the author gave it no name at all: it can be shown, and not be made. */
  readonly nameless?: boolean;
  /** For zones: how others call it. */
  readonly zone?: string;
  readonly zoneName?: string;
}

/** How one dialect of locations names things. */
export interface LocationKeys {
  readonly dialect: Dialect;
  /** Fields that hold the id and the name of a zone and of a beat. */
  readonly zoneId: readonly string[];
  readonly zoneName: readonly string[];
  readonly beatId: readonly string[];
  readonly beatName: readonly string[];
  /** Where the author's own prompt stands; empty where a dialect has none. */
  readonly prompt: readonly string[];
  /** Overviews by the keys below `overview`; undefined where `overview` itself is the picture. */
  readonly overviews?: readonly string[];
}

/** Keys that any dialect may use; a file that borrows from a neighbour is still understood. */
const ANY_ID = ['slug', 'zone_slug', 'zone_id', 'beat_slug', 'beat_id', 'image_slug', 'id'];
const ANY_NAME = ['title', 'name', 'zone_name', 'beat_title', 'beat_name'];
const ANY_PROMPT = ['prompt_used', 'prompt', 'prompt_template'];

export function isLocation(input: ReaderInput): boolean {
  const { data } = input;
  if (!isDataMap(data)) return false;
  const metadata = data['metadata'];
  const type =
    (isDataMap(metadata) ? metadata['entity_type'] : undefined) ?? data['entity_type'] ?? undefined;
  if (type !== undefined) return isTypeWord(type, 'location');
  return (
    input.folderType === 'location' &&
    ['metadata', 'overview', 'zones'].some((key) => isDataMap(data[key]) || Array.isArray(data[key]))
  );
}

/** The maps in a list, or in the map that stands in place of it. */
export function mapsIn(data: unknown, key: string): readonly Readonly<Record<string, unknown>>[] {
  const value = isDataMap(data) ? data[key] : undefined;
  const items: readonly unknown[] = Array.isArray(value)
    ? value
    : isDataMap(value)
      ? Object.values(value)
      : [];
  return items.filter(isDataMap);
}

/** Reads a location whose dialect was recognised. */
export function readLocation(input: ReaderInput, keys: LocationKeys): ReaderOutcome {
  const book = new Notebook(input.file);
  const root = new Fields(isDataMap(input.data) ? input.data : {}, [], book);
  const metadata = root.map('metadata') ?? new Fields({}, ['metadata'], book);
  checkType(input, 'location', root, ['metadata', 'entity_type']);
  checkSlug(input, metadata.text('slug', 'location_slug'), metadata);
  const defaults = root.map('generation_defaults') ?? metadata.map('generation_defaults');
  const model = modelOf(defaults);
  const name =
    metadata.text('name', 'location_name')?.text ?? root.text('name')?.text ?? nameOfSlug(input.folder);
  const spots = [...overviewSpots(root, keys), ...zoneSpots(root, keys), ...beatSpots(root, keys)];
  const bases = baseZones(spots, book);
  const anchor = anchorParts(root, metadata);
  const ids = new SceneIds(book, new Set());
  const named = new Map<Spot, string>();
  for (const spot of spots) {
    const { fields } = spot;
    const id =
      spot.nameless === true
        ? ids.claimNameless('has neither a slug nor a name', fields)
        : spot.id === undefined
          ? ids.claimTitle(spot.title, fields)
          : ids.claim(spot.id, fields);
    if (id !== undefined) named.set(spot, id);
  }
  const scenes = [...named].map(([spot, id]): Scene => {
    const base = bases.get(spot);
    const baseId = base === undefined ? undefined : named.get(base);
    return readSpot({ input, name, keys, spot, id, defaults, model, anchor, base: baseId, root });
  });
  if (scenes.length === 0) book.warn('no-scenes', 'This location asks for no picture.', []);
  const essence = root.text('one_line_essence') ?? metadata.text('one_line_essence');
  const entity: Entity = {
    type: 'location',
    slug: input.folder,
    dialect: keys.dialect,
    root: input.root,
    file: input.file,
    name,
    ...(essence === undefined ? {} : { description: essence.text }),
    tags: metadata.words('tags'),
    ...silencedIn(root),
    traits: [],
    pictures: [],
    scenes,
  };
  return { entity, diagnostics: book.diagnostics };
}

function overviewSpots(root: Fields, keys: LocationKeys): Spot[] {
  const written = root.get('overview');
  const overview =
    typeof written === 'string' && written.trim() !== '' ? told(written, root) : root.map('overview');
  if (Array.isArray(written)) {
    return root.items('overview').flatMap((item): Spot[] => {
      const fields = fieldsOf(item, 'overview', root.book);
      return fields === undefined
        ? []
        : [{ kind: 'overview', fields, ...namedId(fields, item, ['slug'], ['title']) }];
    });
  }
  if (overview === undefined) {
    root.book.note('no-overview', 'There is no overview, so no picture shows the whole place.', ['overview']);
    return [];
  }
  if (keys.overviews === undefined) return [overviewSpot(overview, 'overview')];
  const known = keys.overviews;
  // A third overview is as welcome as the two that were known when this was written.
  const present = inUsualOrder(overview.data).map(([key]) => key);
  const inner = [
    ...known.filter((key) => present.includes(key)),
    ...present.filter((key) => !known.includes(key) && asksForPicture(overview.map(key))),
  ];
  return inner.flatMap((key) =>
    listOf(overview, key).flatMap((item) => {
      const fields = fieldsOf(item, 'overview', root.book);
      return fields === undefined
        ? []
        : [overviewSpot(fields, key === 'establishing' ? key : `overview-${key}`)];
    }),
  );
}

/** An overview that is only a text. */
function told(text: string, { book }: Fields): Fields {
  const at = ['overview'];
  book.note('text-for-scene', 'overview is only a text; it is read as a description.', at);
  return new Fields({ description: text }, at, book);
}

function overviewSpot(fields: Fields, otherwise: string): Spot {
  const title = fields.text(...ANY_NAME)?.text;
  return {
    kind: 'overview',
    fields,
    id: fields.text('slug', 'id')?.text ?? otherwise,
    title: title ?? nameOfSlug(otherwise),
    untitled: title === undefined,
  };
}

/** The entries of a list, or the one map that mostly stands in place of it. */
function listOf(fields: Fields, key: string): readonly Item[] {
  const value = fields.get(key);
  return Array.isArray(value) ? fields.items(key) : [{ value: value ?? null, at: [...fields.at, key] }];
}

function asksForPicture(fields: Fields | undefined): boolean {
  return (
    fields !== undefined &&
    [...ANY_PROMPT, 'description', 'visual_description'].some((key) => fields.has(key))
  );
}

function fieldsOf(item: Item, list: string, book: Notebook): Fields | undefined {
  if (isDataMap(item.value)) return new Fields(item.value, item.at, book);
  if (typeof item.value === 'string' && item.value.trim() !== '') {
    book.note(
      'text-for-scene',
      `${pathText(item.at)} is only a text; it is read as a name and a description.`,
      item.at,
    );
    return new Fields({ name: item.value, description: item.value }, item.at, book);
  }
  if (item.value !== null) {
    book.warn(
      'not-a-scene',
      `${pathText(item.at)} is no entry that ${list} can hold; it is passed over.`,
      item.at,
    );
  }
  return undefined;
}

function namedId(
  fields: Fields,
  item: Item,
  idKeys: readonly string[],
  nameKeys: readonly string[],
): { id: string | undefined; title: string; nameless?: boolean } {
  const id = fields.text(...idKeys, ...ANY_ID)?.text ?? item.key;
  const title =
    fields.text(...nameKeys, ...ANY_NAME)?.text ?? (id === undefined ? undefined : nameOfSlug(id));
  return title === undefined ? { id, title: pathText(item.at), nameless: true } : { id, title };
}

function zoneSpots(root: Fields, keys: LocationKeys): Spot[] {
  return root.items('zones').flatMap((item): Spot[] => {
    const fields = fieldsOf(item, 'zones', root.book);
    if (fields === undefined) return [];
    const named = namedId(fields, item, keys.zoneId, keys.zoneName);
    const images = fields.items('images');
    if (named.nameless === true && images.length === 0) return [{ kind: 'zone', fields, ...named }];
    const zone = named.id ?? slugOf(named.title);
    const zoneName = fields.text(...keys.zoneName, ...ANY_NAME)?.text ?? named.title;
    if (images.length === 0) return [{ kind: 'zone', fields, ...named, zone, zoneName }];
    return images.flatMap((image): Spot[] => {
      const inner = fieldsOf(image, 'images', root.book);
      if (inner === undefined) return [];
      const own = namedId(inner, image, ['image_slug'], []);
      // Half of such an id would be a place in a list.
      const nameless = named.nameless === true || own.nameless === true;
      const id = `${zone}__${own.id ?? slugOf(own.title)}`;
      return [
        { kind: 'zone', fields: inner, around: fields, id, title: own.title, nameless, zone, zoneName },
      ];
    });
  });
}

function beatSpots(root: Fields, keys: LocationKeys): Spot[] {
  return ['beat_images', 'beats'].flatMap((list) =>
    root.items(list).flatMap((item): Spot[] => {
      const fields = fieldsOf(item, list, root.book);
      if (fields === undefined) return [];
      const spec = fields.map('image_spec');
      const where = spec === undefined ? { fields } : { fields: spec, around: fields };
      return [{ kind: 'beat', ...where, ...namedId(fields, item, keys.beatId, keys.beatName) }];
    }),
  );
}

/**
 * `base_zone`: a zone that shows another at a different time. The end of the chain is meant, so that no picture
 * waits for more than one other, and a chain that bites its tail is left out: scenes can never wait in a circle.
 */
function baseZones(spots: readonly Spot[], book: Notebook): ReadonlyMap<Spot, Spot> {
  const zones = new Map<string, Spot>();
  for (const spot of spots) {
    for (const name of [spot.zone, spot.zoneName]) {
      const key = slugOf(name ?? '');
      if (spot.kind === 'zone' && key !== '' && !zones.has(key)) zones.set(key, spot);
    }
  }
  const written = (spot: Spot): Written | undefined => (spot.around ?? spot.fields).text('base_zone');
  const bases = new Map<Spot, Spot>();
  for (const spot of spots) {
    const first = spot.kind === 'zone' ? written(spot) : undefined;
    if (first === undefined) continue;
    const passed = new Set([spot]);
    let base = zones.get(slugOf(first.text));
    if (base === undefined)
      book.warn('unknown-zone', `There is no zone "${first.text}"; it is left out.`, first.at);
    for (let next = base; next !== undefined;) {
      base = next;
      if (passed.has(next)) {
        book.warn(
          'zone-cycle',
          'base_zone leads back to a zone that it came from; it is left out.',
          first.at,
        );
        base = undefined;
        break;
      }
      passed.add(next);
      const above = written(next);
      next = above === undefined ? undefined : zones.get(slugOf(above.text));
    }
    if (base !== undefined) bases.set(spot, base);
  }
  return bases;
}

/** What holds for every picture of the place; said only where there is no prompt of the author's own. */
function anchorParts(root: Fields, metadata: Fields): PromptPart[] {
  const { file } = root.book;
  const anchor = root.map('location_visual_anchor');
  const essence = root.text('one_line_essence') ?? metadata.text('one_line_essence');
  const parts: PromptPart[] = [];
  const add = (
    section: PromptPart['section'],
    weight: PromptPart['weight'],
    key: string,
    before: string,
  ): void => {
    const items = anchor?.list(key) ?? [];
    if (anchor === undefined || items.length === 0) return;
    const text = sentence(`${before}${items.map(withoutStop).join('; ')}`);
    parts.push({ ...part(file, section, weight, text, [...anchor.at, key]), scope: 'site' });
  };
  add('place', 4, 'signature_elements', 'The place is known by: ');
  add('place', 5, 'materials', 'Materials: ');
  if (anchor !== undefined) parts.push(...lightByHour(anchor));
  if (essence !== undefined) {
    parts.push({ ...part(file, 'mood', 5, sentence(essence.text), essence.at), scope: 'site' });
  }
  return parts;
}

function withoutStop(text: string): string {
  return text.replace(/[.;,\s]+$/u, '');
}

/** `characteristic_light`, each line with the hour that it is stated for. */
function lightByHour(anchor: Fields): PromptPart[] {
  const key = 'characteristic_light';
  const { file } = anchor.book;
  const line = (text: string, at: DataPath, hour?: string): PromptPart => ({
    ...part(file, 'light', 4, sentence(`Light of the place: ${withoutStop(text)}`), at),
    scope: 'site',
    ...(hour === undefined ? {} : { hour }),
  });
  const byHour = anchor.map(key);
  if (byHour === undefined) return anchor.list(key).map((text, n) => line(text, [...anchor.at, key, n]));
  return inUsualOrder(byHour.data).flatMap(([hour, value]) => {
    const text = phraseOf(value);
    return text === '' ? [] : [line(text, [...byHour.at, hour], hour)];
  });
}

/** What an author lists for one zone alone. */
function zoneParts(zone: Fields | undefined): PromptPart[] {
  const anchor = zone?.map('zone_visual_anchor');
  if (anchor === undefined) return [];
  return ['defining_features', 'materials'].flatMap((key): PromptPart[] => {
    const items = anchor.list(key).map(withoutStop);
    if (items.length === 0) return [];
    const before = key === 'materials' ? 'Materials: ' : 'Seen here: ';
    const text = sentence(`${before}${items.join('; ')}`);
    return [{ ...part(anchor.book.file, 'place', 4, text, [...anchor.at, key]), scope: 'zone' }];
  });
}

interface SpotReading {
  readonly input: ReaderInput;
  /** Of the location. */
  readonly name: string;
  readonly keys: LocationKeys;
  readonly spot: Spot;
  readonly id: string;
  readonly defaults: Fields | undefined;
  readonly model: string | undefined;
  readonly anchor: readonly PromptPart[];
  readonly base: string | undefined;
  readonly root: Fields;
}

function readSpot({ input, name, keys, spot, id, defaults, model, anchor, base, root }: SpotReading): Scene {
  const { fields, around } = spot;
  const prompt = fields.text(...keys.prompt, ...ANY_PROMPT);
  const zone = spot.kind === 'zone' ? around : undefined;
  const people = peopleIn(fields, 'depicts_characters', 'character_refs', 'characters_present');
  const outer = around === undefined ? undefined : peopleIn(around, 'character_refs', 'characters_present');
  const states = stateParts(fields, statesIn(fields, people.references));
  const parts =
    prompt === undefined
      ? [
          ...nameParts(spot, name),
          ...describedParts(fields, zone ?? around),
          ...people.parts,
          ...states,
          ...zoneParts(zone),
          ...anchor,
          ...placeColours(fields, root),
        ]
      : [...demandedParts(fields, zone), ...states, ...ownLight(fields), ...zoneParts(zone)];
  const mood = fields.text('scene_mood', 'mood') ?? around?.text('scene_mood', 'mood');
  const zoneDefaults = zone?.map('default_prompt_elements') ?? fields.map('default_prompt_elements');
  const colours = prompt === undefined ? root.map('location_visual_anchor')?.map('color_anchors') : undefined;
  const beatZone =
    spot.kind === 'beat' ? (fields.text('zone_ref', 'zone') ?? around?.text('zone_ref', 'zone')) : undefined;
  const references = [
    ...people.references,
    ...(outer?.references ?? []),
    ...portraitRefs(fields, input.root),
    ...listedReferences(fields, input.root),
    ...(around === undefined ? [] : listedReferences(around, input.root)),
    ...(beatZone === undefined ? [] : [zoneOf(input.folder, beatZone.text, beatZone.at)]),
    ...(base === undefined ? [] : [ownScene(base, [...(around ?? fields).at, 'base_zone'])]),
  ];
  const settings = [fields, around, defaults].filter((one) => one !== undefined);
  const own = ownSettingsOf(fields);
  return {
    id,
    title: spot.title,
    ...(prompt === undefined
      ? {}
      : { prompt: prompt.text, promptSource: `${input.file} ${pathText(prompt.at)}` }),
    parts,
    ...(mood === undefined ? {} : { mood: mood.text }),
    ...hourIn(fields, around),
    ...silencedIn(fields),
    negative: [...negativeTerms([fields, zoneDefaults, defaults]), ...(colours?.list('avoid') ?? [])],
    aspectRatio: aspectRatioOf(settings, '16:9'),
    imageSize: imageSizeOf(settings, input.defaults.imageSize),
    references,
    ...(model === undefined ? {} : { model }),
    ...own,
    tags: fields.words('tags'),
    at: fields.at,
    file: input.file,
    place: {
      kind: spot.kind,
      ...(spot.zone === undefined ? {} : { zone: spot.zone }),
      ...(spot.zoneName === undefined ? {} : { zoneName: spot.zoneName }),
    },
  };
}

/** The colours of the whole place, for a picture that states none of its own. */
function placeColours(fields: Fields, root: Fields): PromptPart[] {
  const anchor = root.map('location_visual_anchor');
  if (anchor === undefined || fields.has('palette')) return [];
  const colours = anchor.map('color_anchors');
  const texts =
    colours === undefined
      ? anchor.list('color_anchors')
      : inUsualOrder(colours.data).flatMap(([key, value]) =>
          key === 'avoid' ? [] : Array.isArray(value) ? colours.list(key) : phraseOf(value),
        );
  if (texts.length === 0) return [];
  return [
    part(root.book.file, 'palette', 4, sentence(`Colours of the place: ${texts.join(', ')}`), [
      ...anchor.at,
      'color_anchors',
    ]),
  ];
}

/** What is shown, by its name: a compiled prompt has nothing else that says it. */
function nameParts(spot: Spot, location: string): PromptPart[] {
  const own = spot.kind === 'zone' && spot.around !== undefined ? (spot.zoneName ?? spot.title) : spot.title;
  const text =
    spot.untitled === true ? location : spot.kind === 'zone' ? `${own}, a part of ${location}` : own;
  return [part(spot.fields.book.file, 'must-see', 1, sentence(text), spot.fields.at)];
}
