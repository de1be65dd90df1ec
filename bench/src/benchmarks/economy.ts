import { join } from 'node:path';
import { makeWorld, type WorldSize } from '../make/world.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { numberOf, runTask } from '../task.js';

const SCENES: Readonly<Record<Scale, number>> = { smoke: 25, quick: 100, default: 200, large: 400 };
/** How long each job takes, by the emulator's clock. */
const HOURS = 4;
/** In the week only what is paid counts, and polls take the longest to go through. */
const WEEK_HOURS = 0.1;

/** Kinds of requests, for people. */
const ROUTES: readonly (readonly [string, string])[] = [
  ['files.start', 'uploads begun'],
  ['files.upload', 'uploads of bytes'],
  ['files.get', 'looks at an upload'],
  ['files.list', 'lists of uploads'],
  ['files.delete', 'uploads deleted'],
  ['files.download', 'downloads'],
  ['batches.create', 'jobs created'],
  ['batches.list', 'lists of jobs'],
  ['batches.get', 'polls'],
  ['models.get', 'looks at a model'],
  ['models.list', 'lists of models'],
];

function worldOf(scenes: number): WorldSize {
  return {
    // Fewer would be without a place or a chapter.
    entities: Math.max(5, Math.ceil(scenes / 10)),
    scenes,
    files: Math.max(2, Math.floor(scenes / 25)),
    fileUses: Math.round(scenes * 0.7),
    sceneUses: Math.round(scenes / 20),
    seed: 6,
  };
}

export const economy: Benchmark = {
  name: 'economy',
  title: 'What is asked of the service',
  about:
    `A first run of a world in two waves (some scenes show pictures of others), with jobs that take ${String(HOURS)} hours by a ` +
    'clock that engine and emulator share, every request counted by the emulator. Polls begin at 30 seconds and grow to five ' +
    'minutes. Then a week of writers: 28 runs, prompts changed and changed back, remarks, scenes moved, portraits drawn anew ' +
    'from a few, local state lost twice. Pictures billed, divided by distinct contents asked for, must be 1.',
  run: async (scale) => {
    const scenes = SCENES[scale];
    const measures: Measure[] = [];
    await withFolder(async (root) => {
      await makeWorld(root, worldOf(scenes));
      const counts = await runTask('economy', 'oneRun', { root, hours: HOURS });
      const made = numberOf(counts, 'made');
      if (made !== scenes) throw new Error(`${String(made)} of ${String(scenes)} pictures were made.`);
      const total = numberOf(counts, 'total');
      measures.push(
        { what: `${String(scenes)} scenes, first run: requests`, value: total, unit: 'count' },
        { what: 'requests per 100 scenes', value: (total / scenes) * 100, unit: 'requests' },
      );
      for (const [route, label] of ROUTES) {
        const count = counts[route] ?? 0;
        if (count > 0) measures.push({ what: `of these: ${label}`, value: count, unit: 'count' });
      }
      measures.push(
        {
          what: 'polls per hour of waiting',
          value: (counts['batches.get'] ?? 0) / numberOf(counts, 'waitedHours'),
          unit: 'polls',
        },
        { what: 'kB sent per picture', value: numberOf(counts, 'bytesIn') / scenes / 1000, unit: 'kB' },
        {
          what: 'MB received per picture, of the small ones that the emulator draws',
          value: numberOf(counts, 'bytesOut') / scenes / 1e6,
          unit: 'MB',
        },
      );
    });
    await withFolder(async (root) => {
      await makeWorld(join(root), { ...worldOf(scale === 'smoke' ? 25 : 60), seed: 8 });
      const days = scale === 'smoke' ? 3 : 7;
      const week = await runTask('economy', 'writersWeek', { root, hours: WEEK_HOURS, days, seed: 3 });
      const billed = numberOf(week, 'billed');
      measures.push(
        { what: "the writers' week: runs", value: numberOf(week, 'runs'), unit: 'count' },
        { what: "the writers' week: pictures billed", value: billed, unit: 'count' },
        {
          what: "the writers' week: billed per distinct content",
          value: billed / numberOf(week, 'keys'),
          unit: 'ratio',
          aim: { exactly: 1 },
        },
        {
          what: "the writers' week: requests of runs with nothing to do",
          value: numberOf(week, 'idleRequests'),
          unit: 'count',
          aim: { exactly: 0 },
        },
      );
    });
    return measures;
  },
};
