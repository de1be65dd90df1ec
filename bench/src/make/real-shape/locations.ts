import type { Cast, LocationDialect, Place } from './cast.js';
import { flow, listed, literal, quoted, type Prose } from './prose.js';

/** Zones and beats of the places of each dialect, one after the other. */
const SIZES: Readonly<
  Record<LocationDialect, { readonly zones: readonly number[]; readonly beats: readonly number[] }>
> = {
  L1: { zones: [14, 14, 14, 15], beats: [0, 0, 0, 0] },
  L2: { zones: [19, 20, 19, 20], beats: [4, 5, 5, 5] },
  L3: { zones: [17, 18, 17, 18, 18], beats: [3, 4, 3, 4, 4] },
  L4: { zones: [11, 12, 12, 11, 12], beats: [3, 4, 4, 3, 4] },
  L5: { zones: [18, 18, 18, 18, 18, 19], beats: [4, 4, 4, 4, 4, 4] },
  L6: { zones: [32, 28, 28, 28, 28, 27], beats: [9, 6, 6, 6, 6, 7] },
};

/** imagery.yaml of a place, in one of six dialects. */
export function locationText(place: Place, cast: Cast, prose: Prose): string {
  const { dialect, number } = place;
  const size = SIZES[dialect];
  const zones = size.zones[number % size.zones.length] ?? 1;
  const beats = size.beats[number % size.beats.length] ?? 0;
  const lines = [
    `# ${prose.text(90)}`,
    ...headLines(place, prose),
    '# ' + '='.repeat(70),
    'overview:',
    ...overviewLines(dialect, prose),
    '',
    '# ' + '='.repeat(70),
    'zones:',
  ];
  for (let n = 0; n < zones; n += 1) {
    if (n % 3 === 0) lines.push(`  # ${prose.words(5)}`);
    lines.push(...zoneLines(dialect, n, cast, prose));
  }
  if (beats > 0) lines.push('', '# ' + '-'.repeat(70), 'beat_images:');
  for (let n = 0; n < beats; n += 1) lines.push(...beatLines(dialect, n, cast, prose));
  // Of six files of this dialect one cannot be read as YAML.
  if (dialect === 'L6' && number === 0) lines.push('effects: "one text", "and another behind it"');
  return `${lines.join('\n')}\n`;
}

function headLines({ slug, name, dialect }: Place, prose: Prose): string[] {
  const named =
    dialect === 'L1'
      ? [`  slug: ${quoted(slug)}`, `  name: ${quoted(name)}`]
      : [`  location_slug: ${quoted(slug)}`, `  location_name: ${quoted(name)}`];
  const defaults = [
    'generation_defaults:',
    '  provider: "workers-ai"',
    '  model: "flux-schnell"',
    '  aspect_ratio: "16:9"',
  ];
  return [
    'metadata:',
    '  entity_type: "location-imagery"',
    ...named,
    ...(dialect === 'L1' ? defaults.map((line) => `  ${line}`) : ['', ...defaults]),
    '',
    `one_line_essence: ${quoted(prose.text(70))}`,
    'location_visual_anchor:',
    ...listed(
      2,
      'signature_elements',
      Array.from({ length: 9 }, () => prose.words(6)),
    ),
    '  materials:',
    `    primary: ${flow([prose.words(2), prose.words(2)])}`,
    '  color_anchors:',
    `    dominant: ${flow([prose.words(1), prose.words(2)])}`,
    `    avoid: ${flow([prose.words(2)])}`,
    '  characteristic_light:',
    `    primary: ${quoted(prose.words(6))}`,
    '',
  ];
}

function looksLines(indent: number, prose: Prose): string[] {
  const at = ' '.repeat(indent);
  return [
    `${at}lighting:`,
    `${at}  primary_source: ${quoted(prose.words(5))}`,
    `${at}  quality: ${quoted(prose.words(4))}`,
    `${at}palette:`,
    `${at}  dominant: ${flow([prose.words(2), prose.words(2)])}  # ${prose.word()}`,
    `${at}  avoid: ${flow([prose.words(2)])}`,
  ];
}

function promptLines(indent: number, characters: number, prose: Prose): string[] {
  return [
    ...literal(indent, 'prompt_used', prose.text(characters)),
    `${' '.repeat(indent)}negative_prompt: ${quoted(`text, watermark, ${prose.words(8)}`)}`,
  ];
}

function overviewLines(dialect: LocationDialect, prose: Prose): string[] {
  const described = (indent: number): string[] => [
    ...literal(indent, 'description', prose.text(300)),
    ...listed(indent, 'key_elements', [prose.words(3), prose.words(4), prose.words(3)]),
    ...looksLines(indent, prose),
  ];
  switch (dialect) {
    case 'L1':
    case 'L3':
      return [
        '  slug: "overview"',
        '  name: "All of it"',
        '  image_type: "establishing"',
        ...looksLines(2, prose),
        ...promptLines(2, 700, prose),
      ];
    case 'L2':
      return [
        '  establishing:',
        '    slug: "establishing"',
        '    name: "All of it"',
        ...looksLines(4, prose),
        ...promptLines(4, 600, prose),
      ];
    case 'L4':
      return [
        '  image_type: "establishing"',
        '  scene_mood: "somber"',
        ...looksLines(2, prose),
        `  prompt_template: ${quoted(prose.text(310))}`,
      ];
    case 'L5':
      return [
        '  type: "establishing"',
        '  framing: "wide"',
        '  mood: "ethereal"',
        '  time_of_day: "dawn"',
        ...described(2),
      ];
    case 'L6':
      return [
        '  primary:',
        '    image_type: "establishing"',
        ...described(4),
        '  secondary:',
        '    image_type: "establishing"',
        ...described(4),
      ];
  }
}

function zoneLines(dialect: LocationDialect, n: number, cast: Cast, prose: Prose): string[] {
  const id = `zone-${String(n + 1)}`;
  const someone = cast.people[n % cast.people.length]?.slug ?? '';
  const named = [
    `  - slug: ${quoted(id)}`,
    `    name: ${quoted(`${prose.words(2)} ${String(n)}`)}`,
    `    zone_type: ${quoted(prose.of(['works', 'threshold', 'heart', 'liminal']))}`,
  ];
  const portrait =
    n % 3 === 0
      ? [
          '    references:',
          '      - type: "character_portrait"',
          `        slug: ${quoted(someone)}`,
          `        reason: ${quoted(prose.words(4))}`,
        ]
      : [];
  switch (dialect) {
    case 'L1':
      return [
        ...named,
        '    scene_mood: "quotidian"',
        ...literal(4, 'visual_description', prose.text(480)),
        ...literal(4, 'composition_notes', prose.text(200)),
        ...listed(4, 'required_elements', [prose.words(3), prose.words(4)]),
        ...looksLines(4, prose),
        ...promptLines(4, 560, prose),
      ];
    case 'L2':
    case 'L3':
      return [
        ...named,
        '    image_type: "zone"',
        '    mood: "tense"',
        ...literal(4, 'narrative_context', prose.text(360)),
        '    size: "1344x768"',
        ...looksLines(4, prose),
        ...promptLines(4, 430, prose),
        ...portrait,
      ];
    case 'L4':
      return [
        `  - zone_slug: ${quoted(id)}`,
        `    zone_name: ${quoted(prose.words(3))}`,
        '    zone_type: "works"',
        ...literal(4, 'narrative_role', prose.text(220)),
        '    default_prompt_elements:',
        `      atmosphere: ${quoted(prose.words(3))}`,
        ...listed(6, 'must_include', [prose.words(2), prose.words(3)]),
        ...listed(6, 'must_avoid', [prose.words(2)]),
        '    images:',
        // 62 pictures of 58 zones.
        ...Array.from({ length: n === 3 ? 2 : 1 }, (_, m) => m).flatMap((m) => [
          '      - image_type: "zone"',
          `        image_slug: "${id}-at-${m === 0 ? 'noon' : 'night'}"`,
          `        description: ${quoted(prose.text(100))}`,
          '        scene_mood: "quotidian"',
          ...looksLines(8, prose),
          ...listed(8, 'key_elements', [prose.words(3), prose.words(3)]),
          `        prompt: ${quoted(prose.text(280))}`,
        ]),
      ];
    case 'L5':
      return [
        `  - zone_id: ${quoted(id)}`,
        `    zone_name: ${quoted(prose.words(3))}`,
        '    zone_type: "threshold"',
        ...literal(4, 'description', prose.text(330)),
        ...listed(4, 'key_elements', [prose.words(3), prose.words(4), prose.words(3)]),
        '    mood: "ominous"',
        '    time_of_day: "noon"',
        ...looksLines(4, prose),
        ...literal(4, 'narrative_moment', prose.text(160)),
      ];
    case 'L6':
      return [
        ...named,
        `    description: ${quoted(prose.text(150))}`,
        '    image_type: "zone"',
        '    scene_mood: "tense"',
        ...listed(4, 'key_elements', [prose.words(3), prose.words(4), prose.words(3)]),
        ...looksLines(4, prose),
        '    character_interaction:',
        `      positions: ${flow([prose.words(3)])}`,
      ];
  }
}

function beatLines(dialect: LocationDialect, n: number, cast: Cast, prose: Prose): string[] {
  const id = `beat-${String(n + 1)}`;
  const chapter = cast.chapters[n % cast.chapters.length] ?? '';
  const someone = cast.people[(n * 7) % cast.people.length]?.slug ?? '';
  switch (dialect) {
    case 'L1':
      return [];
    case 'L2':
    case 'L3':
      return [
        `  - slug: ${quoted(id)}`,
        `    name: ${quoted(prose.words(3))}`,
        '    zone_ref: "zone-1"',
        '    mood: "kinetic"',
        ...literal(4, 'narrative_context', prose.text(300)),
        ...promptLines(4, 430, prose),
        '    references:',
        '      - type: "character_portrait"',
        `        slug: ${quoted(someone)}`,
        `        reason: ${quoted(prose.words(4))}`,
      ];
    case 'L4':
      return [
        `  - beat_slug: ${quoted(id)}`,
        `    beat_title: ${quoted(prose.words(3))}`,
        `    chapter_ref: ${quoted(chapter)}`,
        '    zone_ref: "zone-1"',
        ...literal(4, 'narrative_context', prose.text(260)),
        '    image_spec:',
        '      scene_mood: "intimate"',
        '      image_type: "anchor"',
        `      prompt: ${quoted(prose.text(280))}`,
        '      character_refs:',
        `        - slug: ${quoted(someone)}`,
        `          role: ${quoted(prose.words(3))}`,
      ];
    case 'L5':
      return [
        `  - beat_id: ${quoted(id)}`,
        `    beat_name: ${quoted(prose.words(3))}`,
        `    chapter_slug: ${quoted(chapter)}`,
        ...literal(4, 'description', prose.text(300)),
        ...listed(4, 'key_elements', [prose.words(3), prose.words(4)]),
        '    mood: "intimate"',
        ...looksLines(4, prose),
        `    emotional_beat: ${quoted(prose.text(80))}`,
      ];
    case 'L6':
      return [
        `  - slug: ${quoted(id)}`,
        `    title: ${quoted(prose.words(3))}`,
        `    chapter: ${quoted(chapter)}`,
        `    description: ${quoted(prose.text(220))}`,
        '    zone: "zone-2"',
        '    image_type: "hero"',
        '    scene_mood: "kinetic"',
        `    emotional_beat: ${quoted(prose.text(80))}`,
        ...listed(4, 'characters_present', [someone, 'the whole crew']),
        '    framing: "medium"',
        ...listed(4, 'key_visual_elements', [prose.words(3), prose.words(4)]),
        ...looksLines(4, prose),
      ];
  }
}
