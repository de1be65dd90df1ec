import { describe, expect, it } from 'vitest';
import {
  findZone,
  referenceDiagnostics,
  resolveReferences,
  type ResolvedReference,
  type World,
} from '../src/content/index.js';
import { dialectTexts, entityOf, fixture, loadWorld } from './support/dialect-world.js';

const nothingThere = { exists: () => false, advice: () => '' };

function told(reference: ResolvedReference): string {
  switch (reference.kind) {
    case 'file':
      return `${reference.role} file ${reference.paths[0]} (${String(reference.paths.length)})`;
    case 'scene':
      return `${reference.role} scene ${reference.entity.slug}/${reference.scene.id}`;
    case 'dangling':
      return `${reference.role} dangling ${reference.name}`;
  }
}

function resolved(world: World, id: string, index: number): string[] {
  const entity = entityOf(world, id);
  const scene = entity.scenes[index];
  if (scene === undefined) throw new Error(`${id} has no scene ${String(index)}`);
  return resolveReferences(world, entity, scene).map(told);
}

const OSSA = 'portrait file characters/ossa-verrin/images/portrait.png (4)';
const ILMO = 'portrait file characters/ilmo-tarn/images/portrait.png (4)';

describe('references of the older dialects', () => {
  const world = loadWorld(dialectTexts());

  it.each([
    ['a character sees its own portrait', 'character/ossa-verrin', 0, [OSSA]],
    ['and whoever else it depicts', 'character/ossa-verrin', 1, [OSSA, ILMO]],
    ['L1: depicted characters, and portraits by path', 'location/saltmere-rise', 1, [OSSA, OSSA]],
    [
      'L1: a zone by night has the zone by day',
      'location/saltmere-rise',
      2,
      ['place scene saltmere-rise/saltmere-rise-long-stair'],
    ],
    ['L2: character portraits by slug; plans are no pictures', 'location/ferry-house', 0, [OSSA]],
    [
      'L2: a beat has its zone; a misspelt slug dangles',
      'location/ferry-house',
      3,
      ['portrait dangling character/ossa-verin', 'place scene ferry-house/chain-room'],
    ],
    ['L3: character portraits by slug', 'location/tally-hall', 1, [ILMO]],
    [
      'L4: characters of an image_spec, and the first image of the zone',
      'location/gull-steps',
      4,
      [OSSA, 'place scene gull-steps/net-lofts__lofts-at-noon'],
    ],
    ['L5: free text is nobody', 'location/reed-causeway', 1, []],
    [
      'L6: characters present, and the zone',
      'location/drowned-quarry',
      4,
      [ILMO, OSSA, 'place scene drowned-quarry/crane-deck'],
    ],
    [
      'H1: the cast’s picture, an unknown character, a zone of another entity',
      'chapter/ch01.5-the-slack-chain',
      0,
      [OSSA, 'portrait dangling character/nobody-here', 'place scene ferry-house/chain-room'],
    ],
    [
      'H1: an overview stands in for a zone that nobody drew',
      'chapter/ch01.5-the-slack-chain',
      1,
      [OSSA, ILMO, 'place scene ferry-house/establishing'],
    ],
  ])('%s', (_, id, index, expected) => {
    expect(resolved(world, id, index)).toEqual(expected);
  });

  it('never block a scene', () => {
    const references = world.entities.flatMap(
      (loaded) => loaded.entity?.scenes.flatMap((scene) => scene.references) ?? [],
    );
    expect(references.length).toBeGreaterThan(15);
    expect(references.some((one) => one.required)).toBe(false);
  });

  it('that dangle are told once per file, with place, nearest name and number of scenes', () => {
    const diagnostics = referenceDiagnostics(world).map(({ severity, code, message, file, at }) => ({
      severity,
      code,
      message,
      place: `${file} ${at?.join('.') ?? ''}`,
    }));
    expect(diagnostics).toEqual([
      {
        severity: 'warning',
        code: 'unknown-reference',
        message: 'There is no character "nobody-here".',
        place: 'chapters/ch01.5-the-slack-chain/imagery.yaml images.0.depicts_characters.1',
      },
      {
        severity: 'warning',
        code: 'unknown-picture',
        message: 'No entity has a picture "ilmo-tarn-official-portrait-01". The usual portrait is used.',
        place: 'chapters/ch01.5-the-slack-chain/imagery.yaml characters.1.reference_images.0',
      },
      {
        severity: 'note',
        code: 'zone-stands-in',
        message:
          'The Ferry House has no zone "the landing nobody drew"; its scene "establishing" is used instead.',
        place: 'chapters/ch01.5-the-slack-chain/imagery.yaml images.1.location',
      },
      {
        severity: 'warning',
        code: 'unknown-reference',
        message: 'There is no character "ossa-verin". Did you mean "ossa-verrin"?',
        place: 'locations/ferry-house/imagery.yaml beat_images.0.references.0',
      },
    ]);
  });

  it('that one scene asks for in two ways are those of one scene', () => {
    const saltmere = referenceDiagnostics(world, nothingThere).filter((one) => one.file.includes('saltmere'));
    expect(saltmere.map((one) => one.message)).toEqual([expect.not.stringContaining('scenes)')]);
  });

  it('to files that are not there are told when somebody can look, once for all scenes', () => {
    const missing = referenceDiagnostics(world, {
      ...nothingThere,
      exists: (path) => path.includes('ossa'),
    }).filter((one) => one.code === 'missing-reference');
    expect(missing.map((one) => one.file)).toEqual([
      'chapters/ch01.5-the-slack-chain/imagery.yaml',
      'characters/ossa-verrin/image-ideas.yaml',
      'locations/drowned-quarry/imagery.yaml',
      'locations/tally-hall/imagery.yaml',
    ]);
    const none = referenceDiagnostics(world, nothingThere).find((one) =>
      one.file.startsWith('characters/ossa'),
    );
    expect(none?.message).toContain('(3 scenes)');
  });

  it('to a broken file say that it is broken', () => {
    const texts = dialectTexts();
    texts.set(
      'chapters/ch01.5-the-slack-chain/imagery.yaml',
      fixture('h1.yaml').replaceAll('"ferry-house"', '"cracked-bell"'),
    );
    const codes = referenceDiagnostics(loadWorld(texts)).map((one) => one.code);
    expect(codes).toContain('reference-to-broken-file');
  });

  it('by inventory id find pictures that nobody flagged, with the portrait behind them', () => {
    const texts = dialectTexts();
    texts.set(
      'chapters/ch01.5-the-slack-chain/imagery.yaml',
      fixture('h1.yaml').replace('- "ossa-verrin-portrait"', '- "ossa-verrin-hauling-the-chain"'),
    );
    const [first] = resolved(loadWorld(texts), 'chapter/ch01.5-the-slack-chain', 0);
    expect(first).toBe(
      'portrait file characters/ossa-verrin/images/ossa-verrin-hauling-the-chain-1766000000001-2025-12-17.jpg (5)',
    );
  });

  it('by several ids of the cast take the next where the file of one is gone', () => {
    const texts = dialectTexts();
    const cast =
      '- "ossa-verrin-gone"\n      - "ossa-verrin-hauling-the-chain"\n      - "ossa-verrin-portrait"';
    texts.set(
      'chapters/ch01.5-the-slack-chain/imagery.yaml',
      fixture('h1.yaml').replace('- "ossa-verrin-portrait"', cast),
    );
    const changed = loadWorld(texts);
    expect(resolved(changed, 'chapter/ch01.5-the-slack-chain', 0)[0]).toBe(
      'portrait file characters/ossa-verrin/images/ossa-verrin-hauling-the-chain-1766000000001-2025-12-17.jpg (5)',
    );
    expect(referenceDiagnostics(changed).map((one) => one.message)).toContainEqual(
      expect.stringMatching(/"ossa-verrin-gone".*"ossa-verrin-hauling-the-chain" is used\. \(2 scenes\)$/),
    );
  });

  it('by a slug find the portrait of a character or the place', () => {
    const texts = dialectTexts();
    texts.set(
      'locations/tally-hall/imagery.yaml',
      fixture('l3.yaml').replace(
        'references: []',
        'references: [ossa-verrin, ferry-house, ferry-house/chain-room, characters/ilmo-tarn/images/own.png, nobody]',
      ),
    );
    expect(resolved(loadWorld(texts), 'location/tally-hall', 0)).toEqual([
      OSSA,
      'place scene ferry-house/establishing',
      'place scene ferry-house/chain-room',
      'other file characters/ilmo-tarn/images/own.png (1)',
      'other dangling nobody',
    ]);
  });

  it('by the usual id of a portrait need no inventory', () => {
    const texts = dialectTexts();
    texts.set(
      'locations/tally-hall/imagery.yaml',
      fixture('l3.yaml').replace(
        'references: []',
        'references: [ilmo-tarn-portrait, images/own.png, "a theme"]',
      ),
    );
    expect(resolved(loadWorld(texts), 'location/tally-hall', 0)).toEqual([
      'other file characters/ilmo-tarn/images/portrait.png (4)',
      'other file locations/tally-hall/images/own.png (1)',
    ]);
  });

  it('cannot wait for each other in a circle', () => {
    const texts = dialectTexts();
    const circle = fixture('l1.yaml').replace(
      'zone_type: threshold',
      'base_zone: The Long Stair by Night\n    zone_type: threshold',
    );
    texts.set('locations/saltmere-rise/imagery.yaml', circle);
    const changed = loadWorld(texts);
    expect(resolved(changed, 'location/saltmere-rise', 1)).toEqual([OSSA, OSSA]);
    expect(resolved(changed, 'location/saltmere-rise', 2)).toEqual([]);
    const codes = changed.find('location', 'saltmere-rise')?.diagnostics.map((one) => one.code);
    expect(codes?.filter((code) => code === 'zone-cycle')).toHaveLength(2);
  });

  it.each([
    ['characters/ossa-verrin/images/portrait.jpg', OSSA],
    ['../../characters/ossa-verrin/images/portrait.png', OSSA],
    [
      'characters/ossa-verrin/images/in-profile.png',
      'portrait file characters/ossa-verrin/images/in-profile.png (1)',
    ],
    [
      '../../characters/ossa-verrin/images/in-profile.png',
      'portrait file characters/ossa-verrin/images/in-profile.png (1)',
    ],
  ])('by a path such as %s find the picture in the other folder', (path, expected) => {
    const texts = dialectTexts();
    texts.set(
      'locations/saltmere-rise/imagery.yaml',
      fixture('l1.yaml').replace('portrait: characters/ossa-verrin/images/portrait.png', `portrait: ${path}`),
    );
    expect(resolved(loadWorld(texts), 'location/saltmere-rise', 1)).toEqual([OSSA, expected]);
  });

  it('leave the workspace by no path', () => {
    for (const path of [
      '../../../etc/passwd.png',
      '/etc/shadow.png',
      'C:\\secret.png',
      'images/../../../../x.png',
    ]) {
      const texts = dialectTexts();
      texts.set(
        'locations/tally-hall/imagery.yaml',
        fixture('l3.yaml').replace('references: []', `references: [{ path: ${JSON.stringify(path)} }]`),
      );
      const changed = loadWorld(texts);
      expect(resolved(changed, 'location/tally-hall', 0)).toEqual([]);
      const codes = changed.find('location', 'tally-hall')?.diagnostics.map((one) => one.code);
      expect(codes).toContain('path-outside');
    }
  });
});

describe('a zone', () => {
  const world = loadWorld(dialectTexts());

  it.each([
    ['gull-steps', 'net-lofts', 'zone net-lofts__lofts-at-noon'],
    ['gull-steps', 'The Net Lofts', 'zone net-lofts__lofts-at-noon'],
    ['ferry-house', 'kitchen-waiting-room', 'zone kitchen'],
    ['ferry-house', 'Chain_Room', 'zone chain-room'],
    ['saltmere-rise', 'long-stair', 'zone saltmere-rise-long-stair'],
    ['ferry-house', 'establishing', 'zone establishing'],
    ['ferry-house', undefined, 'overview establishing'],
    ['drowned-quarry', '', 'overview overview-primary'],
    ['drowned-quarry', 'nowhere', 'stand-in overview-primary'],
    // A beat is no zone: it may itself be waiting for one.
    ['ferry-house', 'the-chain-parts', 'stand-in establishing'],
  ])('of %s called %s is shown by %s', (slug, zone, expected) => {
    const match = findZone(entityOf(world, `location/${slug}`), zone);
    expect(match.kind === 'none' ? 'none' : `${match.kind} ${match.scene.id}`).toBe(expected);
  });
});
