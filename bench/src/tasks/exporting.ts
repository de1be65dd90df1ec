import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContentReader, DEFAULT_SETTINGS } from 'chargen-core';
import { DEFAULT_EXPORT_OPTIONS, DEFAULT_QUALITY, exportWorld } from 'chargen-export';
import sharp from 'sharp';
import { timed } from '../measure.js';
import { textOf, type Arguments, type Task } from '../task.js';

const SLUG = 'ada';

/** Written as `160,320`. */
function widthsOf(given: Arguments): number[] {
  return textOf(given, 'widths').split(',').map(Number);
}

/** All copies of a world whose pictures are locked scenes: the same as for finished ones, without their recipes. */
const exporting: Task = async (given) => {
  const root = textOf(given, 'root');
  const world = new ContentReader(root).load([`characters/${SLUG}/imagery.yaml`], undefined);
  let copies = 0;
  const before = process.cpuUsage();
  const ms = await timed(() =>
    exportWorld({
      workspaceRoot: root,
      world,
      settings: DEFAULT_SETTINGS,
      options: { ...DEFAULT_EXPORT_OPTIONS, widths: widthsOf(given) },
      onEntity: (_, outcome) => {
        copies += outcome.kind === 'exported' ? outcome.encoded : 0;
      },
    }),
  );
  return { ms, cpuMs: cpuSince(before), copies };
};

/** sharp alone in a loop: the same copies, without XMP, digests, placeholders or a manifest. */
const floor: Task = async (given) => {
  const images = join(textOf(given, 'root'), 'characters', SLUG, 'images');
  const out = join(textOf(given, 'root'), 'floor');
  await mkdir(out, { recursive: true });
  let copies = 0;
  const before = process.cpuUsage();
  const ms = await timed(async () => {
    for (const name of await readdir(images)) {
      const bytes = await readFile(join(images, name));
      for (const format of DEFAULT_EXPORT_OPTIONS.formats) {
        for (const width of widthsOf(given)) {
          const quality = DEFAULT_QUALITY[format];
          const data = await sharp(bytes).resize({ width }).toFormat(format, { quality }).toBuffer();
          await writeFile(join(out, `${name}-${String(width)}.${format}`), data);
          copies += 1;
        }
      }
    }
  });
  return { ms, cpuMs: cpuSince(before), copies };
};

/** Of all threads, in milliseconds: what else the machine does adds nothing to it. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export const tasks: Readonly<Record<string, Task>> = { exporting, floor };
