import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ContentReader, findImageryFiles, parseYaml, resolveReferences } from '../src/content/index.js';
import { dialectTexts, writeWorld } from './support/dialect-world.js';

/**
 * Counts, made by hand, of a folder of real files; it is not part of the project. Where CHARGEN_CORPUS names it, it
 * is what this test reads; else it reads the project's own samples of the same dialects.
 */
const corpus = process.env['CHARGEN_CORPUS'];

/** A dialect, its scenes (overviews, zones and beats of a location), and its references to people and places. */
type Counts = readonly [dialect: string, scenes: string, people: number, places: number];

const REAL: readonly Counts[] = [
  ['C1+C2', '15', 15, 0],
  ['C1+C2', '15', 16, 0],
  ['C1+C2', '15', 16, 0],
  ['C1+C2', '16', 16, 0],
  ['H1', '6', 14, 6],
  ['H1', '8', 11, 8],
  ['L1', '1+4+0', 0, 0],
  ['L2', '1+27+6', 16, 6],
  ['L3', '1+17+2', 2, 0],
  ['L4', '1+8+4', 2, 4],
  ['L5', '1+16+3', 0, 0],
];

const OWN: readonly Counts[] = [
  ['C1+C2', '0', 0, 0],
  ['C1+C2', '0', 0, 0],
  ['C1+C2', '3', 4, 0],
  ['H1', '2', 4, 2],
  ['L1', '1+2+0', 2, 1],
  ['L2', '1+2+1', 2, 1],
  ['L3', '1+1+1', 1, 0],
  ['L4', '1+3+1', 1, 1],
  ['L5', '1+2+1', 0, 0],
  ['L6', '2+2+1', 2, 1],
];

describe(corpus === undefined ? 'the project’s own samples' : 'the real files', () => {
  const root = corpus ?? writeWorld(dialectTexts());
  const expected = corpus === undefined ? OWN : REAL;

  it('are read scene by scene, all but the one that is broken', async () => {
    const files: string[] = [];
    for (const folder of ['characters', 'locations', 'chapters'])
      files.push(...(await findImageryFiles(root, folder)));
    const world = new ContentReader(root).load(files, undefined);
    const counted = world.entities.flatMap(({ entity }): Counts[] => {
      if (entity === undefined) return [];
      const kinds = { overview: 0, zone: 0, beat: 0 };
      let people = 0;
      let places = 0;
      for (const scene of entity.scenes) {
        if (scene.place !== undefined) kinds[scene.place.kind] += 1;
        for (const reference of resolveReferences(world, entity, scene)) {
          if (reference.role === 'portrait') people += 1;
          if (reference.role === 'place') places += 1;
        }
      }
      const { overview, zone, beat } = kinds;
      const parts = entity.type === 'location' ? [overview, zone, beat] : [entity.scenes.length];
      return [[entity.dialect, parts.join('+'), people, places]];
    });
    expect(counted.map((one) => one.join(' ')).sort()).toEqual(expected.map((one) => one.join(' ')).sort());
    expect(world.entities.filter((loaded) => loaded.entity === undefined)).toHaveLength(1);
    const errors = world.entities
      .flatMap((loaded) => loaded.diagnostics)
      .filter((one) => one.severity === 'error');
    expect(errors.map((one) => one.code)).toEqual(['yaml-syntax']);
  });

  it('have a style guide where one is named, and none where it is not there', () => {
    expect(existsSync(join(root, 'style.yaml'))).toBe(false);
    const world = new ContentReader(root).load([], 'style.yaml');
    expect(world.style.file).toBeUndefined();
    expect(parseYaml('style: x', 'style.yaml').kind).toBe('data');
  });
});
