import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCacheServer } from 'chargen-cache-server';
import { makeWorld } from '../make/world.js';
import { median, ratio, sideBySide } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { startSlowProxy } from '../slow-proxy.js';
import { numberOf, runTask, type Numbers } from '../task.js';

const ENTITIES: Readonly<Record<Scale, number>> = { smoke: 20, quick: 300, default: 1000, large: 5000 };
const ROUNDS: Readonly<Record<Scale, number>> = { smoke: 1, quick: 1, default: 2, large: 5 };
/** Milliseconds that each answer of the cache server is late. */
const DELAY = 3;
const TOKEN = 'token-that-writes';

export const joining: Benchmark = {
  name: 'joining',
  title: 'Joining a filled store',
  about:
    '1,000 entities with a picture each, none of which is in the clone, and a store that has all of them: the clone’s own, a ' +
    `folder that others share, and a chargen-cache-server behind a network that is ${String(DELAY)} ms slow. Nothing is asked of ` +
    'Google. What a second run needs that finds everything done is subtracted, so that what is left is fetching and laying. ' +
    '**The floor** is a bare loop in a process of its own that leaves as much on the disk after a crash: for one picture after ' +
    'the other it reads and hashes the stored file, writes a recipe and the picture, and syncs each file and its folder.',
  run: (scale) =>
    withFolder(async (folder) => {
      const entities = ENTITIES[scale];
      const rounds = ROUNDS[scale];
      const root = join(folder, 'world');
      const size = { entities, scenes: entities, files: 0, fileUses: 0, sceneUses: 0, seed: 9 };
      const { imagery } = await makeWorld(root, size);
      const list = join(folder, 'imagery.json');
      await writeFile(list, JSON.stringify(imagery));
      const shared = join(folder, 'shared');
      await mkdir(shared);
      const served = await startCacheServer({ folder: join(folder, 'served'), token: TOKEN, port: 0 });
      const slow = await startSlowProxy(served.url, DELAY);
      const places = { own: '', folder: shared, server: slow.url } as const;
      const peaks: Numbers[] = [];
      try {
        for (const place of [places.folder, served.url]) {
          await runTask('joining', 'fill', { root, list, place, token: TOKEN });
          await forgetAll(root, []);
        }
        const joined = async (place: string): Promise<number> => {
          await forgetAll(root, imagery);
          if (place === places.own) await runTask('joining', 'fill', { root, list, place, token: TOKEN });
          // The second one finds everything done.
          const ms: number[] = [];
          for (const name of ['reused', 'done']) {
            const run = await runTask('joining', 'run', { root, list, place, token: TOKEN });
            if (numberOf(run, name) !== entities) throw new Error(`${name}: ${String(numberOf(run, name))}`);
            ms.push(numberOf(run, 'ms'));
            peaks.push(run);
          }
          const [first = 0, second = 0] = ms;
          return first - second;
        };
        const times = await sideBySide(rounds, [
          { name: 'floor', run: () => floor(folder, entities) },
          { name: 'own', run: () => joined(places.own) },
          { name: 'folder', run: () => joined(places.folder) },
          { name: 'server', run: () => joined(places.server) },
        ]);
        return measures(times, peaks, entities);
      } finally {
        await slow.close();
        await served.close();
      }
    }),
};

/** The clone as it was before any run. */
async function forgetAll(root: string, imagery: readonly string[]): Promise<void> {
  await rm(join(root, '.chargen'), { recursive: true, force: true });
  for (const file of imagery) await rm(join(root, file, '..', 'images'), { recursive: true, force: true });
}

async function floor(folder: string, pictures: number): Promise<number> {
  const root = join(folder, 'floor');
  await rm(root, { recursive: true, force: true });
  return numberOf(await runTask('joining', 'layOneByOne', { root, pictures }), 'ms');
}

function measures(
  times: (name: 'floor' | 'own' | 'folder' | 'server') => readonly number[],
  runs: readonly Numbers[],
  entities: number,
): Measure[] {
  const label = `${entities.toLocaleString('en')} pictures`;
  const against = (name: 'own' | 'folder' | 'server'): number => ratio(times(name), times('floor'));
  return [
    {
      what: `${label} laid from the clone’s own store, against the floor`,
      value: against('own'),
      unit: 'ratio',
      aim: { atMost: 0.5 },
    },
    { what: `${label} from a shared folder, against the floor`, value: against('folder'), unit: 'ratio' },
    { what: `${label} from a cache server, against the floor`, value: against('server'), unit: 'ratio' },
    { what: 'the floor', value: median(times('floor')), unit: 'ms' },
    { what: 'laid from the clone’s own store', value: median(times('own')), unit: 'ms' },
    { what: 'fetched and laid from a shared folder', value: median(times('folder')), unit: 'ms' },
    { what: 'fetched and laid from a cache server', value: median(times('server')), unit: 'ms' },
    { what: 'peak memory', value: Math.max(...runs.map((run) => numberOf(run, 'peakMb'))), unit: 'MB' },
  ];
}
