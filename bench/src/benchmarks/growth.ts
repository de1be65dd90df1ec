import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWorld, type WorldSize } from '../make/world.js';
import { growthExponent, median } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { numberOf, runTask, type Numbers } from '../task.js';

interface Growing {
  readonly what: string;
  readonly sizes: Readonly<Record<Scale, readonly number[]>>;
  readonly world: (size: number) => WorldSize;
  /** Before the clock starts. */
  readonly prepare?: (given: { root: string; list: string }) => Promise<unknown>;
  readonly run: (given: { root: string; list: string }) => Promise<Numbers>;
  readonly time: string;
}

const NONE = { files: 0, fileUses: 0, sceneUses: 0, seed: 2 };

const GROWING: readonly Growing[] = [
  {
    what: 'planning a chain of scenes in which each shows the one before',
    sizes: {
      smoke: [20, 40],
      quick: [200, 400],
      default: [500, 1000, 2000, 4000],
      large: [500, 1000, 2000, 4000, 8000],
    },
    world: (scenes) => ({ ...NONE, entities: 1, scenes, shape: 'chain' }),
    run: (given) => runTask('planning', 'plan', given),
    time: 'ms',
  },
  {
    what: 'inference of entities that all lie in one circle',
    sizes: {
      smoke: [10, 20],
      quick: [100, 200],
      default: [250, 500, 1000, 2000],
      large: [250, 500, 1000, 2000, 4000],
    },
    world: (entities) => ({ ...NONE, entities, scenes: entities * 3, shape: 'ring' }),
    run: (given) => runTask('inference', 'plugin', given),
    time: 'cold',
  },
  {
    what: 'a run in which every scene is done',
    sizes: { smoke: [10, 20], quick: [60, 120], default: [150, 300, 600], large: [300, 600, 1200, 2400] },
    world: (scenes) => ({
      entities: Math.ceil(scenes / 15),
      scenes,
      files: 1,
      fileUses: Math.round(scenes / 2),
      sceneUses: 0,
      seed: 2,
    }),
    prepare: (given) => runTask('pictures', 'makeAll', given),
    run: (given) => runTask('pictures', 'skipAll', given),
    time: 'ms',
  },
];

export const growth: Benchmark = {
  name: 'growth',
  title: 'Growth',
  about:
    'Shapes that would show a quadratic, each size in processes of its own: the median of three, and the exponent of ' +
    'time and of peak memory against size by least squares over the logarithms. 1 is linear, 2 a quadratic; what a process ' +
    'needs before it has begun draws it down. The exponents of inference, planning and collecting stand in their own tables.',
  run: async (scale) => {
    const measures: Measure[] = [];
    for (const growing of GROWING) {
      const points: { size: number; ms: number; mb: number }[] = [];
      for (const size of growing.sizes[scale]) {
        await withFolder(async (root) => {
          const world = await makeWorld(root, growing.world(size));
          const given = { root, list: join(root, 'imagery.json') };
          await writeFile(given.list, JSON.stringify(world.imagery));
          await growing.prepare?.(given);
          const runs: Numbers[] = [];
          for (let n = 0; n < (scale === 'smoke' ? 1 : 3); n += 1) runs.push(await growing.run(given));
          const ms = median(runs.map((run) => numberOf(run, growing.time)));
          points.push({ size, ms, mb: median(runs.map((run) => numberOf(run, 'peakMb'))) });
        });
      }
      const sizes = points.map(({ size }) => size.toLocaleString('en')).join(', ');
      const first = points[0];
      const last = points.at(-1);
      if (first === undefined || last === undefined) throw new Error('There are no sizes.');
      measures.push(
        {
          what: `${growing.what} (${sizes}): time`,
          value: growthExponent(points.map(({ size, ms }) => ({ size, value: ms }))),
          unit: 'exponent',
          aim: { atMost: 1.2 },
        },
        { what: `at ${first.size.toLocaleString('en')}`, value: first.ms, unit: 'ms' },
        { what: `at ${last.size.toLocaleString('en')}`, value: last.ms, unit: 'ms' },
        {
          what: `${growing.what}: peak memory`,
          value: growthExponent(points.map(({ size, mb }) => ({ size, value: mb }))),
          unit: 'exponent',
          aim: { atMost: 1.2 },
        },
      );
    }
    return measures;
  },
};
