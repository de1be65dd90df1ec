import { isDataMap, pathText } from '../data.js';
import type { Dialect, ScenePlace } from '../entity.js';
import { Fields, type Item, type Written } from '../lenient.js';
import type { Notebook } from '../notebook.js';
import { nameOfSlug, slugOf } from '../slug.js';
import { inUsualOrder } from '../usual-order.js';

/** Something in a location's file that asks for a picture. */
export interface Spot {
  readonly kind: ScenePlace['kind'];
  readonly fields: Fields;
  /** What stands around the picture's own fields and holds for it too: the zone of an image, the beat of a spec. */
  readonly around?: Fields;
  /** As the author wrote it; undefined if only a title distinguishes the spots. */
  readonly id: string | undefined;
  readonly title: string;
  /** True if the title is only the tool's word for an overview. */
  readonly untitled?: boolean;
  /** True if the author gave it no name at all: it can be shown, but not made. */
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
  /** Where the author's own prompt stands; empty if a dialect has none. */
  readonly prompt: readonly string[];
  /** Overviews by the keys below `overview`; undefined if `overview` itself is the picture. */
  readonly overviews?: readonly string[];
}

/** Keys that any dialect may use; a file that borrows from a neighbour is still understood. */
const ANY_ID = ['slug', 'zone_slug', 'zone_id', 'beat_slug', 'beat_id', 'image_slug', 'id'];
const ANY_NAME = ['title', 'name', 'zone_name', 'beat_title', 'beat_name'];
export const ANY_PROMPT = ['prompt_used', 'prompt', 'prompt_template'];

export function overviewSpots(root: Fields, keys: LocationKeys): Spot[] {
  const written = root.get('overview');
  const overview =
    typeof written === 'string' && written.trim() !== '' ? overviewText(written, root) : root.map('overview');
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
function overviewText(text: string, { book }: Fields): Fields {
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

export function zoneSpots(root: Fields, keys: LocationKeys): Spot[] {
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

export function beatSpots(root: Fields, keys: LocationKeys): Spot[] {
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
export function baseZones(spots: readonly Spot[], book: Notebook): ReadonlyMap<Spot, Spot> {
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
