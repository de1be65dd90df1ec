import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NO_STYLE,
  resolveReferences,
  type Entity,
  type PromptPart,
  type Scene,
  type World,
} from '../src/content/index.js';
import {
  compilePrompt,
  fitLength,
  PRECEDENCE,
  SECTION_ORDER,
  selectReferences,
  type CompiledPrompt,
} from '../src/prompt/index.js';
import { AuthoredDigests, DEFAULT_SETTINGS } from '../src/plan/index.js';
import { dialectTexts, entityOf, loadWorld } from './support/dialect-world.js';

const STYLE = `
style: Gouache on rough paper.
negative_prompt: [Text, "no watermarks", lens flare]
moods: { Kinetic: "Everything leans.", tense: "Held breath.", alone: "Wide empty space." }
by_type: { chapter: "Faces can be read." }
terms: { "shutters": "louvres" }
`;

const world = loadWorld(dialectTexts(), STYLE);

function compile(from: World, id: string, index: number, maxChars?: number): CompiledPrompt {
  const entity = entityOf(from, id);
  const scene = entity.scenes[index]!;
  const { sent } = selectReferences(resolveReferences(from, entity, scene), 14);
  return compilePrompt(from, entity, scene, sent, true, maxChars);
}

describe('the prompt', () => {
  it('of an author stands first and as it was written, with only what is stated added', () => {
    expect(compile(world, 'chapter/ch01.5-the-slack-chain', 0).text).toBe(
      [
        'Gouache, a great wooden drum racing backwards, an old ferrywoman hanging from its brake.',
        PRECEDENCE,
        'Image 1 shows Ossa Verrin: take face, hair, build, marks and clothes; not pose, expression, light or background. Image 2 shows the place Chain Room (The Ferry House): take architecture and materials; not people, hour or weather.',
        'Ossa Verrin, clothes: oilskin coat.',
        'Ossa Verrin: Both feet off the ground.\nOthers: Faces at the window.\nAt this very moment: The chain went slack, and the sound went out of the world.',
        'Light: one lantern.',
        'Palette: soot, rust, with accents of lantern yellow.',
        'Everything leans.',
        'Gouache on rough paper.\nFaces can be read.',
        'Avoid: text, watermark, cheerful expression, daylight, lens flare.',
      ].join('\n\n'),
    );
  });

  it('is compiled where there is none, in the order that is documented', () => {
    expect(compile(world, 'location/drowned-quarry', 2).text).toBe(
      [
        'Rim Path, a part of The Drowned Quarry.\nA goat track along the edge.\nTo be seen: Goat droppings; A broken rail.',
        'Light: last light.',
        'Palette: bone.',
        'Held breath.',
        'Gouache on rough paper.',
        'Avoid: green grass, cheerful colours, Text, watermark, lens flare.',
      ].join('\n\n'),
    );
  });

  it('of a character has its scene first, and of its looks only what no picture shows', () => {
    const { text, sections, leftOut } = compile(world, 'character/ossa-verrin', 0);
    expect(text.startsWith('Ossa pulls the ferry across the sound')).toBe(true);
    expect(text).toContain('\nPose: Braced against the rail, both fists on a link.\nSetting: Open deck');
    expect(text).not.toContain('broad-shouldered');
    expect(leftOut.find((one) => one.text.includes('broad-shouldered'))?.why).toBe('in-the-picture');
    // A mood in the author's own words, of which the style guide knows one.
    expect(sections.find((one) => one.section === 'mood')).toEqual({
      section: 'mood',
      text: 'Wide empty space.',
      source: 'style.yaml moods.alone',
    });
    expect(compile(world, 'character/ossa-verrin', 1).text).toContain('Mood: Dry kindness.');
  });

  it('says where each part was written', () => {
    const { sections } = compile(world, 'chapter/ch01.5-the-slack-chain', 1);
    const file = 'chapters/ch01.5-the-slack-chain/imagery.yaml';
    expect(sections.map((one) => `${one.section} < ${one.source}`)).toEqual([
      `must-see < ${file} images[1].visual_description`,
      'precedence < chargen',
      `references < ${file} images[1]`,
      'subject < characters/ossa-verrin/image-ideas.yaml visual_consistency',
      'subject < characters/ilmo-tarn/imagery.yaml appearance',
      `states < ${file} images[1].character_states.Brenn`,
      `states < ${file} characters[0].scene_variations`,
      `states < ${file} characters[1].scene_variations`,
      `states < ${file} moments[1].narrative_beat`,
      `palette < ${file} images[1].palette`,
      `mood < ${file} images[1].mood`,
      `style < ${file} metadata.visual_thesis`,
      'style < style.yaml style',
      'style < style.yaml by_type.chapter',
      'avoid < style.yaml negative_prompt',
    ]);
  });

  it('keeps the order of sections for every scene', () => {
    for (const { id, entity } of world.entities) {
      for (const index of (entity?.scenes ?? []).keys()) {
        const places = compile(world, id, index).sections.map((one) => SECTION_ORDER.indexOf(one.section));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }
    }
  });

  it('is the same to the byte from another reading of the same files', () => {
    const again = loadWorld(dialectTexts(), STYLE);
    for (const { id, entity } of world.entities) {
      for (const index of (entity?.scenes ?? []).keys()) {
        expect(compile(again, id, index).text).toBe(compile(world, id, index).text);
      }
    }
  });

  it('loses whole parts to a limit, the least important first, and never the author’s own words', () => {
    const whole = compile(world, 'location/drowned-quarry', 0);
    const cut = compile(world, 'location/drowned-quarry', 0, whole.text.length - 1);
    expect(cut.leftOut.filter((one) => one.why === 'too-long').map((one) => one.source)).toEqual([
      'locations/drowned-quarry/imagery.yaml one_line_essence',
    ]);
    const least = compile(world, 'location/drowned-quarry', 0, 10);
    expect(least.sections.map((one) => one.section)).toEqual(['must-see', 'must-see', 'must-see']);
    expect(least.leftOut[0]?.text).toBe('A hole that learnt to shine.');
    const own = compile(world, 'chapter/ch01.5-the-slack-chain', 0, 10);
    expect(own.sections.map((one) => one.section)).toEqual([
      'prompt',
      'precedence',
      'references',
      'states',
      'states',
    ]);
  });

  it('is as long as the limit allows and no longer, unless nothing may be cut', () => {
    const weight = fc.integer({ min: 1, max: 5 });
    const pieces = fc.array(fc.record({ text: fc.string({ minLength: 1, maxLength: 20 }), weight }));
    const length = (parts: readonly { text: string }[]): number =>
      parts.reduce((sum, one) => sum + one.text.length, 0);
    fc.assert(
      fc.property(pieces, fc.nat({ max: 100 }), (parts, limit) => {
        const { kept, cut } = fitLength(parts, limit, length);
        expect(length(kept) <= limit || kept.every((one) => one.weight === 1)).toBe(true);
        expect(cut.every((one) => one.weight > 1)).toBe(true);
        expect(kept.length + cut.length).toBe(parts.length);
        const last = cut.at(-1);
        if (last !== undefined) {
          expect(kept.every((one) => one.weight <= last.weight)).toBe(true);
          expect(length([...kept, last])).toBeGreaterThan(limit);
        }
      }),
    );
  });

  it('keeps who somebody is, whatever the limit, if no picture shows it', () => {
    const entity = entityOf(world, 'chapter/ch01.5-the-slack-chain');
    const scene = entity.scenes[1]!;
    const resolved = resolveReferences(world, entity, scene);
    const withOne = selectReferences(
      resolved.filter((one) => one.name.includes('ossa')),
      14,
    ).sent;
    const { leftOut, sections } = compilePrompt(world, entity, scene, withOne, true, 10);
    expect(leftOut.map((one) => one.source)).toContain('characters/ossa-verrin/imagery.yaml appearance');
    expect(sections.filter((one) => one.section === 'subject').map((one) => one.text)).toEqual([
      'Ilmo Tarn is a thin clerk. He has a shaved head.',
    ]);
  });
});

describe('a canonical scene', () => {
  const part = (section: PromptPart['section'], text: string): PromptPart => ({
    section,
    text,
    weight: 3,
    source: 's',
  });
  const scene: Scene = {
    id: 'x',
    title: 'X',
    parts: [],
    negative: [],
    aspectRatio: '1:1',
    imageSize: '1K',
    references: [],
    safetySettings: [],
    take: 1,
    locked: false,
    tags: [],
    at: ['scenes', 0],
    file: 'f.yaml',
  };
  const entity: Entity = {
    type: 'character',
    slug: 'a',
    dialect: 'canonical',
    root: 'characters/a',
    file: 'f.yaml',
    name: 'A',
    tags: [],
    palette: { dominant: ['slate'], accent: ['rust'], avoid: ['neon'] },
    traits: [],
    pictures: [],
    scenes: [scene],
  };
  const plain: World = { ...world, style: NO_STYLE };

  it('has its entity’s colours, unless it states its own', () => {
    expect(compilePrompt(plain, entity, scene, []).text).toBe(
      'Palette: slate, with accents of rust.\n\nAvoid: neon.',
    );
    const own = { ...scene, parts: [part('palette', 'Palette: gold.')] };
    expect(compilePrompt(plain, entity, own, []).text).toBe('Palette: gold.\n\nAvoid: neon.');
  });
});

describe('the digest of what was authored', () => {
  function digests(from: World): ReadonlyMap<string, string> {
    const all = new AuthoredDigests(from, DEFAULT_SETTINGS);
    return new Map(from.entities.map((loaded) => [loaded.id, all.of(loaded)]));
  }

  it('changes with the looks of a character that is shown, and with no one else’s', () => {
    const texts = dialectTexts();
    const file = 'characters/ilmo-tarn/imagery.yaml';
    texts.set(file, texts.get(file)!.replace('shaved head', 'red beard'));
    const [before, after] = [digests(world), digests(loadWorld(texts, STYLE))];
    const hasChanged = (id: string): boolean => before.get(id) !== after.get(id);
    expect(hasChanged('chapter/ch01.5-the-slack-chain')).toBe(true);
    expect(hasChanged('location/tally-hall')).toBe(true);
    expect(hasChanged('location/ferry-house')).toBe(false);
  });

  it('says all there is: what has the same digest has the same prompts', () => {
    const styles = [STYLE, STYLE.replace('leans', 'falls'), STYLE.replace('rough', 'smooth'), 'style: None.'];
    const worlds = styles
      .map((style) => loadWorld(dialectTexts(), style))
      .map((one) => [one, digests(one)] as const);
    for (const { id, entity } of world.entities) {
      const byDigest = new Map<string | undefined, string[]>();
      for (const [other, all] of worlds) {
        const texts = (entity?.scenes ?? []).map((_, index) => compile(other, id, index).text);
        expect(byDigest.get(all.get(id)) ?? texts).toEqual(texts);
        byDigest.set(all.get(id), texts);
      }
    }
  });
});
