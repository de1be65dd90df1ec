import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { GALLERY_FOLDER } from '../dist/data/links.js';
import { SCENE_STATES } from '../dist/model.js';
import { writePage } from '../dist/page/write-page.js';

const TYPES = ['character', 'location', 'chapter'];
const WORDS = 'fog lantern weir oar gate brass reed stone ledger tide kiln rope bell quay moss'.split(' ');
const SHAPES = [
  [1344, 768],
  [896, 1200],
  [1024, 1024],
  [768, 1344],
];
const THUMBS = 12;

/** Numbers that look random and are the same every time. */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

export async function largePage(root, entities, scenesEach) {
  const next = numbers(7);
  const text = (length) => Array.from({ length }, () => WORDS[next(WORDS.length)]).join(' ');
  await writeThumbs(root);
  const index = {
    v: 1,
    title: 'A large world',
    madeAt: new Date(0).toISOString(),
    entities: [],
    scenes: [],
    runs: [],
    stuck: [],
    spentUsd: 100,
    pendingUsd: 1,
  };
  const details = [];
  for (let number = 0; number < entities; number += 1) {
    const type = TYPES[number % 3];
    const id = `${type}/entity-${number}`;
    const scenes = Array.from({ length: scenesEach }, (_, place) => scene(id, number, place, text, next));
    index.entities.push({
      id,
      type,
      name: `Entity ${number}`,
      description: text(20),
      tags: [WORDS[number % WORDS.length]],
      file: `content/${id}/imagery.yaml`,
      references: 0,
      offCanon: [],
      errors: [],
      details: number,
    });
    index.scenes.push(...scenes);
    details.push({ id, scenes: scenes.map((one) => detailsOf(one, text)), references: [], appearance: '' });
  }
  return writePage({ root }, { index, details });
}

function scene(entity, index, place, text, next) {
  const state = next(10) < 8 ? 'done' : SCENE_STATES[next(SCENE_STATES.length)];
  const number = next(THUMBS);
  const [width, height] = SHAPES[number % SHAPES.length];
  return {
    id: `${entity}/scene-${place}`,
    entity: index,
    title: text(4),
    state,
    reason: 'its picture is the one of its recipe',
    flags: [],
    tags: [WORDS[next(WORDS.length)]],
    runs: [],
    prompt: text(100),
    aspectRatio: '1:1',
    alt: text(10),
    estimatedUsd: 0,
    ...(state === 'done'
      ? { picture: { href: thumbOf(number), thumb: thumbOf(number), width, height } }
      : {}),
  };
}

function detailsOf({ id, prompt }, text) {
  return {
    id,
    advice: [],
    prompt: [
      { section: 'prompt', text: prompt, source: 'imagery.yaml' },
      { section: 'style', text: text(80), source: 'style.yaml' },
    ],
    leftOut: [],
    references: [],
    settings: [],
    recipe: [],
    warnings: [],
    changed: [],
    versions: [],
    candidates: [],
    diagnostics: [],
    locked: false,
    take: 1,
    takes: [],
    ownPrompt: prompt,
    file: 'imagery.yaml',
  };
}

function thumbOf(number) {
  return `thumbs/${number.toString(16).padStart(64, '0')}.webp`;
}

async function writeThumbs(root) {
  const folder = join(root, GALLERY_FOLDER);
  await mkdir(join(folder, 'thumbs'), { recursive: true });
  for (let number = 0; number < THUMBS; number += 1) {
    const [width, height] = SHAPES[number % SHAPES.length];
    const noise = { type: 'gaussian', mean: 60 + number * 10, sigma: 40 };
    await sharp({ create: { width: width / 2, height: height / 2, channels: 3, background: '#888', noise } })
      .webp({ quality: 80 })
      .toFile(join(folder, thumbOf(number)));
  }
}
