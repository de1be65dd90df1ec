import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sceneSchema } from '../src/content/canonical-schema.js';
import { ContentReader, findImageryFiles, type Scene } from '../src/content/index.js';
import { entityOf, loadWorld, readText, worldDiagnostics } from './support/dialect-world.js';

const FILE = 'characters/ada-fen/imagery.yaml';

const TEXT = `
entity_type: character
name: Ada Fen
appearance: A tall beekeeper in a patched veil.
defaults: { aspect_ratio: "3:4", negative_prompt: [text, watermark] }
references:
  - { id: portrait, path: images/portrait.png, role: portrait }
scenes:
  - id: at-the-hives
    title: At the hives
    prompt: Ada lifts a frame of honeycomb into the light.
    references:
      - path: images/portrait.png
      - character: bo
      - location: orchard
        scene: overview
      - scene: in-the-loft
  - id: in-the-loft
    title: In the loft
    prompt: Ada counts jars.
    locked: true
    take: 2
`;

/** A value of each field of a scene that means something else than a scene without it. */
const SCENE_FIELDS: Readonly<Record<string, unknown>> = {
  id: 'at-home',
  title: 'At home',
  alt_text: 'A woman at a table.',
  prompt: 'Ada reads.',
  aspect_ratio: '21:9',
  image_size: '2K',
  model: 'gemini-3-pro-image',
  temperature: 0.5,
  negative_prompt: 'bees',
  safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
  wording: 2,
  references: [{ character: 'bo' }],
  tags: ['bees'],
  mood: 'quiet',
  time_of_day: 'dusk',
  silence: ['nothing-visible'],
  take: 2,
  takes: 4,
  attempt: 2,
  locked: true,
  use_traits: false,
};

/** A scene as the rest of chargen gets it, with these fields beside those that a scene needs. */
function sceneWith(fields: Readonly<Record<string, unknown>>): Scene | undefined {
  const scene = { id: 'a', title: 'A', prompt: 'P', ...fields };
  const text = JSON.stringify({ entity_type: 'character', name: 'Ada', scenes: [scene] });
  return entityOf(loadWorld(new Map([[FILE, text]])), 'character/ada-fen').scenes[0];
}

describe('the canonical form', () => {
  it.each(Object.keys(sceneSchema.unwrap().shape))('of a scene reads %s', (field) => {
    const value = SCENE_FIELDS[field];
    expect(value, `SCENE_FIELDS has no value for ${field}.`).toBeDefined();
    expect(sceneWith({ [field]: value })).not.toEqual(sceneWith({}));
  });

  it('is read strictly, with defaults for every scene', () => {
    const { entity, diagnostics } = readText(FILE, TEXT);
    expect(diagnostics).toEqual([]);
    expect(
      entity?.scenes.map(({ id, aspectRatio, negative, take, locked }) => ({
        id,
        aspectRatio,
        negative,
        take,
        locked,
      })),
    ).toEqual([
      { id: 'at-the-hives', aspectRatio: '3:4', negative: ['text', 'watermark'], take: 1, locked: false },
      { id: 'in-the-loft', aspectRatio: '3:4', negative: ['text', 'watermark'], take: 2, locked: true },
    ]);
    expect(entity?.scenes[0]?.references.map(({ kind, role, required }) => [kind, role, required])).toEqual([
      ['file', 'portrait', true],
      ['entity', 'portrait', true],
      ['entity-scene', 'place', true],
      ['own-scene', 'portrait', true],
    ]);
  });

  it.each([
    ['prompt: Ada counts jars.', 'prmpt: x', ['missing-field', 'unknown-field']],
    ['id: in-the-loft', 'id: In The Loft', ['invalid-value']],
    ['id: in-the-loft', 'id: at-the-hives', ['duplicate-scene-id']],
    ['id: in-the-loft', 'id: portrait', ['scene-names-reference']],
    ['aspect_ratio: "3:4"', 'aspect_ratio: "3:5"', ['unknown-aspect-ratio']],
    ['path: images/portrait.png, role', 'path: ../../secret.png, role', ['path-outside']],
    ['name: Ada Fen', 'name: Ada Fen\nslug: somebody', ['slug-mismatch']],
    ['entity_type: character', 'entity_type: location', ['type-mismatch']],
  ])('with "%s" as "%s" is told as %s', (before, after, codes) => {
    const { diagnostics } = readText(FILE, TEXT.replace(before, after));
    expect(diagnostics.map((one) => one.code).sort()).toEqual(codes);
    expect(diagnostics.every((one) => one.severity === 'error')).toBe(true);
  });

  it('with one id for two scenes is an error of the whole file: which of them is meant is for its author to say', () => {
    const { diagnostics } = readText(FILE, TEXT.replace('id: in-the-loft', 'id: at-the-hives'));
    expect(diagnostics.map((one) => [one.code, one.scene])).toEqual([['duplicate-scene-id', undefined]]);
  });

  it('of the sample world has nothing to complain about', async () => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const world = new ContentReader(root).load(await findImageryFiles(root, 'content'), 'content/style.yaml');
    expect(world.entities.length).toBeGreaterThan(5);
    expect(readFileSync(join(root, 'content/style.yaml'), 'utf8')).toContain('style:');
    expect(world.style.style).toBeDefined();
    expect(worldDiagnostics(world)).toEqual([]);
  });
});
