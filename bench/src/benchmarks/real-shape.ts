import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmulator } from 'gemini-emulator';
import { plainEnvironment, runCommand, type CommandRun } from '../command.js';
import { prepareForCommand } from '../make/nx-workspace.js';
import { makeRealShapeWorld, REAL_SHAPE, SMALL_REAL_SHAPE } from '../make/real-shape/index.js';
import { makeWorld } from '../make/world.js';
import { PictureMaker } from '../make/picture.js';
import { growthExponent, median, ratio, sideBySide } from '../measure.js';
import { CLI, withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { numberOf, runTask } from '../task.js';

const FLOOR = fileURLToPath(new URL('../floor.js', import.meta.url));
/** `check` ends with it in this world, since one of its files cannot be read. */
const FOUND = 1;
const ROUNDS: Readonly<Record<Scale, number>> = { smoke: 1, quick: 1, default: 2, large: 5 };
/** Pictures of one entity that are adopted; what a process needs before it begins draws the exponent down. */
const PICTURES: Readonly<Record<Scale, readonly number[]>> = {
  smoke: [4, 8],
  quick: [100, 200],
  default: [200, 400, 800],
  large: [200, 400, 800, 1600, 3200],
};

export const realShape: Benchmark = {
  name: 'real-shape',
  title: 'A world of real shape',
  about:
    'A made-up world in the proportions of a real one: 121 entities of nine dialects in 175 files with 8.5 MB of YAML, ' +
    'inventories of up to 83 pictures, files of up to 220 kB, comments, CRLF, one file that cannot be read, 1,758 scenes ' +
    'that can be, 1,500 small pictures of which 738 belong to scenes. Whole commands, by the processor time of the ' +
    'process from its start to its end. **The floor** is a process that starts Node, and reads, hashes (sha256) and parses ' +
    '(js-yaml) each file once. "Kept" is a command in a workspace where Nx and the command ran before: it takes what was ' +
    'read and found from Nx’s workspace data, for files whose size, times and inode are the same. The run makes every picture with the ' +
    'emulator, which is another process; its peak is that of the engine alone.',
  run: async (scale) => {
    const measures: Measure[] = [];
    await withFolder(async (folder) => {
      const root = join(folder, 'world');
      const world = await makeRealShapeWorld(root, scale === 'smoke' ? SMALL_REAL_SHAPE : REAL_SHAPE);
      const list = join(folder, 'yaml.txt');
      await writeFile(list, world.yaml.join('\n'));
      await prepareForCommand(root);
      const tools = new Tools(folder, root, list);
      measures.push(
        { what: 'files of YAML', value: world.yaml.length, unit: 'count' },
        { what: 'MB of YAML', value: world.bytes / 1e6, unit: 'MB' },
        ...(await reading(tools, ROUNDS[scale])),
        ...(await writing(tools)),
        await memoryOfRun(folder, scale),
      );
    });
    measures.push(...(await growthOfWriting(scale)));
    return measures;
  },
};

class Tools {
  constructor(
    readonly scratch: string,
    readonly root: string,
    readonly list: string,
  ) {}

  floor(): Promise<CommandRun> {
    return this.#run([FLOOR, this.root, this.list]);
  }

  chargen(...args: string[]): Promise<CommandRun> {
    return this.#run([CLI, ...args, '--root', this.root]);
  }

  #run(args: readonly string[]): Promise<CommandRun> {
    return runCommand({
      args,
      cwd: this.root,
      env: plainEnvironment(),
      scratch: this.scratch,
      codes: [0, FOUND],
    });
  }
}

async function reading(tools: Tools, rounds: number): Promise<Measure[]> {
  const data = join(tools.root, '.nx', 'workspace-data');
  const anew = async (command: string): Promise<number> => {
    await rm(join(tools.root, '.nx'), { recursive: true, force: true });
    return (await tools.chargen(command)).cpuMs;
  };
  const kept = async (command: string): Promise<number> => {
    await mkdir(data, { recursive: true });
    await tools.chargen(command);
    return (await tools.chargen(command)).cpuMs;
  };
  const times = await sideBySide(rounds, [
    { name: 'floor', run: async () => (await tools.floor()).cpuMs },
    { name: 'plan', run: () => anew('plan') },
    { name: 'check', run: () => anew('check') },
    { name: 'plan, kept', run: () => kept('plan') },
    { name: 'check, kept', run: () => kept('check') },
  ]);
  const floor = times('floor');
  const names = ['plan', 'check', 'plan, kept', 'check, kept'] as const;
  return [
    ...names.map((name) => ({
      what: `\`${name.replace(/,.*/, '')}\`${name.includes('kept') ? ', kept,' : ''} against the floor`,
      value: ratio(times(name), floor),
      unit: 'ratio',
      aim: { atMost: 2.5 },
    })),
    { what: 'the floor, processor time', value: median(floor), unit: 'ms' },
    { what: '`plan`, processor time', value: median(times('plan')), unit: 'ms' },
  ];
}

/** Each of these can be done once in a world; the floor is measured beside each. */
async function writing(tools: Tools): Promise<Measure[]> {
  const against = async (work: () => Promise<CommandRun>): Promise<number> => {
    const before = (await tools.floor()).cpuMs;
    const { cpuMs } = await work();
    return cpuMs / ((before + (await tools.floor()).cpuMs) / 2);
  };
  const content = join(tools.root, 'content');
  const original = join(tools.scratch, 'original');
  await cp(content, original, { recursive: true });
  const adopt = await against(() => tools.chargen('adopt'));
  // The recipes stay, and the files are as they were before any record.
  for (const name of await readdir(original, { recursive: true })) {
    if (name.endsWith('.yaml')) await cp(join(original, name), join(content, name));
  }
  const recipes = (await readdir(content, { recursive: true })).filter((name) =>
    name.endsWith('.recipe.json'),
  );
  const record = await against(() => tools.chargen('record'));
  return [
    { what: 'pictures that are adopted', value: recipes.length, unit: 'count' },
    { what: '`adopt` of these against the floor', value: adopt, unit: 'ratio', aim: { atMost: 8 } },
    { what: '`record` of these against the floor', value: record, unit: 'ratio', aim: { atMost: 8 } },
  ];
}

async function memoryOfRun(folder: string, scale: Scale): Promise<Measure> {
  const root = join(folder, 'to-run');
  const world = await makeRealShapeWorld(root, scale === 'smoke' ? SMALL_REAL_SHAPE : REAL_SHAPE);
  const list = join(folder, 'imagery.json');
  await writeFile(list, JSON.stringify(world.imagery));
  const emulator = await startEmulator({ port: 0, seed: 1, tier: 'tier3' });
  try {
    const run = await runTask('pictures', 'makeAll', { root, list, baseUrl: emulator.url });
    const made = numberOf(run, 'generated');
    return {
      what: `a run that makes ${made.toLocaleString('en')} pictures: peak memory`,
      value: numberOf(run, 'peakMb'),
      unit: 'MB',
      aim: { atMost: 250 },
    };
  } finally {
    await emulator.close();
  }
}

/** One entity, so that only the number of pictures in one file grows. */
async function growthOfWriting(scale: Scale): Promise<Measure[]> {
  const points: { size: number; value: number }[] = [];
  for (const scenes of PICTURES[scale]) {
    await withFolder(async (folder) => {
      const root = join(folder, 'world');
      const { imagery } = await makeWorld(root, {
        entities: 1,
        scenes,
        files: 0,
        fileUses: 0,
        sceneUses: 0,
        seed: 3,
      });
      await prepareForCommand(root);
      const maker = new PictureMaker(24, 32, 3);
      const images = join(root, imagery[0] ?? '', '..', 'images');
      await mkdir(images);
      for (let n = 0; n < scenes; n += 1)
        await writeFile(join(images, `scene-${String(n)}-1766000000000-1766000000001.png`), maker.make(n));
      const tools = new Tools(folder, root, '');
      const { cpuMs } = await tools.chargen('adopt');
      points.push({ size: scenes, value: cpuMs });
    });
  }
  const sizes = points.map(({ size }) => size.toLocaleString('en')).join(', ');
  return [
    {
      what: `\`adopt\` of pictures of one file (${sizes}): processor time`,
      value: growthExponent(points),
      unit: 'exponent',
      aim: { atMost: 1.15 },
    },
  ];
}
