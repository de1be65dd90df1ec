import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PictureMaker } from '../make/picture.js';
import { median, ratio, sideBySide } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { numberOf, runTask } from '../task.js';

const SIZES: Readonly<Record<Scale, readonly number[]>> = {
  smoke: [3, 6],
  quick: [20, 100],
  default: [100, 1000],
  large: [100, 1000, 4000],
};
const ROUNDS: Readonly<Record<Scale, number>> = { smoke: 1, quick: 3, default: 3, large: 3 };
const SIDE = 640;

type Way = 'exporting' | 'floor';
const WAYS: readonly Way[] = ['exporting', 'floor'];

export const exporting: Benchmark = {
  name: 'exporting',
  title: 'Exporting copies',
  about:
    `Pictures of ${String(SIDE)} × ${String(SIDE)} pixels that do not compress are exported as WebP and JPEG, 160 and 320 ` +
    'pixels wide: small copies, so that everything beside encoding (judging, digests, fields, placeholders, durable ' +
    'writes) weighs as much as it can. The floor is `sharp` alone in a loop, in a process of its own. Memory is the peak ' +
    'of the resident set; it must not grow with the world.',
  run: async (scale) => {
    const measures: Measure[] = [];
    const peaks: number[] = [];
    for (const size of SIZES[scale]) {
      await withFolder(async (root) => {
        await makePictures(root, size);
        let peak = 0;
        const cpu = new Map<Way, number[]>(WAYS.map((way) => [way, []]));
        const run = async (task: Way): Promise<number> => {
          const numbers = await runTask('exporting', task, { root });
          if (numberOf(numbers, 'copies') !== 4 * size) throw new Error(`${task} did not make every copy.`);
          if (task === 'exporting') peak = Math.max(peak, numberOf(numbers, 'peakMb'));
          cpu.get(task)?.push(numberOf(numbers, 'cpuMs'));
          await rm(join(root, task === 'floor' ? 'floor' : 'dist'), { recursive: true });
          return numberOf(numbers, 'ms');
        };
        const times = await sideBySide<Way>(
          size >= 1000 ? 1 : ROUNDS[scale],
          WAYS.map((name) => ({ name, run: () => run(name) })),
        );
        peaks.push(peak);
        const label = `${String(size)} pictures`;
        measures.push(
          {
            what: `${label}: export against sharp alone`,
            value: ratio(times('exporting'), times('floor')),
            unit: 'ratio',
            aim: { atMost: 1.2 },
          },
          {
            what: `${label}: the same in processor time`,
            value: ratio(cpu.get('exporting') ?? [], cpu.get('floor') ?? []),
            unit: 'ratio',
            aim: { atMost: 1.2 },
          },
          { what: `${label}: export, a picture`, value: median(times('exporting')) / size, unit: 'ms' },
          { what: `${label}: sharp alone, a picture`, value: median(times('floor')) / size, unit: 'ms' },
          { what: `${label}: peak memory of the export`, value: peak, unit: 'MB' },
        );
      });
    }
    const [first = Number.NaN] = peaks;
    const growth = (peaks.at(-1) ?? Number.NaN) / first;
    measures.push({
      what: 'peak memory, largest against smallest',
      value: growth,
      unit: 'ratio',
      aim: { atMost: 1.5 },
    });
    return measures;
  },
};

async function makePictures(root: string, count: number): Promise<void> {
  const images = join(root, 'characters', 'ada', 'images');
  await mkdir(images, { recursive: true });
  const maker = new PictureMaker(SIDE, SIDE, 7);
  const scenes: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const id = `scene-${String(number)}`;
    await writeFile(join(images, `${id}.png`), maker.make(number));
    scenes.push(`  - {id: ${id}, title: Scene ${String(number)}, prompt: A picture., locked: true}`);
  }
  const text = `entity_type: character\nname: Ada\nscenes:\n${scenes.join('\n')}\n`;
  await writeFile(join(root, 'characters', 'ada', 'imagery.yaml'), text);
}
