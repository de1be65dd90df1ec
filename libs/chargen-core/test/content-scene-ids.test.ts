import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCENE_ID } from '../src/content/index.js';
import { fixture, readText } from './support/dialect-world.js';

const CHARACTER = 'entity_type: character\nslug: x\nprompts: []\n';

function ideas(titles: readonly string[]): { ids: string[]; told: (readonly [string, string])[] } {
  const scenes = titles.map((title) => ({ title, scene: 's', pose: 'p', setting: 's', mood: 'm', tags: [] }));
  const { entity, diagnostics } = readText(
    'characters/x/imagery.yaml',
    CHARACTER,
    new Map([['image-ideas.yaml', JSON.stringify({ scenes })]]),
  );
  return {
    ids: entity?.scenes.map((scene) => scene.id) ?? [],
    told: diagnostics.map((one) => [one.severity, one.code] as const),
  };
}

describe('scene ids', () => {
  it('come from what the author wrote, so that an inserted scene renames no other', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 2, maxLength: 8 }),
        fc.nat(),
        (titles, place) => {
          const [inserted = '', ...others] = titles;
          const before = ideas(others).ids;
          const at = place % (others.length + 1);
          const after = ideas([...others.slice(0, at), inserted, ...others.slice(at)]).ids;
          // A title that clashes with the inserted one may have lost its place, and that is an error that is told.
          expect(before.filter((id) => !after.includes(id))).toEqual([]);
        },
      ),
    );
  });

  it('do not move when scenes change places', () => {
    const titles = ['At the well', 'Below the stair', 'In the rain'];
    expect(ideas([...titles].reverse()).ids).toEqual(ideas(titles).ids.toReversed());
  });

  it('are file names whatever the title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }), (title) => {
        for (const id of ideas([title]).ids) {
          expect(id).toMatch(SCENE_ID);
          expect(id.length).toBeLessThanOrEqual(120);
        }
      }),
    );
  });

  it.each([
    ["The Ferryman's Knot", 'the-ferryman-s-knot'],
    ['Ålesund, à l’aube', 'alesund-a-l-aube'],
    ['  --Dashes & dots...  ', 'dashes-dots'],
    ['Portrait', 'portrait-scene'],
  ])('"%s" is %s', (title, id) => {
    expect(ideas([title]).ids).toEqual([id]);
  });

  it('of titles in other letters than Latin are stable and differ', () => {
    const [first, second] = ideas(['Паром', '渡し船']).ids;
    expect(first).toMatch(/^scene-[0-9a-f]{8}$/);
    expect(second).toMatch(/^scene-[0-9a-f]{8}$/);
    expect(first).not.toBe(second);
    expect(ideas(['渡し船', 'Паром']).ids).toEqual([second, first]);
  });

  it('of very long titles that begin alike differ', () => {
    const start = 'so '.repeat(60);
    expect(new Set(ideas([`${start} one`, `${start} two`]).ids).size).toBe(2);
  });

  it('that clash are an error of the second scene, which names both and stops no other', () => {
    const { ids, told } = ideas(['The Knot', 'Elsewhere', 'the knot!']);
    // The second is shown, under an id of its own words, and never made.
    expect(ids).toEqual(['the-knot', 'elsewhere', expect.stringMatching(/^the-knot-[0-9a-f]{8}$/)]);
    expect(told).toEqual([['error', 'duplicate-scene-id']]);
    const text = fixture('l3.yaml').replace('slug: "beat-the-missing-knot"', 'slug: "cord-gallery"');
    const { entity, diagnostics } = readText('locations/tally-hall/imagery.yaml', text);
    expect(entity?.scenes.map((scene) => scene.id)).toEqual([
      'tally-hall-overview',
      'cord-gallery',
      expect.stringMatching(/^cord-gallery-[0-9a-f]{8}$/),
    ]);
    expect(diagnostics.filter((one) => one.severity === 'error')).toEqual([
      {
        severity: 'error',
        code: 'duplicate-scene-id',
        file: 'locations/tally-hall/imagery.yaml',
        at: ['beat_images', 0],
        scene: entity?.scenes[2]?.id,
        message:
          'Two scenes have the id "cord-gallery": zones[0] and beat_images[0]. The second is not made; give one of them another slug or title.',
      },
    ]);
  });

  it('that nobody wrote are an error of that scene alone', () => {
    const { entity, diagnostics } = readText(
      'locations/tally-hall/imagery.yaml',
      fixture('l3.yaml').replace('slug: "cord-gallery"\n    name: "Cord Gallery"\n', 'zone: x\n'),
    );
    expect(entity?.scenes.map((scene) => scene.id)).toEqual([
      'tally-hall-overview',
      expect.stringMatching(/^scene-[0-9a-f]{8}$/),
      'beat-the-missing-knot',
    ]);
    expect(diagnostics.filter((one) => one.severity === 'error')).toMatchObject([
      { code: 'scene-without-id', at: ['zones', 0], scene: entity?.scenes[1]?.id },
    ]);
  });
});
