import { pathText } from '../data.js';
import type { DataPath, PromptPart, PromptSection } from '../entity.js';
import { phraseOf, splitTerms, type Fields, type Written } from '../lenient.js';
import { inUsualOrder } from '../usual-order.js';

/** A part with the file and field that it came from. */
export function part(
  file: string,
  section: PromptSection,
  weight: PromptPart['weight'],
  text: string,
  at: DataPath,
): PromptPart {
  return { section, text, weight, source: `${file} ${pathText(at)}` };
}

/** Ends a text as a sentence, so that the next part does not run into it. */
export function sentence(text: string): string {
  const plain = text.trim();
  return /[.!?…]["'”’)]*$/.test(plain) || plain === '' ? plain : `${plain}.`;
}

function writtenPart(
  fields: Fields,
  section: PromptSection,
  weight: PromptPart['weight'],
  written: Written | undefined,
): PromptPart[] {
  if (written === undefined) return [];
  return [part(fields.book.file, section, weight, sentence(written.text), written.at)];
}

function mustSee(fields: Fields, weight: PromptPart['weight'], key: string, before: string): PromptPart[] {
  const items = fields.list(key);
  if (items.length === 0) return [];
  return [
    part(fields.book.file, 'must-see', weight, sentence(`${before}${items.join('; ')}`), [...fields.at, key]),
  ];
}

function phrased(
  fields: Fields,
  section: PromptSection,
  weight: PromptPart['weight'],
  key: string,
  before: string,
): PromptPart[] {
  const text = phraseOf(fields.get(key));
  if (text === '') return [];
  return [part(fields.book.file, section, weight, sentence(`${before}${text}`), [...fields.at, key])];
}

/** When a scene happens, as far as its fields state it. */
export function hourIn(...places: readonly (Fields | undefined)[]): { hour?: string } {
  for (const place of places) {
    const hour = place?.text('time_of_day', 'time');
    if (hour !== undefined) return { hour: hour.text };
  }
  return {};
}

/** `silence`: codes of hints that the author does not want to read about a scene. */
export function silencedIn(fields: Fields): { silenced?: readonly string[] } {
  const silenced = fields.has('silence') ? fields.words('silence') : [];
  return silenced.length === 0 ? {} : { silenced };
}

/** Light and colours of a scene whose author wrote the prompt: they belong to it as much as its words do. */
export function ownLight(fields: Fields): PromptPart[] {
  return [...lightPart(fields), ...palettePart(fields)];
}

/** What an author demands to be seen, which is added to a prompt of the author's own as well. */
export function demandedParts(fields: Fields, zone: Fields | undefined): PromptPart[] {
  const defaults = zone?.map('default_prompt_elements') ?? fields.map('default_prompt_elements');
  return [
    ...mustSee(fields, 1, 'required_elements', 'Must be seen: '),
    ...(defaults === undefined ? [] : mustSee(defaults, 2, 'must_include', 'Must be seen: ')),
  ];
}

/** Everything that a scene without a prompt of its own says about its picture. */
export function describedParts(fields: Fields, zone: Fields | undefined): PromptPart[] {
  const defaults = zone?.map('default_prompt_elements');
  const wrapped =
    zone === undefined ? [] : writtenPart(zone, 'place', 4, zone.text('narrative_context', 'narrative_role'));
  return [
    ...writtenPart(
      fields,
      'must-see',
      1,
      fields.text('visual_description', 'description', 'narrative_context', 'visual_hook'),
    ),
    ...demandedParts(fields, zone),
    ...mustSee(fields, 1, 'key_elements', 'To be seen: '),
    ...mustSee(fields, 1, 'key_visual_elements', 'To be seen: '),
    ...phrased(fields, 'composition', 2, 'framing', 'Framing: '),
    ...phrased(fields, 'composition', 2, 'composition_notes', ''),
    ...phrased(fields, 'composition', 2, 'composition', 'Composition: '),
    ...phrased(fields, 'composition', 3, 'camera', 'Camera: '),
    ...phrased(fields, 'place', 4, 'location_within', 'Within: '),
    ...phrased(fields, 'composition', 4, 'approach_from', 'Seen from: '),
    ...phrased(fields, 'composition', 4, 'visible_beyond', 'Beyond it: '),
    ...wrapped,
    ...phrased(fields, 'light', 2, 'time_of_day', 'Time of day: '),
    ...phrased(fields, 'light', 3, 'weather', 'Weather: '),
    ...phrased(fields, 'light', 4, 'season', 'Season: '),
    ...lightPart(fields),
    ...phrased(fields, 'light', 4, 'atmospheric', 'Air: '),
    ...palettePart(fields),
    ...phrased(fields, 'style', 3, 'style_notes', ''),
    ...phrased(fields, 'mood', 3, 'emotional_beat', 'Feeling: '),
    ...phrased(fields, 'mood', 4, 'narrative_moment', 'The moment: '),
    ...(defaults === undefined ? [] : phrased(defaults, 'mood', 4, 'atmosphere', 'Atmosphere: ')),
    ...phrased(fields, 'mood', 5, 'mood_rationale', ''),
  ];
}

/** The words of `lighting`; the names of its first fields add nothing to their order. */
function lightPart(fields: Fields): PromptPart[] {
  const lighting = fields.map('lighting');
  if (lighting === undefined) return phrased(fields, 'light', 3, 'lighting', 'Light: ');
  const phrases = inUsualOrder(lighting.data)
    .map(([key, value]) => ({ key, text: phraseOf(value) }))
    .filter(({ text }) => text !== '')
    .map(({ key, text }) =>
      /source$|^quality$|^atmospheric$/.test(key) ? text : `${key.replaceAll('_', ' ')} ${text}`,
    );
  if (phrases.length === 0) return [];
  return [part(fields.book.file, 'light', 3, sentence(`Light: ${phrases.join('; ')}`), lighting.at)];
}

function palettePart(fields: Fields): PromptPart[] {
  const palette = fields.map('palette');
  if (palette === undefined) return phrased(fields, 'palette', 3, 'palette', 'Palette: ');
  const main = palette.list('dominant', 'primary').join(', ');
  const accent = palette.list('accent', 'secondary').join(', ');
  if (main === '' && accent === '') return [];
  const text =
    accent === ''
      ? `Palette: ${main}.`
      : main === ''
        ? `Accents of ${accent}.`
        : `Palette: ${main}, with accents of ${accent}.`;
  return [part(fields.book.file, 'palette', 3, text, palette.at)];
}

/** What must not be seen: negative prompts as text or list, and what palettes and zones say to avoid. */
export function negativeTerms(places: readonly (Fields | undefined)[]): readonly string[] {
  const terms: string[] = [];
  for (const place of places) {
    if (place === undefined) continue;
    for (const key of ['negative_prompt', 'negative_prompts', 'must_avoid']) {
      const value = place.get(key);
      if (typeof value === 'string') terms.push(...splitTerms(value));
      else if (value !== undefined) terms.push(...place.list(key).flatMap(splitTerms));
    }
    terms.push(...(place.map('palette')?.list('avoid') ?? []));
  }
  return terms;
}
