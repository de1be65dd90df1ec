import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { NxWorkspace } from '../make/nx-workspace.js';
import { makeTrivial } from '../make/trivial-workspace.js';
import { makeWorld } from '../make/world.js';
import { median, ratio, sideBySide } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { numberOf, runTask } from '../task.js';

const ENTITIES: Readonly<Record<Scale, number>> = { smoke: 5, quick: 30, default: 120, large: 120 };
const ROUNDS: Readonly<Record<Scale, number>> = { smoke: 1, quick: 3, default: 7, large: 11 };
const COUNTER = pathToFileURL(fileURLToPath(new URL('../preload-count-reads.js', import.meta.url))).href;

const RUN = ['run-many', '-t', 'generate'];
const SKIP_CACHE = [...RUN, '--skip-nx-cache'];

export const noopRerun: Benchmark = {
  name: 'noop-rerun',
  title: 'A rerun with nothing to do',
  about:
    'A world of 120 entities and 1,800 scenes, all pictures made. `nx run-many -t generate` in a fresh process without a ' +
    'daemon, against a copy of the workspace in which a trivial plugin infers the same targets (it looks them up in a table) ' +
    'with an executor that does nothing. All tasks come from the Nx cache in both. Then the same with `--skip-nx-cache`: ' +
    'the executors run, and ours has to find every scene done by itself: the first time it judges each scene, and after that it ' +
    'looks at the size, times and inode of all that it judged by. Files are counted where JavaScript opens them.',
  run: async (scale) =>
    withFolder(async (folder) => {
      const measures: Measure[] = [];
      const entities = ENTITIES[scale];
      const scenes = entities * (scale === 'smoke' ? 4 : 15);
      const ours = new NxWorkspace(join(folder, 'ours'));
      const theirs = new NxWorkspace(join(folder, 'theirs'));
      const world = await makeWorld(ours.root, {
        entities,
        scenes,
        files: Math.round((entities * 50) / 120),
        fileUses: Math.round((scenes * 1300) / 1800),
        sceneUses: Math.round(entities / 2),
        seed: 9,
      });
      const list = join(folder, 'imagery.json');
      await writeFile(list, JSON.stringify(world.imagery));
      const made = await runTask('pictures', 'makeAll', { root: ours.root, list });
      if (numberOf(made, 'generated') !== scenes) throw new Error('Not every picture was made.');
      await ours.prepare('chargen-plugin');
      await makeTrivial(ours, theirs, world.imagery);
      // The first run fills the Nx cache; after the second one everything has been seen as it is.
      for (const workspace of [ours, theirs]) {
        await workspace.nx(RUN);
        if (scale !== 'smoke') await workspace.nx(RUN);
      }
      const compare = async (args: readonly string[], rounds: number) => {
        const cpu = { chargen: [] as number[], trivial: [] as number[] };
        const variant = (name: 'chargen' | 'trivial', workspace: NxWorkspace) => ({
          name,
          run: async () => {
            const { ms, cpuMs, output } = await workspace.nx(args);
            if (args === RUN) demandCached(output, entities);
            cpu[name].push(cpuMs);
            return ms;
          },
        });
        const wall = await sideBySide(rounds, [variant('chargen', ours), variant('trivial', theirs)]);
        return { wall, cpu };
      };
      const { wall: noop, cpu: noopCpu } = await compare(RUN, ROUNDS[scale]);
      measures.push(
        {
          what: 'cached rerun against the trivial plugin',
          value: ratio(noop('chargen'), noop('trivial')),
          unit: 'ratio',
        },
        {
          what: 'cached rerun against the trivial plugin, processor time of all processes',
          value: ratio(noopCpu.chargen, noopCpu.trivial),
          unit: 'ratio',
          aim: { atMost: 1.1 },
        },
        { what: 'cached rerun', value: median(noop('chargen')), unit: 'ms' },
        { what: 'cached rerun, trivial plugin', value: median(noop('trivial')), unit: 'ms' },
        ...(scale === 'smoke' ? [] : await countReads(ours, join(folder, 'reads'), RUN, scenes)),
      );
      const first = await ours.nx(SKIP_CACHE);
      const { wall: skip, cpu: skipCpu } = await compare(SKIP_CACHE, Math.ceil(ROUNDS[scale] / 2));
      measures.push(
        {
          what: '`--skip-nx-cache` against the trivial plugin',
          value: ratio(skip('chargen'), skip('trivial')),
          unit: 'ratio',
        },
        {
          what: '`--skip-nx-cache` against the trivial plugin, processor time of all processes',
          value: ratio(skipCpu.chargen, skipCpu.trivial),
          unit: 'ratio',
          aim: { atMost: 1.4 },
        },
        {
          what: '`--skip-nx-cache` for the first time against the trivial plugin, processor time of all processes',
          value: first.cpuMs / median(skipCpu.trivial),
          unit: 'ratio',
        },
        {
          what: '`--skip-nx-cache`, more processor time than the trivial plugin, per scene',
          value: (median(skipCpu.chargen) - median(skipCpu.trivial)) / scenes,
          unit: 'ms',
        },
        { what: '`--skip-nx-cache`', value: median(skip('chargen')), unit: 'ms' },
        { what: '`--skip-nx-cache`, trivial plugin', value: median(skip('trivial')), unit: 'ms' },
        ...(await countReads(ours, join(folder, 'reads-skip'), SKIP_CACHE, scenes)),
      );
      const engine = await runTask('pictures', 'skipAll', { root: ours.root, list });
      if (numberOf(engine, 'done') !== scenes) throw new Error('The engine did not find every scene done.');
      measures.push({
        what: "the engine's own skipping, without Nx and reading YAML, per scene",
        value: numberOf(engine, 'ms') / scenes,
        unit: 'ms',
      });
      return measures;
    }),
};

function demandCached(output: string, tasks: number): void {
  const cached = output.match(/\[(?:existing outputs match the cache|local cache)[^\]]*\]/g)?.length ?? 0;
  if (cached !== tasks)
    throw new Error(`${String(cached)} tasks came from the cache:\n${output.slice(-2000)}`);
}

async function countReads(
  workspace: NxWorkspace,
  folder: string,
  args: readonly string[],
  scenes: number,
): Promise<Measure[]> {
  await mkdir(folder);
  const env = { CHARGEN_BENCH_READS: folder, CHARGEN_BENCH_WORLD: join(workspace.root, 'content') };
  await workspace.nx(args, env, [COUNTER]);
  const counts = new Map([
    ['recipes', 0],
    ['pictures', 0],
    ['imagery.yaml files', 0],
    ['other files (those of `.env` that Nx looks for)', 0],
  ]);
  for (const name of await readdir(folder)) {
    for (const path of (await readFile(join(folder, name), 'utf8')).trim().split('\n')) {
      const kind = path.endsWith('.recipe.json')
        ? 'recipes'
        : /\.(png|jpg|webp)$/.test(path)
          ? 'pictures'
          : path.endsWith('/imagery.yaml')
            ? 'imagery.yaml files'
            : 'other files (those of `.env` that Nx looks for)';
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  const label = args === RUN ? 'cached rerun' : '`--skip-nx-cache`';
  return [...counts].map(([kind, count]) => ({
    what: `${label}: ${kind} read per scene`,
    value: count / scenes,
    unit: 'files',
  }));
}
