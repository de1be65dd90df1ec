import { describe, expect, it } from 'vitest';
import { adoptableScenes, formOf, inventoryRecord, isOwnRecord } from '../src/content/index.js';
import { dialectTexts, entityOf, loadWorld } from './support/dialect-world.js';

const world = loadWorld(dialectTexts());
const ossa = entityOf(world, 'character/ossa-verrin');
const chapter = entityOf(world, 'chapter/ch01.5-the-slack-chain');
const inventoryOf = (type: 'character' | 'chapter', slug: string) => world.find(type, slug)?.inventory ?? [];

function adopted(files: readonly string[]): string[] {
  return adoptableScenes(ossa, files).adopt.map((one) => `${one.scene} < ${one.file} (${one.how})`);
}

describe('pictures from before', () => {
  it.each([
    ['ossa-verrin-hauling-the-chain-1766000000001-2025-12-17.jpg', 'hauling-the-chain'],
    ['ossa-verrin-hauling-the-chain-03-1766000000001.png', 'hauling-the-chain'],
    ['ossa-verrin-hauling-the-chain-03-2025-12-17.png', 'hauling-the-chain'],
    ['ossa-verrin-the-passenger-s-coin-refused-1766000000001-2025-12-17.jpg', 'the-passenger-s-coin-refused'],
    ['hauling-the-chain.png', 'hauling-the-chain'],
    ['deep/hauling-the-chain-1766000000001.webp', 'hauling-the-chain'],
  ])('%s belongs to %s', (file, scene) => {
    expect(adopted([file])).toEqual([`${scene} < ${file} (name)`]);
  });

  it.each([
    'portrait.png',
    'ossa-verrin-02.png',
    'ossa-verrin-hauling-the-rope-1766000000001-2025-12-17.jpg',
    'hauling-the-chain-study.png',
    'hauling-the-chain.recipe.json',
    'ChatGPT Image Aug 7, 2025, 02_51_09 PM.png',
  ])('%s belongs to nobody', (file) => {
    expect(adoptableScenes(ossa, [file])).toMatchObject({ adopt: [], doubtful: [] });
  });

  it('that no scene names are listed with the scene whose name is nearest, and what the entity shows is not', () => {
    const rope = 'ossa-verrin-hauling-the-rope-1766000000001-2025-12-17.jpg';
    const names = [rope, 'hauling-the-chain.png', 'hauling-the-chain.recipe.json'];
    expect(adoptableScenes(ossa, names).unmentioned).toEqual([{ file: rope, nearest: 'hauling-the-chain' }]);
    // Words count more than letters, and ids may begin with the entity.
    const ids = ['ossa-verrin-lamp-round', 'ossa-verrin-storm-at-sea'];
    const scenes = ids.map((id) => ({ ...ossa.scenes[0]!, id, title: '' }));
    expect(adoptableScenes({ ...ossa, scenes }, ['sea-with-a-great-storm.png']).unmentioned).toEqual([
      { file: 'sea-with-a-great-storm.png', nearest: 'ossa-verrin-storm-at-sea' },
    ]);
    expect(adoptableScenes({ ...ossa, scenes: [] }, [rope]).unmentioned).toEqual([
      { file: rope, nearest: undefined },
    ]);
    const shown = { id: 'sketch', role: 'portrait', paths: [`${ossa.root}/images/${rope}`] } as const;
    const showing = { ...ossa, pictures: [{ ...ossa.pictures[0]!, ...shown }] };
    expect(adoptableScenes(showing, [rope]).unmentioned).toEqual([]);
  });

  it('are told by titles that were cut at thirty letters', () => {
    const long = {
      ...ossa.scenes[0]!,
      id: 'a-very-long-title',
      title: 'A very long title that was cut somewhere',
    };
    const entity = { ...ossa, scenes: [long] };
    const file = 'ossa-verrin-a-very-long-title-that-was-cut-1766000000001-2025-12-17.jpg';
    expect(adoptableScenes(entity, [file]).adopt).toMatchObject([{ scene: 'a-very-long-title', file }]);
  });

  it('that fit two scenes are left to a person', () => {
    const twins = ['one', 'two'].map((end) => ({
      ...ossa.scenes[0]!,
      id: `twin-${end}`,
      title: `The same thirty letters at first ${end}`,
    }));
    const file = 'ossa-verrin-the-same-thirty-letters-at-fir-1766000000001-2025-12-17.jpg';
    expect(adoptableScenes({ ...ossa, scenes: twins }, [file])).toEqual({
      unmentioned: [],
      adopt: [],
      doubtful: [{ files: [file], scenes: ['twin-one', 'twin-two'], why: 'several-scenes' }],
    });
  });

  it('give way to the newest; the same time is a doubt', () => {
    const old = 'ossa-verrin-hauling-the-chain-01-1765000000000.png';
    const dated = 'ossa-verrin-hauling-the-chain-2025-12-10.png';
    const young = 'ossa-verrin-hauling-the-chain-1766000000001-2025-12-17.jpg';
    expect(adoptableScenes(ossa, [dated, young, old]).adopt).toEqual([
      { scene: 'hauling-the-chain', file: young, how: 'name', older: [dated, old] },
    ]);
    const twin = young.replace('.jpg', '.png');
    expect(adoptableScenes(ossa, [young, twin, old])).toEqual({
      unmentioned: [],
      adopt: [],
      doubtful: [{ files: [young, twin], scenes: ['hauling-the-chain'], why: 'same-time' }],
    });
  });

  it('that were renamed are known by what the inventory says they were called', () => {
    const file = 'woman-at-a-chain-01.jpg';
    const entry = {
      id: 'ossa-verrin-woman-at-a-chain',
      path: `${ossa.root}/images/${file}`,
      originalName: 'ossa-verrin-hauling-the-chain-1766000000001-2025-12-17.jpg',
      at: [],
    };
    expect(adoptableScenes(ossa, [file], [entry]).adopt).toMatchObject([
      { scene: 'hauling-the-chain', file, how: 'inventory' },
    ]);
  });

  it('of a chapter are told by its file or by the id in their names', () => {
    const stated = 'ch01.5-the-slack-chain-img-02-01-1766200000000-1766200000001.png';
    const named = 'ch01.5-the-slack-chain-img-01-01-1766200000000-1766200000001.png';
    const { adopt } = adoptableScenes(chapter, [stated, named], inventoryOf('chapter', chapter.slug));
    expect(adopt.map((one) => [one.scene.slice(-5), one.how])).toEqual([
      ['01-01', 'name'],
      ['02-01', 'inventory'],
    ]);
  });
});

describe('the place of a record', () => {
  it('is the inventory of a character, and a section of its own everywhere else', () => {
    const read = world.entities.flatMap(({ entity }) => entity ?? []);
    const withInventory = read.filter((entity) => formOf(entity).inventory !== undefined);
    expect([...new Set(withInventory.map(({ dialect }) => dialect))]).toEqual(['C1+C2']);
    expect(read.length).toBeGreaterThan(withInventory.length);
  });

  it('knows the tool’s own entries from those of people and of other tools', () => {
    const facts = {
      scene: 'hauling-the-chain',
      title: 'Hauling the Chain',
      tags: ['work'],
      path: 'images/hauling-the-chain.png',
      prompt: 'p',
      model: 'gemini-3-pro-image',
      generatedAt: '2026-01-02T03:04:05Z',
      run: 'r',
      taskKey: 'k',
    };
    const record = inventoryRecord(ossa, facts);
    expect(isOwnRecord(record)).toBe(true);
    expect(record).toMatchObject({ id: 'ossa-verrin-hauling-the-chain' });
    for (const other of [null, 'x', {}, { generation: null }, { generation: { tool: 'sketcher' } }]) {
      expect(isOwnRecord(other)).toBe(false);
    }
  });
});
