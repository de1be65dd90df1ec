import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NxWorkspace } from '../make/nx-workspace.js';
import { makeTrivial } from '../make/trivial-workspace.js';
import { makeWorld } from '../make/world.js';
import { median, ratio, sideBySide } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';
import { makeProjectJson, sizeOf } from './inference.js';

/** Of 100 files this many are edited before each command. */
const EDITED_PERCENT = 3;

/** A workspace with the files that hold its projects, and an edit of the nth of them. */
interface Subject {
  readonly workspace: NxWorkspace;
  readonly files: readonly string[];
  readonly edit: (text: string, n: number) => string;
}

/** The command that is compared, before each run of which `before` prepares the workspace. */
interface Case {
  readonly what: string;
  readonly atMost: number;
  readonly before: (subject: Subject, round: number) => Promise<void>;
}

const CASES: readonly Case[] = [
  { what: 'nothing changed', atMost: 1.2, before: () => Promise.resolve() },
  { what: `${String(EDITED_PERCENT)} % of the files edited`, atMost: 1.2, before: editSome },
  {
    what: 'without any cache',
    atMost: 1.5,
    before: ({ workspace }) => rm(workspace.dataFolder, { recursive: true, force: true }),
  },
];

const SIZES: Readonly<Record<Scale, readonly number[]>> = {
  smoke: [12],
  quick: [1000],
  default: [1000, 5000],
  large: [1000, 5000],
};

export const showProjects: Benchmark = {
  name: 'show-projects',
  title: 'The project graph in a new process',
  about:
    'The whole command `nx show projects` without a daemon, against a workspace with as many `project.json` files that ' +
    'hold the same targets, by the processor time of all processes: with workspace-data kept and nothing changed; with ' +
    '3 % of the files edited before each command, two thirds of them in a prompt and one third in how somebody looks; ' +
    'and with workspace-data removed before each command. Each entity has 15 scenes. Nx starts a process for each plugin: ' +
    'one more than in the other workspace. So does a trivial plugin, which takes the same projects out of one file and ' +
    'looks at nothing: what it costs, every plugin costs that makes projects.',
  run: async (scale) => {
    const measures: Measure[] = [];
    for (const entities of SIZES[scale]) {
      await withFolder(async (folder) => {
        const ours = new NxWorkspace(join(folder, 'ours'));
        const theirs = new NxWorkspace(join(folder, 'theirs'));
        const trivial = new NxWorkspace(join(folder, 'trivial'));
        const { imagery } = await makeWorld(ours.root, sizeOf(entities));
        const jsonFiles = await makeProjectJson(ours.root, theirs.root, imagery);
        await ours.prepare('chargen-plugin');
        await theirs.prepare('none');
        await makeTrivial(ours, trivial, imagery);
        measures.push(
          ...(await compare(
            { workspace: ours, files: imagery, edit: editImagery },
            { workspace: theirs, files: jsonFiles, edit: editProjectJson },
            { workspace: trivial, files: imagery, edit: editImagery },
            `${entities.toLocaleString('en')} entities`,
            scale === 'smoke' || entities > 1000 ? 1 : 3,
          )),
        );
      });
    }
    return measures;
  },
};

async function compare(
  ours: Subject,
  theirs: Subject,
  trivial: Subject,
  label: string,
  rounds: number,
): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  // Twice: the first command of a workspace makes Nx's own folders, the second knows all files by their times.
  for (const { workspace } of [ours, theirs, trivial, ours, theirs, trivial])
    await workspace.nx(['show', 'projects']);
  for (const { what, atMost, before } of CASES) {
    const cpu = new Map([ours, theirs, trivial].map((subject) => [subject, [] as number[]]));
    const show = (name: string, subject: Subject) => {
      let round = 0;
      return {
        name,
        run: async () => {
          await before(subject, (round += 1));
          const { ms, cpuMs } = await subject.workspace.nx(['show', 'projects']);
          cpu.get(subject)?.push(cpuMs);
          return ms;
        },
      };
    };
    const wall = await sideBySide(rounds, [
      show('chargen', ours),
      show('project.json', theirs),
      show('trivial', trivial),
    ]);
    const [oursCpu = [], theirsCpu = [], trivialCpu = []] = [ours, theirs, trivial].map((one) =>
      cpu.get(one),
    );
    measures.push(
      {
        what: `${label}, ${what}: \`nx show projects\` against a project.json workspace, processor time`,
        value: ratio(oursCpu, theirsCpu),
        unit: 'ratio',
        aim: { atMost },
      },
      {
        what: `${label}, ${what}: the same, by the clock`,
        value: ratio(wall('chargen'), wall('project.json')),
        unit: 'ratio',
      },
      {
        what: `${label}, ${what}: a trivial plugin with the same projects against project.json, processor time`,
        value: ratio(trivialCpu, theirsCpu),
        unit: 'ratio',
      },
      { what: `${label}, ${what}: processor time`, value: median(oursCpu), unit: 'ms' },
      { what: `${label}, ${what}: processor time, project.json`, value: median(theirsCpu), unit: 'ms' },
    );
  }
  return measures;
}

/** Other files in each round. Two thirds of the edits are of a scene's prompt, one third of how somebody looks. */
async function editSome({ workspace, files, edit }: Subject, round: number): Promise<void> {
  const step = Math.round(100 / EDITED_PERCENT);
  for (let n = round % step; n < files.length; n += step) {
    const path = join(workspace.root, files[n] ?? '');
    await writeFile(path, edit(await readFile(path, 'utf8'), n));
  }
}

function editImagery(text: string, n: number): string {
  return n % 3 === 0
    ? text.replace(/^appearance: >\n {2}/m, '$&newly ')
    : text.replace(/( {6}scene-1 of [^:]*):/, '$1, newly:');
}

/** As much text in as many files; a project.json has no scene to edit. */
function editProjectJson(text: string): string {
  return text.replace('"description":"', '"description":"newly ');
}
