import type { DataPath, PromptPart } from '../entity.js';
import type { Fields } from '../lenient.js';
import { phraseOf } from '../lenient.js';
import { inUsualOrder } from '../usual-order.js';
import { part, sentence } from './parts.js';
import type { Spot } from './location-spots.js';

/** What holds for every picture of the place; added only if the author wrote no prompt. */
export function anchorParts(root: Fields, metadata: Fields): PromptPart[] {
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
export function zoneParts(zone: Fields | undefined): PromptPart[] {
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

/** The colours of the whole place, for a picture that states none of its own. */
export function placeColours(fields: Fields, root: Fields): PromptPart[] {
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

/** What is shown, by its name: nothing else in a compiled prompt names it. */
export function nameParts(spot: Spot, location: string): PromptPart[] {
  const own = spot.kind === 'zone' && spot.around !== undefined ? (spot.zoneName ?? spot.title) : spot.title;
  const text =
    spot.untitled === true ? location : spot.kind === 'zone' ? `${own}, a part of ${location}` : own;
  return [part(spot.fields.book.file, 'must-see', 1, sentence(text), spot.fields.at)];
}
