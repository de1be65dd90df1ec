import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NxWorkspace } from '../make/nx-workspace.js';
import { inferTargets } from '../make/targets.js';
import { makeWorld, type WorldSize } from '../make/world.js';
import { growthExponent, median, ratio, sideBySide } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { numberOf, runTask } from '../task.js';

const SIZES: Readonly<Record<Scale, readonly number[]>> = {
  smoke: [12, 24],
  quick: [120, 500],
  default: [120, 1000, 5000],
  large: [120, 1000, 5000],
};
/** Fifteen scenes an entity, as in the world of 120 entities and 1,800 scenes. */
export function sizeOf(entities: number): WorldSize {
  return {
    entities,
    scenes: entities * 15,
    files: Math.ceil(entities * 0.4),
    fileUses: entities * 11,
    sceneUses: Math.ceil(entities / 2),
    seed: entities,
  };
}

export const inference: Benchmark = {
  name: 'inference',
  title: 'Inference',
  about:
    'What Nx asks of the plugin, `createNodes` and `createDependencies`, in a fresh process: cold, then again after one ' +
    'file was changed, as in the Nx daemon. Each entity has 15 scenes (10 kB). Beside it: reading and sha256 of the ' +
    "same bytes, and Nx's own inference of as many `project.json` files that hold the same targets.",
  run: async (scale) => {
    const measures: Measure[] = [];
    const points: { size: number; cold: number; warm: number; heap: number }[] = [];
    for (const entities of SIZES[scale]) {
      await withFolder(async (folder) => {
        const label = `${entities.toLocaleString('en')} entities`;
        const ours = new NxWorkspace(join(folder, 'ours'));
        const theirs = new NxWorkspace(join(folder, 'theirs'));
        const { imagery } = await makeWorld(ours.root, sizeOf(entities));
        const jsonFiles = await makeProjectJson(ours.root, theirs.root, imagery);
        const list = join(folder, 'imagery.json');
        const jsonList = join(folder, 'project-json.json');
        await writeFile(list, JSON.stringify(imagery));
        await writeFile(jsonList, JSON.stringify(jsonFiles));
        const warm: number[] = [];
        const heap: number[] = [];
        const times = await sideBySide(scale === 'smoke' ? 1 : 3, [
          {
            name: 'plugin',
            run: async () => {
              const numbers = await runTask('inference', 'plugin', { root: ours.root, list });
              if (numberOf(numbers, 'projects') !== entities)
                throw new Error('Not every entity became a project.');
              warm.push(numberOf(numbers, 'warm'));
              heap.push(numberOf(numbers, 'heapMb'));
              return numberOf(numbers, 'cold');
            },
          },
          {
            name: 'bytes',
            run: async () => numberOf(await runTask('inference', 'bytes', { root: ours.root, list }), 'ms'),
          },
          {
            name: 'project.json',
            run: async () =>
              numberOf(
                await runTask('inference', 'projectJson', { root: theirs.root, list: jsonList }),
                'ms',
              ),
          },
        ]);
        const cold = times('plugin');
        measures.push(
          {
            what: `${label}: cold against read and sha256`,
            value: ratio(cold, times('bytes')),
            unit: 'ratio',
          },
          {
            what: `${label}: cold against Nx's project.json`,
            value: ratio(cold, times('project.json')),
            unit: 'ratio',
          },
          {
            what: `${label}: after one changed file against Nx's project.json`,
            value: ratio(warm, times('project.json')),
            unit: 'ratio',
          },
          { what: `${label}: cold`, value: median(cold), unit: 'ms' },
          { what: `${label}: after one changed file`, value: median(warm), unit: 'ms' },
          { what: `${label}: read and sha256`, value: median(times('bytes')), unit: 'ms' },
          { what: `${label}: Nx's project.json`, value: median(times('project.json')), unit: 'ms' },
          { what: `${label}: heap that stays in use`, value: median(heap), unit: 'MB' },
        );
        points.push({ size: entities, cold: median(cold), warm: median(warm), heap: median(heap) });
      });
    }
    const exponent = (value: (point: (typeof points)[number]) => number): number =>
      growthExponent(points.map((point) => ({ size: point.size, value: value(point) })));
    measures.push(
      {
        what: 'cold against entities',
        value: exponent((one) => one.cold),
        unit: 'exponent',
        aim: { atMost: 1.15 },
      },
      {
        what: 'after one changed file against entities',
        value: exponent((one) => one.warm),
        unit: 'exponent',
        aim: { atMost: 1.15 },
      },
      {
        what: 'heap against entities',
        value: exponent((one) => one.heap),
        unit: 'exponent',
        aim: { atMost: 1.15 },
      },
    );
    return measures;
  },
};

export async function makeProjectJson(
  from: string,
  to: string,
  imagery: readonly string[],
): Promise<string[]> {
  const files: string[] = [];
  for (const [file, projects] of await inferTargets(from, imagery)) {
    const [project] = Object.values(projects);
    const path = `${dirname(file)}/project.json`;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), JSON.stringify(project));
    files.push(path);
  }
  return files;
}
