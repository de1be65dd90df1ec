import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plainEnvironment, runCommand } from '../command.js';
import { prepareForCommand } from '../make/nx-workspace.js';
import { makeWorld } from '../make/world.js';
import { growthExponent, median, ratio, sideBySide } from '../measure.js';
import { CLI, withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { numberOf, runTask } from '../task.js';

const SCENES: Readonly<Record<Scale, readonly number[]>> = {
  smoke: [30, 60],
  quick: [450, 900, 1800],
  default: [450, 900, 1800, 3600, 7200],
  large: [450, 900, 1800, 3600, 7200, 14400],
};

/** Entities of sixty scenes, for the whole command. */
const ENTITIES: Readonly<Record<Scale, readonly number[]>> = {
  smoke: [1, 2],
  quick: [25, 50],
  default: [125, 250, 500],
  large: [125, 250, 500, 1000, 5000],
};
const SCENES_OF_ENTITY = 60;

export const planning: Benchmark = {
  name: 'planning',
  title: 'Planning',
  about:
    'Reading a world and judging each of its scenes by its content key, in a fresh process that remembers nothing. ' +
    'With 1,800 scenes the world has 120 entities, 50 authored pictures of 320 kB and 1,300 uses of them. The floor is ' +
    'reading the same YAML by the same reader and sha256 of each picture once. Files read and hashed are counted by ' +
    'the engine itself. Last, the whole command `chargen plan` in worlds of entities with 60 scenes, in which nothing was ' +
    'planned before: what its peak memory grows by for each further scene, of which 2.9 kB are YAML.',
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
    return [...measures, ...(await wholeCommand(ENTITIES[scale]))];
  },
};

async function wholeCommand(sizes: readonly number[]): Promise<Measure[]> {
  const points: { scenes: number; mb: number }[] = [];
  for (const entities of sizes) {
    await withFolder(async (folder) => {
      const root = join(folder, 'world');
      const { scenes } = await makeWorld(root, {
        entities,
        scenes: entities * SCENES_OF_ENTITY,
        files: Math.ceil(entities * 0.4),
        fileUses: entities * 43,
        sceneUses: 0,
        seed: 7,
      });
      await prepareForCommand(root);
      // Where Nx has run: only there is anything kept, and can a large world be left on the disk.
      await mkdir(join(root, '.nx', 'workspace-data'), { recursive: true });
      const args = [CLI, 'plan', '--root', root];
      const { peakMb } = await runCommand({ args, cwd: root, env: plainEnvironment(), scratch: folder });
      points.push({ scenes, mb: peakMb });
    });
  }
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) throw new Error('There are no sizes.');
  return [
    ...points.map(({ scenes, mb }) => ({
      what: `\`chargen plan\` of ${scenes.toLocaleString('en')} scenes: peak memory`,
      value: mb,
      unit: 'MB',
    })),
    {
      what: '`chargen plan`: peak memory for each further scene',
      value: ((last.mb - first.mb) * 1000) / (last.scenes - first.scenes),
      unit: 'kB',
      aim: { atMost: 10 },
    },
  ];
}
