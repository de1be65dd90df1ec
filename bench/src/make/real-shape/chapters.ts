import type { Cast, Person, Place } from './cast.js';
import { flow, listed, literal, quoted, type Prose } from './prose.js';

const ASPECTS = [
  ['16:9', 'landscape', '1792x1024'],
  ['16:9', 'landscape', '1792x1024'],
  ['16:9', 'landscape', '1792x1024'],
  ['21:9', 'landscape', '1792x768'],
  ['3:4', 'portrait', '1024x1365'],
] as const;

/** imagery.yaml of a chapter (H1): who is in it, its moments, and from 6 to 23 pictures; the median is 8. */
export function chapterText(slug: string, index: number, cast: Cast, prose: Prose): string {
  const pictures = index === 0 ? 23 : 6 + ((index * 2) % 5);
  const people = Array.from({ length: 6 }, (_, n) => person(cast, index * 3 + n));
  const places = Array.from({ length: 2 }, (_, n) => place(cast, index + n));
  const moments = Array.from(
    { length: Math.max(3, Math.round(pictures * 0.75)) },
    (_, n) => `moment-${String(n + 1)}`,
  );
  const lines = [...headLines(slug, index, prose)];
  lines.push('', 'characters:', ...people.flatMap((one) => castLines(one, prose)));
  lines.push('', 'locations:');
  for (const { slug: ref } of places) {
    lines.push(`  - ref: ${quoted(ref)}`, '    zones:');
    for (const zone of ['zone-1', 'zone-2'])
      lines.push(`      - id: ${quoted(zone)}`, ...literal(8, 'chapter_context', prose.text(160)));
  }
  lines.push('', 'moments:');
  for (const [n, id] of moments.entries()) {
    lines.push(
      `  - id: ${quoted(id)}`,
      `    scene_id: "scn-${String(index)}-${String(n)}"`,
      `    title: ${quoted(prose.words(3))}`,
      ...literal(4, 'narrative_beat', prose.text(260)),
      `    visual_weight: ${quoted(prose.of(['critical', 'high']))}`,
      `    characters_present: ${flow(people.slice(0, 3).map((one) => one.slug))}`,
      `    location_zone: ${quoted(`${places[0]?.slug ?? ''}/zone-1`)}`,
      `    transformation_state: ${quoted(prose.of(['before', 'during', 'after']))}`,
      `    recommended_images: 1`,
    );
  }
  lines.push('', 'images:');
  for (let n = 0; n < pictures; n += 1) {
    const shown = people.slice(n % 3, (n % 3) + 2);
    lines.push(
      ...pictureLines({ slug, index, n, shown, places, moment: moments[n % moments.length] ?? '' }, prose),
    );
  }
  return `${lines.join('\n')}\n`;
}

function headLines(slug: string, index: number, prose: Prose): string[] {
  return [
    'metadata:',
    '  entity_type: "chapter-imagery"',
    `  slug: ${quoted(slug)}`,
    `  chapter_number: ${slug.startsWith('ch15.5') ? '15.5' : String(index + 1)}`,
    `  chapter_title: ${quoted(prose.words(3))}`,
    `  visual_thesis: ${quoted(prose.text(170))}`,
    '  color_palette:',
    '    primary:',
    `      - "#4169E1"  # ${prose.words(2)}`,
    `      - "#5A6B6F"  # ${prose.words(2)}`,
    '    accent:',
    `      - "#B5651D"  # ${prose.words(2)}`,
    '  generation_defaults:',
    '    provider: "openai"',
    '    model: "dall-e-3"',
    '    quality: "hd"',
    '  mood_distribution:',
    '    intimate: 4',
  ];
}

function castLines({ slug, name, hasPortrait }: Person, prose: Prose): string[] {
  return [
    `  - ref: ${quoted(slug)}`,
    `    name: ${quoted(name)}`,
    ...literal(4, 'scene_variations', prose.text(420)),
    ...(hasPortrait ? listed(4, 'reference_images', [`${slug}-portrait`]) : ['    reference_images: []']),
  ];
}

interface OnePicture {
  readonly slug: string;
  readonly index: number;
  readonly n: number;
  readonly shown: readonly Person[];
  readonly places: readonly Place[];
  readonly moment: string;
}

function pictureLines({ slug, index, n, shown, places, moment }: OnePicture, prose: Prose): string[] {
  const [aspect, orientation, size] = ASPECTS[n % ASPECTS.length] ?? ASPECTS[0];
  // A tenth of those shown have no file.
  const others = n % 5 === 4 ? ['nobody-here'] : [];
  return [
    `  - custom_id: "${slug}-img-${String(index)}-${String(n)}"`,
    `    source_moment: ${quoted(moment)}`,
    `    scene_id: "scn-${String(index)}-${String(n)}"`,
    `    image_type: ${quoted(prose.of(['beat', 'anchor', 'hero', 'detail', 'mood']))}`,
    `    scene_mood: ${quoted(prose.of(['intimate', 'ominous', 'somber', 'kinetic', 'ethereal']))}`,
    `    aspect_ratio: ${quoted(aspect)}`,
    `    orientation: ${quoted(orientation)}`,
    `    size: ${quoted(size)}`,
    ...literal(4, 'visual_description', prose.text(520)),
    ...literal(4, 'composition_notes', prose.text(220)),
    `    visual_hook: ${quoted(prose.text(70))}`,
    `    mood_rationale: ${quoted(prose.text(180))}`,
    ...listed(4, 'depicts_characters', [...shown.map((one) => one.slug), ...others]),
    '    character_states:',
    ...shown.flatMap((one) => literal(6, one.slug, prose.text(120))),
    `    location: ${quoted(places[n % 2]?.slug ?? '')}`,
    `    zone: "zone-${String((n % 4) + 1)}"`,
    '    category: ["story"]',
    '    lighting:',
    ...['primary_source', 'quality', 'direction', 'color_temperature', 'shadow_depth', 'atmospheric'].map(
      (field) => `      ${field}: ${quoted(prose.words(5))}`,
    ),
    '    palette:',
    `      dominant: ${flow([prose.words(2), prose.words(2)])}`,
    `      accent: ${flow([prose.words(2)])}`,
    `      avoid: ${flow([prose.words(2), prose.words(1)])}`,
    ...literal(4, 'prompt_used', prose.text(580)),
    ...literal(4, 'negative_prompt', `text, watermark, ${prose.text(180)}`),
    `    tags: ${flow([prose.word(), prose.word(), prose.word(), prose.word()])}`,
    '    generated_at: null',
    '    file_name: null',
    '    file_path: null',
    '    provider: null',
    '    model: null',
  ];
}

function person({ people }: Cast, n: number): Person {
  const found = people[n % people.length];
  if (found === undefined) throw new RangeError('A world of real shape has people.');
  return found;
}

function place({ places }: Cast, n: number): Place {
  const found = places[n % places.length];
  if (found === undefined) throw new RangeError('A world of real shape has places.');
  return found;
}
