import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ContentReader,
  DEFAULT_SETTINGS,
  FileDigests,
  FoundPictures,
  Planner,
  REAL_PLACES,
  ResultStore,
  type PlannedScene,
} from 'chargen-core';
import { z } from 'zod';
import { timed } from '../measure.js';
import { textOf, type Task } from '../task.js';

const list = z.array(z.string());

function listed(path: string): string[] {
  return list.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Reading the world and judging every scene by its key, nothing remembered from before. */
const plan: Task = async (given) => {
  const root = textOf(given, 'root');
  const files = listed(textOf(given, 'list'));
  const digests = await FileDigests.open(root);
  const keys = new Set<string>();
  let planned = 0;
  let load = 0;
  const ms = await timed(async () => {
    const reader = new ContentReader(root);
    const begin = performance.now();
    const world = reader.load(files, 'content/style.yaml');
    load = performance.now() - begin;
    const store = new ResultStore(join(root, '.chargen', 'store'));
    const found = new FoundPictures(world, REAL_PLACES, digests);
    const planner = new Planner({
      world,
      settings: DEFAULT_SETTINGS,
      places: REAL_PLACES,
      store,
      digests,
      found,
    });
    const scenes: Promise<PlannedScene>[] = [];
    for (const { entity } of world.entities) {
      for (const scene of entity?.scenes ?? [])
        if (entity !== undefined) scenes.push(planner.plan(entity, scene));
    }
    for (const scene of await Promise.all(scenes)) {
      planned += 1;
      if (scene.key !== undefined) keys.add(scene.key);
    }
  });
  return { ms, load, planned, keys: keys.size, filesRead: digests.filesRead };
};

/** What planning cannot do without: parsing the same files, and sha256 of each picture once. */
const floor: Task = async (given) => {
  const root = textOf(given, 'root');
  const files = listed(textOf(given, 'list'));
  const pictures = listed(textOf(given, 'pictures'));
  let hash = 0;
  const ms = await timed(() => {
    new ContentReader(root).load(files, 'content/style.yaml');
    const begin = performance.now();
    for (const picture of pictures)
      createHash('sha256')
        .update(readFileSync(join(root, picture)))
        .digest('hex');
    hash = performance.now() - begin;
  });
  return Promise.resolve({ ms, hash });
};

export const tasks = { plan, floor };
