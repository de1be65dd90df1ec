import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { runCommand } from '../command.js';
import { NxWorkspace } from '../make/nx-workspace.js';
import { makeWorld } from '../make/world.js';
import { median, ratio, sideBySide, type Variant } from '../measure.js';
import { CLI, REPOSITORY, withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';

const ROUNDS: Readonly<Record<Scale, number>> = { smoke: 1, quick: 5, default: 15, large: 25 };

/** A file that was changed in the last two seconds is read again, and a fast machine makes the world in less. */
const NOT_RECENT_MS = 2_500;

/** Loaded by a run that makes pictures, and by nothing that only makes the project graph. */
const NOT_FOR_THE_GRAPH = ['@google/genai', 'sharp', 'ajv', 'yaml', '@nx/devkit', 'gemini-emulator'];

const coverage = z.object({ result: z.array(z.object({ url: z.string() })) });

export const startUp: Benchmark = {
  name: 'start-up',
  title: 'Start-up',
  about:
    'Every Nx process that runs plugins loads this one, whatever the command is. All times are processor times of whole ' +
    'processes, beside an empty one and the libraries that cost most; on a machine where others work, such a time is longer ' +
    'too, as that of the empty process shows. Modules are counted in a real `nx show projects`, in the process that holds ' +
    'the plugin; those of Nx itself are in every plugin process.',
  run: async (scale) =>
    withFolder(async (folder) => {
      const measures: Measure[] = [];
      const workspace = new NxWorkspace(folder);
      const { imagery } = await makeWorld(workspace.root, {
        entities: 12,
        scenes: 60,
        files: 5,
        fileUses: 40,
        sceneUses: 4,
        seed: 7,
      });
      await workspace.prepare('chargen-plugin');
      await wait(scale === 'smoke' ? 0 : NOT_RECENT_MS);
      measures.push(...(await modules(workspace, join(folder, 'modules'))));
      measures.push(...(await loads(workspace, imagery[0] ?? '', ROUNDS[scale])));
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

/** Processor time of a process that runs this code as a module, in the folder of this repository. */
function running(name: string, code: string, scratch: string): Variant<string> {
  return {
    name,
    run: async () => {
      const args = ['--input-type=module', '-e', code];
      return (await runCommand({ args, cwd: REPOSITORY, env: process.env, scratch })).cpuMs;
    },
  };
}

const EMPTY = 'an empty Node process';

async function loads(workspace: NxWorkspace, imagery: string, rounds: number): Promise<Measure[]> {
  const options = JSON.stringify({ contentRoot: 'content', workspaceId: 'bench' });
  const context = JSON.stringify({ workspaceRoot: workspace.root, nxJsonConfiguration: {} });
  const inferring =
    "const { createNodes } = await import('chargen-plugin');" +
    `await createNodes[1]([${JSON.stringify(imagery)}], ${options}, ${context});`;
  const importing = (name: string): Variant<string> =>
    running(name, `await import('${name}')`, workspace.base);
  const libraries = ['chargen-core', 'zod', '@nx/devkit'];
  const times = await sideBySide(rounds, [
    running(EMPTY, '', workspace.base),
    running('chargen-plugin', inferring, workspace.base),
    ...libraries.map(importing),
  ]);
  const cost = (name: string): number => median(times(name)) - median(times(EMPTY));
  return [
    { what: `${EMPTY}, processor time`, value: median(times(EMPTY)), unit: 'ms' },
    {
      what: "import('chargen-core')",
      value: median(times('chargen-core')),
      unit: 'ms',
      aim: { atMost: 200 },
    },
    {
      what: 'chargen-plugin with the inference of one entity, above an empty process',
      value: cost('chargen-plugin'),
      unit: 'ms',
      aim: { atMost: 80 },
    },
    ...libraries.map((name) => ({
      what: `for comparison: import('${name}'), above an empty process`,
      value: cost(name),
      unit: 'ms',
    })),
  ];
}

async function commands(workspace: NxWorkspace, rounds: number): Promise<Measure[]> {
  const command = (name: string, args: readonly string[]): Variant<string> => ({
    name,
    run: async () => {
      const { root, base } = workspace;
      return (await runCommand({ args, cwd: root, env: workspace.environment(), scratch: base })).cpuMs;
    },
  });
  const help = '`chargen --help`';
  const variants = [
    command(EMPTY, ['-e', '']),
    command(help, [CLI, '--help']),
    command('`chargen status`', [CLI, 'status']),
    command('`chargen plan`', [CLI, 'plan']),
  ];
  const times = await sideBySide(rounds, variants);
  return [
    {
      what: `${help} against ${EMPTY}`,
      value: ratio(times(help), times(EMPTY)),
      unit: 'ratio',
      aim: { atMost: 1.3 },
    },
    ...variants.slice(1).map(({ name }) => ({ what: name, value: median(times(name)), unit: 'ms' })),
  ];
}
