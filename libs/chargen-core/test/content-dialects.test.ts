import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../../../test/support/workspace.js';
import { DIALECTS } from '../src/content/dialects/table.js';
import { dialectTexts, entityOf, loadWorld, readText, worldDiagnostics } from './support/dialect-world.js';

/** Read off the fixtures by hand, in the order of the files. */
const EXPECTED: readonly (readonly [string, string, string, readonly (readonly [string, string])[]])[] = [
  [
    'character/ossa-verrin',
    'C1+C2',
    'Ossa Verrin',
    [
      ['hauling-the-chain', '3:4'],
      ['the-passenger-s-coin-refused', '3:4'],
      ['portrait-scene', '3:4'],
    ],
  ],
  ['character/ilmo-tarn', 'C1+C2', 'Ilmo Tarn', []],
  ['character/character-template', 'C1+C2', 'Character Template', []],
  [
    'location/saltmere-rise',
    'L1',
    'Saltmere Rise',
    [
      ['saltmere-rise-overview', '16:9'],
      ['saltmere-rise-long-stair', '3:4'],
      ['saltmere-rise-long-stair-night', '3:4'],
    ],
  ],
  [
    'location/ferry-house',
    'L2',
    'The Ferry House',
    [
      ['establishing', '16:9'],
      ['chain-room', '4:5'],
      ['kitchen', '1:1'],
      ['the-chain-parts', '16:9'],
    ],
  ],
  [
    'location/tally-hall',
    'L3',
    'Tally Hall',
    [
      ['tally-hall-overview', '16:9'],
      ['cord-gallery', '1:1'],
      ['beat-the-missing-knot', '16:9'],
    ],
  ],
  [
    'location/gull-steps',
    'L4',
    'Gull Steps',
    [
      ['overview', '16:9'],
      ['net-lofts__lofts-at-noon', '16:9'],
      ['net-lofts__lofts-in-storm', '16:9'],
      ['salt-shelf__shelf', '16:9'],
      ['the-last-net', '16:9'],
    ],
  ],
  [
    'location/reed-causeway',
    'L5',
    'Reed Causeway',
    [
      ['overview', '21:9'],
      ['toll-pole', '16:9'],
      ['sunk-mile', '16:9'],
      ['coin-returned', '16:9'],
    ],
  ],
  [
    'location/drowned-quarry',
    'L6',
    'The Drowned Quarry',
    [
      ['overview-primary', '16:9'],
      ['overview-secondary', '16:9'],
      ['rim-path', '16:9'],
      ['crane-deck', '16:9'],
      ['the-dive', '16:9'],
    ],
  ],
  [
    'chapter/ch01.5-the-slack-chain',
    'H1',
    'The Slack Chain',
    [
      ['ch01.5-the-slack-chain-img-01-01', '21:9'],
      ['ch01.5-the-slack-chain-img-02-01', '3:4'],
    ],
  ],
];

describe('the dialects that writers already use', () => {
  const world = loadWorld(dialectTexts());

  it.each(EXPECTED)('%s is read as %s, scene by scene', (id, dialect, name, scenes) => {
    const entity = entityOf(world, id);
    expect([entity.dialect, entity.name]).toEqual([dialect, name]);
    expect(entity.scenes.map((scene) => [scene.id, scene.aspectRatio])).toEqual(scenes);
  });

  it.each(EXPECTED.map(([id]) => id))('%s has the canonical form that was reviewed', (id) => {
    expect(entityOf(world, id)).toMatchSnapshot();
  });

  it('an author of a scene finds its own words in the prompt, where there are any', () => {
    const stair = entityOf(world, 'location/saltmere-rise').scenes[1];
    expect(stair?.prompt).toBe(
      'Gouache on rough paper. A long stair between white garden walls, steps hollowed by use,\na ferrywoman resting halfway.',
    );
    expect(stair?.promptSource).toBe('locations/saltmere-rise/imagery.yaml zones[0].prompt_used');
    expect(stair?.parts.map((part) => part.text)).toEqual([
      'Must be seen: Hollowed steps.',
      'Out of breath, coat open, one shoe off.',
      'Palette: chalk white.',
    ]);
    expect(stair?.parts[1]?.who).toEqual({ slug: 'ossa-verrin', name: 'Ossa Verrin' });
  });

  it('a file that cannot be parsed fails alone, with line, column and advice', () => {
    const broken = world.entities.find((loaded) => loaded.id === 'location/cracked-bell');
    expect(broken?.entity).toBeUndefined();
    expect(broken?.diagnostics).toEqual([
      {
        severity: 'error',
        code: 'yaml-syntax',
        file: 'locations/cracked-bell/imagery.yaml',
        line: 13,
        column: 36,
        message:
          'This is not valid YAML: bad indentation of a mapping entry. Put quotes around the whole value, or fix the indentation.',
      },
    ]);
    expect(world.entities.filter((loaded) => loaded.entity !== undefined)).toHaveLength(EXPECTED.length);
  });

  it('settings of other tools are told once per file and never used', () => {
    const told = worldDiagnostics(world).filter((one) => one.code === 'settings-of-another-tool');
    expect(told.map((one) => one.file.split('/')[1])).toEqual([
      'ch01.5-the-slack-chain',
      'drowned-quarry',
      'ferry-house',
      'gull-steps',
      'reed-causeway',
      'saltmere-rise',
      'tally-hall',
    ]);
    expect(told.every((one) => one.severity === 'note')).toBe(true);
    const models = world.entities.flatMap(
      (loaded) => loaded.entity?.scenes.map((scene) => scene.model) ?? [],
    );
    expect(new Set(models)).toEqual(new Set([undefined]));
  });

  it('what a language model said in place of an appearance is told and never used', () => {
    const template = world.entities.find((loaded) => loaded.id === 'character/character-template');
    expect(template?.entity?.appearance).toBeUndefined();
    expect(template?.diagnostics.map((one) => [one.severity, one.code])).toEqual([
      ['warning', 'appearance-is-no-description'],
      ['note', 'no-scenes'],
    ]);
  });

  it.each([
    ['Ossa is ready to leave, as an artist would see her.', true],
    ['I am ready to act as your analyst. Please share the profile.', false],
    ["I'm sorry, but I can’t describe this person.", false],
    ['As an AI language model I have no eyes.', false],
    ['A tall man. You have provided no portrait of him.', false],
  ])('"%s" may be used in prompts: %s', (appearance, used) => {
    const { entity } = readText(
      'characters/x/imagery.yaml',
      JSON.stringify({ entity_type: 'character', slug: 'x', appearance, prompts: [] }),
    );
    expect(entity?.appearance !== undefined).toBe(used);
  });
});

describe('the table of dialects', () => {
  const marks: readonly (readonly [string, string])[] = [
    ['L2', 'overview: { establishing: { slug: e } }'],
    ['L6', 'overview: { primary: { description: d } }'],
    ['L5', 'overview: {}\nzones: [{ zone_id: z }]'],
    ['L4', 'overview: {}\nzones: [{ zone_slug: z }]'],
    ['L3', 'overview: {}\nzones: [{ slug: z }]\nbeat_images: []'],
    ['L1', 'overview: {}\nzones: [{ slug: z }]'],
  ];

  it.each(marks)('%s is recognised by its mark alone', (dialect, text) => {
    const { entity } = readText(
      'locations/x/imagery.yaml',
      `metadata: { entity_type: location-imagery, location_slug: x }\n${text}`,
    );
    expect(entity?.dialect).toBe(dialect);
  });

  it('has every dialect once, and of each but the canonical one there is a sample', () => {
    const sampled = new Set(EXPECTED.map(([, dialect]) => dialect));
    expect(DIALECTS.map((one) => one.dialect).sort()).toEqual([...sampled, 'canonical'].sort());
  });

  it('is the table of docs/content.md, in its order', () => {
    const [, section = ''] = readFileSync(join(REPOSITORY, 'docs/content.md'), 'utf8').split(
      '\n## Dialects\n',
    );
    const [table = ''] = section.split('\n\nAll locations');
    const rows = [...table.matchAll(/^\| (\S+) /gm)].map(([, first]) => first).slice(2);
    expect(rows).toEqual(DIALECTS.map(({ dialect }) => dialect));
  });

  it.each([
    [
      'locations/x/imagery.yaml',
      'metadata: { entity_type: location-imagery }\nparts: [{ id: a }]',
      'The nearest is a location with',
      'overview',
    ],
    [
      'chapters/x/imagery.yaml',
      'metadata: { entity_type: chapter-imagery, chapter_title: t }\nmoments: []\nframes: []',
      'The nearest is a chapter with',
      'What it lacks for that: images[0].custom_id.',
    ],
    ['characters/x/imagery.yaml', 'pictures: []', 'The nearest is', 'What it lacks for that: '],
    ['characters/x/imagery.yaml', '', 'The file is empty', ''],
    ['characters/x/imagery.yaml', '- a\n- b', 'no fields at its top level', ''],
  ])('an unknown shape in %s is told the nearest dialect (%#)', (path, text, nearest, missing) => {
    const { entity, diagnostics } = readText(path, text);
    expect(entity).toBeUndefined();
    expect(diagnostics.map((one) => one.code)).toEqual(['unknown-dialect']);
    expect(diagnostics[0]?.message).toContain(nearest);
    expect(diagnostics[0]?.message).toContain(missing);
  });
});
