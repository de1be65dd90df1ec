import { describe, expect, it } from 'vitest';
import { fixture, readText } from './support/dialect-world.js';

const L3 = 'locations/tally-hall/imagery.yaml';
const H1 = 'chapters/ch01.5-the-slack-chain/imagery.yaml';

function location(...fields: readonly string[]): ReturnType<typeof readText> {
  const zone = ['slug: z', 'name: Z', ...fields].map((line) => `    ${line}`).join('\n');
  return readText(
    'locations/x/imagery.yaml',
    `metadata: { entity_type: location-imagery, location_slug: x, location_name: X }\nzones:\n  -\n${zone}\nbeat_images: []\n`,
  );
}

describe('lenient in, strict inside', () => {
  it.each([
    ['aspect_ratio: "9:16"', '9:16'],
    ['aspect_ratio: 9x16', '9:16'],
    ['aspect_ratio: "16:9 (wide)"', '16:9'],
    ['aspect_ratio: 1.78', '16:9'],
    ['aspect_ratio: "1.85:1"', '16:9'],
    ['aspect_ratio: Square', '1:1'],
    ['size: 1024x1792', '9:16'],
    ['size: "1792 × 768"', '21:9'],
    ['size: { width: 1024, height: 1024 }', '1:1'],
    ['orientation: portrait', '3:4'],
    ['technical: { aspect_ratio: "4:3" }', '4:3'],
    ['aspect_ratio: "3:4"\n    size: 1024x1024', '3:4'],
    ['aspect_ratio: "0:0"', '16:9'],
    ['aspect_ratio: [1, 2]', '16:9'],
    ['aspect_ratio: 7', '16:9'],
    ['size: 2K', '16:9'],
    ['prompt_used: nothing is said', '16:9'],
  ])('%s makes a picture of %s', (field, ratio) => {
    expect(location(field).entity?.scenes[0]?.aspectRatio).toBe(ratio);
  });

  it.each([
    ['image_size: 2k', '2K'],
    ['size: 4K', '4K'],
    ['image_size: 512', '512'],
    ['image_size: huge', '1K'],
    ['quality: hd', '1K'],
  ])('%s makes a picture in %s', (field, size) => {
    expect(location(field).entity?.scenes[0]?.imageSize).toBe(size);
  });

  it('a Gemini image model in generation_defaults is meant, a retired one or another tool’s is not', () => {
    const withModel = (model: string) =>
      readText(L3, fixture('l3.yaml').replace('model: "flux-schnell"', `model: "${model}"`)).entity?.scenes[0]
        ?.model;
    expect(withModel('gemini-3-pro-image')).toBe('gemini-3-pro-image');
    expect(withModel('gemini-2.5-flash-image')).toBeUndefined();
    expect(withModel('imagen-3')).toBeUndefined();
    expect(withModel('gemini-3.5-flash')).toBeUndefined();
  });

  it('a text in place of a list, a map in place of a text and a number in place of either are read and told', () => {
    const { entity, diagnostics } = location(
      'required_elements: One thing',
      'mood: { day: calm, night: wild }',
      'tags: salt, rope',
      'composition_notes: 3',
    );
    const scene = entity?.scenes[0];
    expect(scene?.mood).toBe('day: calm; night: wild');
    expect(scene?.tags).toEqual(['salt', 'rope']);
    expect(scene?.parts.map((part) => part.text)).toEqual(
      expect.arrayContaining(['Must be seen: One thing.', '3.']),
    );
    expect(new Set(diagnostics.map((one) => one.severity))).toEqual(new Set(['note']));
    expect(diagnostics.map((one) => one.at?.join('.'))).toEqual(
      expect.arrayContaining(['zones.0.mood', 'zones.0.tags', 'zones.0.required_elements']),
    );
  });

  it('zones as a map are named by its keys', () => {
    const { entity } = readText(
      'locations/x/imagery.yaml',
      'metadata: { entity_type: location-imagery }\noverview: { slug: o, prompt_used: p }\n' +
        'zones: { inner-yard: { prompt_used: a, slug: inner-yard }, gate: { prompt_used: b } }\n',
    );
    expect(entity?.scenes.map((scene) => scene.id)).toEqual(['o', 'gate', 'inner-yard']);
  });

  it('words that were never heard of before are no reason to refuse a file', () => {
    const text = fixture('h1.yaml')
      .replace('image_type: "mood"', 'image_type: "reverie"')
      .replace('desolate', 'wistful');
    const { entity, diagnostics } = readText(H1, text);
    expect(entity?.scenes.map((scene) => scene.mood)).toEqual(['kinetic', 'wistful']);
    expect(diagnostics.every((one) => one.severity === 'note')).toBe(true);
  });

  it('negative prompts may be texts or lists; brackets keep their commas', () => {
    const negative = (field: string) => location(field).entity?.scenes[0]?.negative;
    expect(negative('negative_prompt: "text, people (crowds, queues), blur."')).toEqual([
      'text',
      'people (crowds, queues)',
      'blur',
    ]);
    expect(negative('negative_prompt: [text, "blur, grain"]')).toEqual(['text', 'blur', 'grain']);
    expect(negative('negative_prompts: text')).toEqual(['text']);
    expect(negative('palette: { dominant: [a], avoid: [neon] }')).toEqual(['neon']);
  });

  it('chargen’s own settings may be stated in any dialect', () => {
    const scene = location('locked: true', 'take: 3', 'temperature: 0.5').entity?.scenes[0];
    expect([scene?.locked, scene?.take, scene?.temperature]).toEqual([true, 3, 0.5]);
  });

  it('ideas may be a bare list, and an idea a bare title', () => {
    const { entity, diagnostics } = readText(
      'characters/x/imagery.yaml',
      'entity_type: character\nprompts: []\n',
      new Map([
        [
          'image-ideas.yaml',
          '- A quiet hour\n- { title: Second, scene: Words., depicts_characters: { ada: here } }\n',
        ],
      ]),
    );
    expect(entity?.scenes.map((scene) => [scene.id, scene.references.length])).toEqual([
      ['a-quiet-hour', 1],
      ['second', 2],
    ]);
    expect(diagnostics.map((one) => [one.code, one.file])).toEqual([
      ['text-for-scene', 'characters/x/image-ideas.yaml'],
      ['map-for-list', 'characters/x/image-ideas.yaml'],
    ]);
  });

  it('people may be slugs, objects, crowds or free text, of which only slugs have a portrait', () => {
    const { entity, diagnostics } = location(
      'depicts_characters: [ada-fen, { slug: bo, role: left }, { generic_count: 8, description: guards }, "two old men"]',
    );
    const scene = entity?.scenes[0];
    expect(scene?.references.map((one) => (one.kind === 'entity' ? one.slug : one.kind))).toEqual([
      'ada-fen',
      'bo',
    ]);
    expect(scene?.parts.map((part) => part.text)).toContain('Also seen: 8 guards.');
    expect(diagnostics.map((one) => [one.severity, one.code])).toContainEqual(['note', 'not-a-character']);
  });

  it.each([
    ['{ bo: Tired., ada-fen: Wet }', ['Ada Fen: Wet.', 'Bo: Tired.']],
    [
      '[{ slug: ada-fen, state: Wet, file: a.md }, { character: bo, coat: red, hat: none }, Others are shadows]',
      ['Ada Fen: Wet.', 'Bo: coat: red; hat: none.', 'Others are shadows.'],
    ],
    ['[{ name: The guard, looks: asleep }, { slug: bo }]', ['The guard: asleep.']],
    ['Both are wet', ['Both are wet.']],
  ])('states %s say how who looks, in the order in which they are depicted', (states, expected) => {
    const { entity } = location(
      `depicts_characters: [ada-fen, bo]`,
      `character_states: ${states}`,
      'prompt_used: p',
    );
    const told = entity?.scenes[0]?.parts.map(({ who, text }) =>
      who === undefined ? text : `${who.name}: ${text}`,
    );
    expect(told).toEqual(expected);
  });

  it('people may be a text of slugs, and people without a name are said in a compiled prompt', () => {
    const slugs = location('depicts_characters: ada-fen, bo').entity?.scenes[0]?.references;
    expect(slugs?.map((one) => (one.kind === 'entity' ? one.slug : one.kind))).toEqual(['ada-fen', 'bo']);
    const crowd = location('characters_present: Children, playing').entity?.scenes[0];
    expect(crowd?.references).toEqual([]);
    expect(crowd?.parts.map((part) => part.text)).toContain('Also seen: Children, playing.');
  });

  it('references may be texts: a picture, an id, a slug, a place and its zone; chapters and notes are none', () => {
    const references = location(
      'references: [images/a.png, ada-fen-at-the-long--03, mill/loft, characters/bo, locations/quay, chapters/ch01, "a note"]',
    ).entity?.scenes[0]?.references;
    const texts = references?.map((one) => {
      if (one.kind === 'file') return one.path;
      if (one.kind === 'picture-id') return one.id;
      if (one.kind === 'zone') return `${one.slug} ${one.zone ?? '-'}`;
      return one.kind === 'entity' ? one.slug : one.kind;
    });
    expect(texts).toEqual([
      'locations/x/images/a.png',
      'ada-fen-at-the-long--03',
      'mill loft',
      'bo',
      'quay -',
    ]);
  });

  it.each([
    ['locations/x/imagery.yaml', 'entity_type: Location\nzones: [{ slug: a }]\n', 'L1'],
    ['locations/x/imagery.yaml', 'zones: [{ slug: a }]\noverview: { slug: b }\n', 'L1'],
    ['locations/x/imagery.yaml', 'metadata: { entity_type: null }\nzones: [{ zone_id: a }]\n', 'L5'],
    ['locations/x/imagery.yaml', 'metadata: {}\noverview: { establishing: [{ slug: a }] }\n', 'L2'],
    ['chapters/x/imagery.yaml', 'images: [{ custom_id: a }]\n', 'H1'],
    ['chapters/x/imagery.yaml', 'entity_type: chapter\nimages: [{ custom_id: a }]\n', 'H1'],
    ['characters/x/imagery.yaml', 'entity_type: Character\nname: X\nprompts: []\n', 'C1+C2'],
    ['characters/x/imagery.yaml', 'prompts: []\nimage_inventory: []\n', 'C1+C2'],
  ])('%s with "%s" is read as %s: the folder says what the file leaves out', (path, text, dialect) => {
    const { entity, diagnostics } = readText(path, text);
    expect(entity?.dialect).toBe(dialect);
    expect(diagnostics.filter((one) => one.severity === 'error')).toEqual([]);
  });

  it('an overview may be a text', () => {
    const { entity } = readText(
      'locations/x/imagery.yaml',
      'overview: A mill on a hill.\nzones: [{ slug: a }]\n',
    );
    expect(entity?.scenes.map(({ id, place }) => [id, place?.kind])).toEqual([
      ['overview', 'overview'],
      ['a', 'zone'],
    ]);
    expect(entity?.scenes[0]?.parts.map((part) => part.text)).toContain('A mill on a hill.');
  });

  it('a slug that is not the folder’s is told, and the folder counts', () => {
    const { entity, diagnostics } = readText('locations/other/imagery.yaml', fixture('l3.yaml'));
    expect(entity?.slug).toBe('other');
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ severity: 'warning', code: 'slug-mismatch' }),
    );
  });

  it('a chapter among the locations is an error of the whole file', () => {
    const { diagnostics } = readText('locations/ch01.5-the-slack-chain/imagery.yaml', fixture('h1.yaml'));
    expect(diagnostics).toContainEqual(expect.objectContaining({ severity: 'error', code: 'type-mismatch' }));
  });

  it('CRLF files read like LF files', () => {
    for (const [path, name] of [
      [L3, 'l3.yaml'],
      [H1, 'h1.yaml'],
    ] as const) {
      const text = fixture(name);
      expect(readText(path, text.replaceAll('\n', '\r\n')).entity).toEqual(readText(path, text).entity);
    }
  });
});
