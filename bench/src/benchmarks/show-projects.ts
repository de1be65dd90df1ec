import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NxWorkspace } from '../make/nx-workspace.js';
import { median, ratio, sideBySide } from '../measure.js';
import type { Measure } from '../report.js';

/** Of 100 files this many are edited before each command. */
const EDITED_PERCENT = 3;

/** A workspace with the files that hold its projects, and an edit of the nth of them. */
export interface Subject {
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

/** The whole command `nx show projects`, without a daemon, in our workspace and in one with project.json files. */
export async function showProjects(
  ours: Subject,
  theirs: Subject,
  label: string,
  rounds: number,
): Promise<readonly Measure[]> {
  if (rounds === 0) return [];
  await ours.workspace.prepare('chargen-plugin');
  await theirs.workspace.prepare('none');
  const measures: Measure[] = [];
  // Twice: the first command of a workspace makes Nx's own folders, the second knows all files by their times.
  for (const { workspace } of [ours, theirs, ours, theirs]) await workspace.nx(['show', 'projects']);
  for (const { what, atMost, before } of CASES) {
    const cpu = new Map<Subject, number[]>([
      [ours, []],
      [theirs, []],
    ]);
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
    const wall = await sideBySide(rounds, [show('chargen', ours), show('project.json', theirs)]);
    const [oursCpu = [], theirsCpu = []] = [cpu.get(ours), cpu.get(theirs)];
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

export function editImagery(text: string, n: number): string {
  return n % 3 === 0
    ? text.replace(/^appearance: >\n {2}/m, '$&newly ')
    : text.replace(/( {6}scene-1 of [^:]*):/, '$1, newly:');
}

/** As much text in as many files; a project.json has no scene to edit. */
export function editProjectJson(text: string): string {
  return text.replace('"description":"', '"description":"newly ');
}
