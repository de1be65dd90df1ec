import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_EXPORT_OPTIONS } from 'chargen-export/options';
import { drawnPicture } from '../make/drawn-picture.js';
import { PictureMaker } from '../make/picture.js';
import { median, ratio, sideBySide } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { numberOf, runTask } from '../task.js';

type Way = 'exporting' | 'floor';
const WAYS: readonly Way[] = ['exporting', 'floor'];

/** Pictures of one kind, and the copies that are made of them. */
interface Case {
  readonly label: string;
  readonly widths: readonly number[];
  readonly sizes: Readonly<Record<Scale, readonly number[]>>;
  /** A function that makes the bytes of a picture by its number. */
  readonly maker: () => Promise<(number: number) => Uint8Array>;
}

const SMALL_SIDE = 640;
const LARGE_SIDE = 2048;

const CASES: readonly Case[] = [
  {
    label: 'small copies',
    widths: [160, 320],
    sizes: { smoke: [3, 6], quick: [20, 100], default: [100, 1000], large: [100, 1000, 4000] },
    maker: () => {
      const noise = new PictureMaker(SMALL_SIDE, SMALL_SIDE, 7);
      return Promise.resolve((number) => noise.make(number));
    },
  },
  {
    label: 'default widths',
    widths: DEFAULT_EXPORT_OPTIONS.widths,
    sizes: { smoke: [1], quick: [4], default: [10], large: [40] },
    maker: async () => {
      const bytes = await drawnPicture(LARGE_SIDE);
      return () => bytes;
    },
  },
];

const ROUNDS: Readonly<Record<Scale, number>> = { smoke: 1, quick: 3, default: 3, large: 3 };

export const exporting: Benchmark = {
  name: 'exporting',
  title: 'Exporting copies',
  about:
    'Pictures are exported as WebP and JPEG, and `sharp` alone makes the same copies in a loop, in a process of its own: ' +
    `the floor. Default widths: pictures of ${String(LARGE_SIDE)} × ${String(LARGE_SIDE)} pixels with the detail of a ` +
    `painting, ${DEFAULT_EXPORT_OPTIONS.widths.join(', ')} pixels wide. Small copies: ${String(SMALL_SIDE)} × ` +
    `${String(SMALL_SIDE)} pixels that do not compress, 160 and 320 pixels wide, so that everything beside encoding ` +
    '(judging, digests, fields, placeholders) weighs as much as it can. Memory is the peak of the resident set; it must ' +
    'not grow with the world.',
  run: async (scale) => {
    const measures: Measure[] = [];
    for (const one of CASES) measures.push(...(await measure(one, scale)));
    return measures;
  },
};

async function measure({ label, widths, sizes, maker }: Case, scale: Scale): Promise<Measure[]> {
  const measures: Measure[] = [];
  const peaks: number[] = [];
  const make = await maker();
  for (const size of sizes[scale]) {
    await withFolder(async (root) => {
      await makePictures(root, size, make);
      let peak = 0;
      const cpu = new Map<Way, number[]>(WAYS.map((way) => [way, []]));
      const run = async (task: Way): Promise<number> => {
        const numbers = await runTask('exporting', task, { root, widths: widths.join(',') });
        if (numberOf(numbers, 'copies') !== 2 * widths.length * size) {
          throw new Error(`${task} did not make every copy.`);
        }
        if (task === 'exporting') peak = Math.max(peak, numberOf(numbers, 'peakMb'));
        cpu.get(task)?.push(numberOf(numbers, 'cpuMs'));
        await rm(join(root, task === 'floor' ? 'floor' : 'dist'), { recursive: true });
        // What was looked at is known in the next round: a first export knows nothing.
        await rm(join(root, '.chargen'), { recursive: true, force: true });
        return numberOf(numbers, 'ms');
      };
      const times = await sideBySide<Way>(
        size >= 1000 ? 1 : ROUNDS[scale],
        WAYS.map((name) => ({ name, run: () => run(name) })),
      );
      peaks.push(peak);
      const what = `${label}, ${String(size)} pictures`;
      measures.push(
        {
          what: `${what}: export against sharp alone`,
          value: ratio(times('exporting'), times('floor')),
          unit: 'ratio',
          aim: { atMost: 1.2 },
        },
        {
          what: `${what}: the same in processor time`,
          value: ratio(cpu.get('exporting') ?? [], cpu.get('floor') ?? []),
          unit: 'ratio',
          aim: { atMost: 1.2 },
        },
        { what: `${what}: export, a picture`, value: median(times('exporting')) / size, unit: 'ms' },
        { what: `${what}: sharp alone, a picture`, value: median(times('floor')) / size, unit: 'ms' },
        { what: `${what}: peak memory of the export`, value: peak, unit: 'MB' },
      );
    });
  }
  const [first = Number.NaN, ...others] = peaks;
  if (others.length > 0) {
    measures.push({
      what: `${label}: peak memory, largest against smallest`,
      value: (peaks.at(-1) ?? Number.NaN) / first,
      unit: 'ratio',
      aim: { atMost: 1.5 },
    });
  }
  return measures;
}

async function makePictures(
  root: string,
  count: number,
  make: (number: number) => Uint8Array,
): Promise<void> {
  const images = join(root, 'characters', 'ada', 'images');
  await mkdir(images, { recursive: true });
  const scenes: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const id = `scene-${String(number)}`;
    await writeFile(join(images, `${id}.png`), make(number));
    scenes.push(`  - {id: ${id}, title: Scene ${String(number)}, prompt: A picture., locked: true}`);
  }
  const text = `entity_type: character\nname: Ada\nscenes:\n${scenes.join('\n')}\n`;
  await writeFile(join(root, 'characters', 'ada', 'imagery.yaml'), text);
}
