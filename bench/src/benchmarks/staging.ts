import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWorld } from '../make/world.js';
import { median, sideBySide } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Scale } from '../report.js';
import { numberOf, runTask, type Numbers } from '../task.js';

const USES: Readonly<Record<Scale, number>> = { smoke: 40, quick: 300, default: 1000, large: 1000 };
/** Milliseconds that the emulator lets each upload wait, as a network would. */
const DELAY = 100;
/** As `run/stage.ts` has it. */
const AT_ONCE = 6;

export const staging: Benchmark = {
  name: 'staging',
  title: 'Staging',
  about:
    `1,000 uses of 50 distinct pictures by as many scenes, up to the submit, with an emulator that answers each upload ` +
    `${String(DELAY)} ms late. Each picture must be uploaded once, and at most ${String(AT_ONCE)} are under way at a time: ` +
    'the least time possible is the number of pictures, divided by that, times the delay. An upload is two HTTP requests: one ' +
    'that begins it and one with the bytes; one more upload is the JSONL of each job.',
  run: async (scale) =>
    withFolder(async (root) => {
      const uses = USES[scale];
      const files = Math.round(uses / 20);
      const world = await makeWorld(root, {
        entities: files * 2,
        scenes: uses,
        files,
        fileUses: uses,
        sceneUses: 0,
        seed: 5,
      });
      const list = join(root, 'imagery.json');
      await writeFile(list, JSON.stringify(world.imagery));
      let last: Numbers = {};
      const times = await sideBySide(scale === 'smoke' ? 1 : 3, [
        {
          name: 'stage',
          run: async () => {
            await rm(join(root, '.chargen'), { recursive: true, force: true });
            last = await runTask('staging', 'stage', { root, list, delay: DELAY });
            return numberOf(last, 'ms');
          },
        },
      ]);
      const least = Math.ceil(files / AT_ONCE) * DELAY;
      const jobs = numberOf(last, 'jobs');
      const label = `${uses.toLocaleString('en')} uses of ${String(files)} pictures`;
      return [
        {
          what: `${label}: uploads`,
          value: numberOf(last, 'uploaded'),
          unit: 'count',
          aim: { exactly: files },
        },
        {
          what: `${label}: HTTP requests with bytes, without the JSONL of ${String(jobs)} jobs`,
          value: numberOf(last, 'bodies') - jobs,
          unit: 'count',
          aim: { exactly: files },
        },
        {
          what: `${label}: time against the least possible of ${String(least)} ms`,
          value: median(times('stage')) / least,
          unit: 'ratio',
        },
        {
          what: `${label}: from the beginning of staging to the last upload`,
          value: median(times('stage')),
          unit: 'ms',
        },
        { what: `${label}: peak memory, emulator included`, value: numberOf(last, 'peakMb'), unit: 'MB' },
      ];
    }),
};
