import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWorld } from '../make/world.js';
import { growthExponent, median, ratio, sideBySide } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { numberOf, runTask } from '../task.js';

const SCENES: Readonly<Record<Scale, readonly number[]>> = {
  smoke: [30, 60],
  quick: [450, 900, 1800],
  default: [450, 900, 1800, 3600, 7200],
  large: [450, 900, 1800, 3600, 7200, 14400],
};

export const planning: Benchmark = {
  name: 'planning',
  title: 'Planning',
  about:
    'Reading a world and judging each of its scenes by its content key, in a fresh process that remembers nothing. ' +
    'With 1,800 scenes the world has 120 entities, 50 authored pictures of 320 kB and 1,300 uses of them. The floor is ' +
    'reading the same YAML by the same reader and sha256 of each picture once. Files read and hashed are counted by ' +
    'the engine itself.',
  run: async (scale) => {
    const measures: Measure[] = [];
    const points: { size: number; ms: number; mb: number }[] = [];
    for (const scenes of SCENES[scale]) {
      await withFolder(async (root) => {
        const pictures = Math.max(2, Math.round(scenes / 36));
        const world = await makeWorld(root, {
          entities: Math.ceil(scenes / 15),
          scenes,
          files: Math.min(pictures, Math.floor((scenes / 15) * 0.7)),
          fileUses: Math.round((scenes * 1300) / 1800),
          sceneUses: 0,
          seed: scenes,
        });
        const given = { root, list: join(root, 'imagery.json'), pictures: join(root, 'pictures.json') };
        await writeFile(given.list, JSON.stringify(world.imagery));
        await writeFile(given.pictures, JSON.stringify(world.pictures));
        const peaks: number[] = [];
        const loads: number[] = [];
        let filesRead = 0;
        const times = await sideBySide(scale === 'smoke' ? 1 : 5, [
          {
            name: 'plan',
            run: async () => {
              const numbers = await runTask('planning', 'plan', given);
              if (numberOf(numbers, 'planned') !== scenes) throw new Error('Not every scene was planned.');
              filesRead = numberOf(numbers, 'filesRead');
              peaks.push(numberOf(numbers, 'peakMb'));
              loads.push(numberOf(numbers, 'load'));
              return numberOf(numbers, 'ms');
            },
          },
          { name: 'floor', run: async () => numberOf(await runTask('planning', 'floor', given), 'ms') },
        ]);
        const label = `${scenes.toLocaleString('en')} scenes`;
        measures.push(
          {
            what: `${label}: files read and hashed, of ${String(world.pictures.length)} pictures`,
            value: filesRead,
            unit: 'count',
            aim: { exactly: world.pictures.length },
          },
          {
            what: `${label}: planning against parsing and sha256`,
            value: ratio(times('plan'), times('floor')),
            unit: 'ratio',
          },
          { what: `${label}: planning`, value: median(times('plan')), unit: 'ms' },
          { what: `${label}: of that, reading YAML`, value: median(loads), unit: 'ms' },
          { what: `${label}: peak memory`, value: median(peaks), unit: 'MB' },
        );
        points.push({ size: scenes, ms: median(times('plan')), mb: median(peaks) });
      });
    }
    measures.push(
      {
        what: 'time against scenes',
        value: growthExponent(points.map(({ size, ms }) => ({ size, value: ms }))),
        unit: 'exponent',
        aim: { atMost: 1.15 },
      },
      {
        what: 'peak memory against scenes',
        value: growthExponent(points.map(({ size, mb }) => ({ size, value: mb }))),
        unit: 'exponent',
        aim: { atMost: 1.15 },
      },
    );
    return measures;
  },
};
