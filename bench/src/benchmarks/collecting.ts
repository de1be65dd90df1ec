import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { growthExponent, median, ratio, sideBySide, type Variant } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { numberOf, runTask } from '../task.js';

const MB = 1024 ** 2;
const SIZES: Readonly<Record<Scale, readonly number[]>> = {
  smoke: [12, 24],
  quick: [50, 100],
  default: [100, 400, 1024],
  large: [100, 400, 1024, 4096],
};
const ROUNDS: Readonly<Record<Scale, number>> = { smoke: 1, quick: 3, default: 3, large: 3 };

type Way = 'engine' | 'floor, fsync' | 'floor, no fsync';

export const collecting: Benchmark = {
  name: 'collecting',
  title: 'Collecting results',
  about:
    'A result file of 2K pictures (5.6 MB a line) is read into the store, each answer checked, hashed and durable before ' +
    'the next line is read. The floor is a bare loop in a process of its own: `readline` in its fastest form, ' +
    '`JSON.parse`, base64 decode and one file a picture, with and without `fsync`. Memory is the peak of the ' +
    'resident set; it must not grow with the file.',
  run: async (scale) => {
    const measures: Measure[] = [];
    const points: { size: number; ms: number; mb: number }[] = [];
    for (const size of SIZES[scale]) {
      await withFolder(async (folder) => {
        const { bytes, lines } = await makeFile(folder, size);
        const file = join(folder, 'results.jsonl');
        const out = join(folder, 'out');
        const peaks = new Map<Way, number>();
        const variant = (name: Way, task: string, fsync: boolean): Variant<Way> => ({
          name,
          run: async () => {
            const numbers = await runTask('collecting', task, { file, out, lines, seed: size, fsync });
            await rm(out, { recursive: true });
            if (numberOf(numbers, 'lines') !== lines) throw new Error(`${name} did not collect every line.`);
            peaks.set(name, Math.max(peaks.get(name) ?? 0, numberOf(numbers, 'peakMb')));
            return numberOf(numbers, 'ms');
          },
        });
        const times = await sideBySide(size > 2000 ? 1 : ROUNDS[scale], [
          variant('engine', 'engine', true),
          variant('floor, fsync', 'floor', true),
          variant('floor, no fsync', 'floor', false),
        ]);
        const speed = (name: Way): number => bytes / MB / (median(times(name)) / 1000);
        const label = `${String(size)} MB`;
        measures.push(
          {
            what: `${label}: engine against the floor, both with fsync`,
            value: ratio(times('engine'), times('floor, fsync')),
            unit: 'ratio',
            aim: { atMost: 1.25 },
          },
          {
            what: `${label}: engine against the floor without fsync`,
            value: ratio(times('engine'), times('floor, no fsync')),
            unit: 'ratio',
          },
          { what: `${label}: engine`, value: speed('engine'), unit: 'MB/s' },
          { what: `${label}: floor, fsync`, value: speed('floor, fsync'), unit: 'MB/s' },
          { what: `${label}: floor, no fsync`, value: speed('floor, no fsync'), unit: 'MB/s' },
          { what: `${label}: peak memory of the engine`, value: peaks.get('engine') ?? 0, unit: 'MB' },
          { what: `${label}: peak memory of the floor`, value: peaks.get('floor, fsync') ?? 0, unit: 'MB' },
        );
        points.push({ size, ms: median(times('engine')), mb: peaks.get('engine') ?? 0 });
      });
    }
    const first = points[0];
    const last = points.at(-1);
    if (first !== undefined && last !== undefined) {
      measures.push(
        {
          what: `time against size, ${String(first.size)} to ${String(last.size)} MB`,
          value: growthExponent(points.map(({ size, ms }) => ({ size, value: ms }))),
          unit: 'exponent',
          aim: { atMost: 1.15 },
        },
        {
          what: `peak memory against size, ${String(first.size)} to ${String(last.size)} MB`,
          value: growthExponent(points.map(({ size, mb }) => ({ size, value: mb }))),
          unit: 'exponent',
          aim: { atMost: 0.15 },
        },
      );
    }
    return measures;
  },
};

async function makeFile(folder: string, size: number): Promise<{ bytes: number; lines: number }> {
  const file = join(folder, 'results.jsonl');
  const made = await runTask('collecting', 'make', { file, bytes: size * MB, seed: size });
  return { bytes: numberOf(made, 'bytes'), lines: numberOf(made, 'lines') };
}
