import { readFile, rename, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  ContentReader,
  DEFAULT_SETTINGS,
  describeCauses,
  findImageryFiles,
  planWorld,
  REAL_PLACES,
} from '../src/index.js';
import type { PlanTotals } from '../src/commands/plan-sums.js';
import { FILES, withWorld, type RunWorld } from './support/run-world.js';

const STYLE = 'content/style.yaml';

async function totalsOf({ root }: RunWorld): Promise<PlanTotals> {
  const world = new ContentReader(root).load(await findImageryFiles(root, 'content'), STYLE);
  const settings = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };
  return (await planWorld({ workspaceRoot: root, world, settings, places: REAL_PLACES })).totals;
}

async function causesOf(world: RunWorld): Promise<string[]> {
  const totals = await totalsOf(world);
  const { causes } = totals;
  // No scene and no cent is counted twice or left out.
  expect(causes.reduce((sum, one) => sum + one.scenes, 0)).toBe(totals.pending + totals.waits);
  expect(causes.reduce((sum, one) => sum + one.cost.expected, 0)).toBeCloseTo(totals.cost.expected, 5);
  return describeCauses(causes, { file: STYLE }).map((line) => line.replace(/, \$[\d.]+$/, ''));
}

async function duskInstead(world: RunWorld): Promise<void> {
  const text = await readFile(world.path(FILES.harbour), 'utf8');
  await world.write(FILES.harbour, text.replace('A harbour at dawn.', 'A harbour at dusk.'));
}

describe('a plan says why so much is to be made', () => {
  it('names what is new, and nothing once it is made', async () => {
    await withWorld({}, async (world) => {
      expect(await causesOf(world)).toEqual(['new: 6 scenes']);
      await world.generate();
      expect(await causesOf(world)).toEqual([]);
    });
  });

  it('names the style guide once for all that it makes pending, and the widest cause of each scene', async () => {
    await withWorld({}, async (world) => {
      await world.generate();
      await world.write(STYLE, 'style: Ink and wash.\n');
      await duskInstead(world);
      expect(await causesOf(world)).toEqual([`${STYLE} changed: 6 scenes`]);
    });
  });

  it('names the picture or the looks that changed, for those that show them', async () => {
    await withWorld({}, async (world) => {
      await world.generate();
      await duskInstead(world);
      expect(await causesOf(world)).toEqual([
        'the scene itself changed: 1 scene',
        'looks or pictures of location/harbour changed: 1 scene',
      ]);
      await rm(world.path('content/chapters/storm/images/wreck.jpg'), { force: true });
      await rm(world.path('content/chapters/storm/images/wreck.png'), { force: true });
      await rm(world.path('.chargen'), { recursive: true });
      expect(await causesOf(world)).toContain('the file of the picture is missing: 1 scene');
    });
  });

  it('counts held pictures with what is missing', async () => {
    await withWorld({}, async (world) => {
      await world.generate();
      await rename(world.path('content/locations/harbour'), world.path('harbour-away'));
      const { held, pending, waits } = await totalsOf(world);
      expect(held.map(({ scene, missing }) => [scene, missing.length])).toEqual([
        ['chapter/storm/leaving', 1],
      ]);
      expect(pending + waits).toBe(0);
    });
  });
});
