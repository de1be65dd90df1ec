import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { launch } from '../command.js';
import { NxWorkspace } from '../make/nx-workspace.js';
import { makeWorld } from '../make/world.js';
import { median, ratio, sideBySide, type Variant } from '../measure.js';
import { REPOSITORY, withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';

const ROUNDS: Readonly<Record<Scale, number>> = { smoke: 1, quick: 5, default: 15, large: 25 };
const CHARGEN = join(REPOSITORY, 'tools', 'chargen-cli', 'bin', 'chargen.mjs');

/** Loaded by a run that makes pictures, and by nothing that only makes the project graph. */
const NOT_FOR_THE_GRAPH = ['@google/genai', 'sharp', 'ajv', 'yaml', '@nx/devkit', 'gemini-emulator'];

const coverage = z.object({ result: z.array(z.object({ url: z.string() })) });

export const startUp: Benchmark = {
  name: 'start-up',
  title: 'Start-up',
  about:
    'Every Nx process that runs plugins loads this one, whatever the command is. Its load is timed in a process of its own, ' +
    'with the empty process taken off, beside the libraries that cost most. Modules are counted in a real `nx show projects`, ' +
    'in the process that holds the plugin; those of Nx itself are in every plugin process. Commands are timed whole.',
  run: async (scale) =>
    withFolder(async (folder) => {
      const measures: Measure[] = [];
      const workspace = new NxWorkspace(folder);
      await makeWorld(workspace.root, {
        entities: 12,
        scenes: 60,
        files: 5,
        fileUses: 40,
        sceneUses: 4,
        seed: 7,
      });
      await workspace.prepare('chargen-plugin');
      measures.push(...(await modules(workspace, join(folder, 'modules'))));
      measures.push(...(await loads(ROUNDS[scale])));
      measures.push(...(await commands(workspace, ROUNDS[scale])));
      return measures;
    }),
};

/** Which scripts each Node process of a command loaded, by V8's own list. */
async function scriptsOf(
  workspace: NxWorkspace,
  folder: string,
  args: readonly string[],
): Promise<string[][]> {
  await mkdir(folder);
  await workspace.nx(args, { NODE_V8_COVERAGE: folder });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const processes: string[][] = [];
    for (const name of await readdir(folder)) {
      const list = await readFile(join(folder, name), 'utf8');
      // A worker that ends after the command may still be writing.
      if (!list.endsWith('}')) continue;
      const { result } = coverage.parse(JSON.parse(list));
      processes.push(
        [...new Set(result.map((script) => script.url))].filter((url) => url.startsWith('file:')),
      );
    }
    if (processes.some(holdsPlugin)) return processes;
    await wait(100);
  }
  throw new Error('No process loaded the plugin.');
}

function holdsPlugin(urls: readonly string[]): boolean {
  return urls.some((url) => url.includes('/chargen-plugin/dist/'));
}

async function modules(workspace: NxWorkspace, folder: string): Promise<Measure[]> {
  // Once before: then the world is known, as in all commands but the first.
  await workspace.nx(['show', 'projects']);
  const processes = await scriptsOf(workspace, folder, ['show', 'projects']);
  const holding = processes.find(holdsPlugin) ?? [];
  const packageOf = (url: string): string =>
    /\/libs\/(?:chargen-core|yaml-splice)\/|\/tools\/chargen-plugin\//.test(url)
      ? 'chargen'
      : (/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? 'other');
  const others = processes.filter(
    (urls) => urls !== holding && !urls.some((url) => url.includes('/bin/nx.js')),
  );
  const usual = new Set(others.flat());
  const added = holding.filter((url) => !usual.has(url));
  const count = (name: string): number => added.filter((url) => packageOf(url) === name).length;
  return [
    {
      what: 'modules in the plugin process that another plugin process does not have',
      value: added.length,
      unit: 'count',
      aim: { atMost: 40 },
    },
    { what: 'of these: chargen', value: count('chargen'), unit: 'count' },
    { what: 'of these: zod', value: count('zod'), unit: 'count' },
    ...NOT_FOR_THE_GRAPH.map((name) => ({
      what: `of these: ${name}`,
      value: count(name),
      unit: 'count',
      aim: { exactly: 0 },
    })),
  ];
}

function spawned(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): () => Promise<number> {
  return async () => {
    const begin = performance.now();
    const { code, output } = await launch(process.execPath, args, cwd, env);
    const ms = performance.now() - begin;
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}:\n${output}`);
    return ms;
  };
}

async function loads(rounds: number): Promise<Measure[]> {
  const importing = (name: string): Variant<string> => ({
    name,
    run: spawned(['--input-type=module', '-e', name === '' ? '' : `await import('${name}')`], REPOSITORY),
  });
  const names = ['chargen-plugin', 'chargen-core', 'zod', '@nx/devkit'];
  const times = await sideBySide(rounds, [importing(''), ...names.map(importing)]);
  const empty = median(times(''));
  return names.map((name) => ({
    what: name === 'chargen-plugin' ? 'load of chargen-plugin' : `for comparison: load of ${name}`,
    value: median(times(name)) - empty,
    unit: 'ms',
  }));
}

async function commands(workspace: NxWorkspace, rounds: number): Promise<Measure[]> {
  const env = workspace.environment();
  const command = (name: string, args: readonly string[]): Variant<string> => ({
    name,
    run: spawned(args, workspace.root, env),
  });
  const variants = [
    command('an empty Node process', ['-e', '']),
    command('`chargen --help`', [CHARGEN, '--help']),
    command('`chargen status`', [CHARGEN, 'status']),
    command('`chargen plan`', [CHARGEN, 'plan']),
  ];
  const times = await sideBySide(rounds, variants);
  return variants.flatMap(({ name }) => [
    { what: name, value: median(times(name)), unit: 'ms' },
    ...(name.includes('--help')
      ? [
          {
            what: `${name} against an empty Node process`,
            value: ratio(times(name), times('an empty Node process')),
            unit: 'ratio',
          },
        ]
      : []),
  ]);
}
