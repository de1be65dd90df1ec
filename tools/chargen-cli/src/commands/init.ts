import { existsSync } from 'node:fs';
import { PREVIEW_FOLDER } from 'chargen-core/names';
import { join, resolve } from 'node:path';
import { planItems, restoreAside } from 'chargen-core';
import { worldName, type FileEdit } from 'chargen-plugin/setup';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import type { CommandCall } from '../cli/spec.js';
import { install } from '../init/install.js';
import { applyEdits, notingFolders, undo, type Undone } from '../init/journal.js';
import { planInit, type InitPlan } from '../init/plan-init.js';
import { hintText } from '../output/hint-lines.js';
import { jsonText } from '../output/json.js';
import { printResult } from '../run/print-result.js';
import { runTarget } from '../run/run-target.js';
import type { TargetResult, TargetRun } from '../run/target-run.js';
import { findNx } from '../run/run-nx.js';
import { openWorkspace } from '../workspace/open-workspace.js';

const optionsSchema = z.object({
  content: z.string().optional(),
  workspaceId: z.string().optional(),
  sample: z.boolean().default(true),
  install: z.boolean().default(true),
  preview: z.boolean().default(true),
  dryRun: z.boolean().default(false),
  undo: z.boolean().default(false),
  yes: z.boolean().default(false),
});

/** From an empty folder, or a repository that exists, to a first preview. */
export async function run(call: CommandCall): Promise<ExitCode> {
  const { globals, io } = call;
  const options = optionsSchema.parse(call.options);
  const root = resolve(globals.root ?? '.');
  if (!existsSync(root)) throw new CliError(`There is no folder ${root}.`);
  if (options.undo) return undoInit(root, call);
  // What a killed init had taken aside would be missed by the plan.
  if (!options.dryRun) await restoreAside(root);
  const plan = planInit(root, {
    contentRoot: options.content,
    workspaceId: options.workspaceId,
    sample: options.sample,
  });
  const mustInstall = options.install && findNx(root) === undefined;
  if (!globals.json) await io.out(planText(plan, mustInstall, io));
  if (options.dryRun) {
    if (globals.json)
      await io.out(jsonText({ dryRun: true, steps: plan.edits.map(editJson), install: mustInstall }));
    return EXIT.done;
  }
  if (io.interactive && !options.yes && !globals.json && plan.edits.length > 0) {
    if (!(await confirmed('Do this?'))) return EXIT.done;
  }
  await applyEdits(root, plan.edits);
  if (mustInstall) {
    await install(root, (text) => {
      io.err(text);
    });
  }
  const preview =
    options.preview && findNx(root) !== undefined ? await firstPreview(root, plan, call) : undefined;
  if (globals.json) {
    await io.out(
      jsonText({
        dryRun: false,
        steps: plan.edits.map(editJson),
        install: mustInstall,
        preview: preview?.report ?? null,
      }),
    );
  } else {
    await io.out(nextText(plan, options.install));
    if (plan.hasWorld) await io.out(await hintsOf(root, plan, call));
  }
  return preview?.exitCode ?? EXIT.done;
}

/** What is there already, in a world that was here before. */
async function hintsOf(root: string, plan: InitPlan, { globals, io }: CommandCall): Promise<string> {
  const workspace = await openWorkspace({ ...globals, root, world: worldName(plan) });
  const { totals } = await planItems(workspace);
  return hintText(totals, io.columns);
}

async function firstPreview(
  root: string,
  plan: InitPlan,
  { globals, io }: CommandCall,
): Promise<TargetResult> {
  const workspace = await openWorkspace({ ...globals, root, world: worldName(plan) });
  // One entity is enough to see that it works; a large world would take its time.
  const chosen = workspace.world.entities
    .filter(({ entity }) => (entity?.scenes.length ?? 0) > 0)
    .slice(0, 1);
  const run: TargetRun = {
    workspace,
    target: 'generate',
    selected: { entities: chosen, selection: undefined },
    preview: true,
    // No daemon of Nx is left behind, from under which `init --undo` would pull the folder.
    variables: { NX_DAEMON: 'false' },
    skipNxCache: false,
    globals,
    io,
    events: false,
  };
  const folders = [
    '.nx',
    '.chargen/preview',
    '.chargen/seen.json',
    ...chosen.map((one) => `${one.folder.root}/${PREVIEW_FOLDER}`),
  ];
  const result = await notingFolders(root, folders, () => runTarget(run));
  if (!globals.json) await printResult(result, run);
  return result;
}

async function undoInit(root: string, { globals, io }: CommandCall): Promise<ExitCode> {
  const done = await undo(root);
  if (done === undefined)
    throw new CliError(`Nothing is to be undone in ${root}: chargen init left no journal there.`);
  if (globals.json) await io.out(jsonText({ undone: done }));
  else {
    for (const one of done) await io.out(`${undoneLine(one)}\n`);
  }
  return EXIT.done;
}

function undoneLine({ path, what, keeps = [] }: Undone): string {
  switch (what) {
    case 'left':
      return `left as it is, since it was changed: ${path}`;
    case 'kept':
      return `kept: ${path}, which holds results that were paid for, or runs. Delete it only if you need none of them.`;
    case 'restored':
    case 'removed':
      return keeps.length === 0
        ? `${what}: ${path}`
        : `${what}: ${path}, but for the lines of what is there and must stay out of git: ${keeps.join(' ')}`;
  }
}

function planText({ root, edits }: InitPlan, mustInstall: boolean, io: Io): string {
  if (edits.length === 0 && !mustInstall) return `${root} is a workspace of chargen already.\n`;
  const lines = edits.map(
    ({ path, before, says }) =>
      `  ${before === undefined ? 'new    ' : 'changed'}  ${io.paint('bold', path)}  ${says}`,
  );
  const last = mustInstall ? ['  install  the packages, by the package manager of this folder'] : [];
  return [`In ${root}:`, ...lines, ...last, 'To take it back: chargen init --undo', ''].join('\n');
}

function nextText({ root, sample }: InitPlan, didInstall: boolean): string {
  const edit = sample === undefined ? 'Edit an imagery.yaml' : `Change ${sample}, or add a folder beside it`;
  return [
    ...(didInstall || existsSync(join(root, 'node_modules'))
      ? []
      : ['Now install the packages: npm install']),
    `${edit}, then:`,
    '  npx chargen plan                       what would be made, and for how much',
    '  npx chargen batch generate --preview   drawn by the emulator, without a key',
    '  npx chargen batch generate             real pictures; needs a key in .env',
    '',
  ].join('\n');
}

function editJson({ path, before, says }: FileEdit): Readonly<Record<string, string>> {
  return { path, what: before === undefined ? 'new' : 'changed', says };
}
