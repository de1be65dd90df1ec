import { SCOPES } from 'chargen-core/names';
import {
  describeEstimate,
  describeScene,
  listRuns,
  planAnalyses,
  plural,
  Selection,
  slugOfEntity,
  type RunReport,
  isSettledWithout,
} from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import { showRun } from '../commands/batch-history.js';
import { refuseEdited } from '../run/start-target.js';
import { pipeline } from '../commands/batch-pipeline.js';
import { planTotalLines } from '../output/plan-text.js';
import { runLine } from '../output/run-text.js';
import { estimateRun } from '../run/estimate-run.js';
import { pastJobTimes } from '../run/job-times.js';
import { runVariables } from '../run/run-variables.js';
import { printResult } from '../run/print-result.js';
import { runTarget } from '../run/run-target.js';
import type { TargetRun } from '../run/target-run.js';
import { takesAsked } from '../run/takes-asked.js';
import { batchFolderOf } from '../workspace/open-results.js';
import { unfinishedRuns } from '../workspace/open-run.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { choose, type Selected } from '../workspace/choose.js';
import { pick, pickManyBySearch, say, sure } from './ask.js';
import { command, reportingErrors, type Menu } from './menu.js';

/** The prompts write to the terminal themselves, in colours of their own: those of `Io` would be signs there. */
const IN_MENU = { paint: (_: unknown, text: string): string => text };

export async function batchMenu(menu: Menu): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  for (;;) {
    const choice = await pick('Batch operations', [
      { value: 'generate', label: 'Generate Images (Batch)' },
      { value: 'analyze', label: 'Analyze Images (Batch)' },
      { value: 'pipeline', label: 'Analyze, then Generate' },
      { value: 'resume', label: 'Resume Interrupted Run' },
      { value: 'history', label: 'View Batch History' },
      { value: 'back', label: 'Back' },
    ]);
    if (choice === 'back') return exit;
    exit = await reportingErrors(() => {
      switch (choice) {
        case 'generate':
        case 'analyze':
          return start(menu, choice);
        case 'pipeline':
          return both(menu);
        case 'resume':
          return resumeOne(menu);
        case 'history':
          return history(menu);
      }
    });
  }
}

/** Scope, filter, plan, confirm, run, report, failed items: the seed's way. */
async function start(menu: Menu, target: 'generate' | 'analyze'): Promise<ExitCode> {
  const workspace = await openWorkspace(menu.globals);
  const variables = runVariables({}, workspace, menu);
  const selected = await askEntities(menu, workspace);
  const entities = plural(selected.entities.length, 'entity', 'entities');
  if (target === 'generate') {
    const plan = await estimateRun(workspace, selected);
    say.boxed(
      planTotalLines(plan, workspace.world.style, await pastJobTimes(workspace)).join('\n'),
      `Plan for ${entities}`,
    );
    const open = plan.totals.pending + plan.totals.waits + plan.totals.reused + plan.totals.inFlight;
    if (open === 0) return EXIT.done;
  } else {
    const { items, cost } = await planAnalyses(workspace, selected.entities);
    const pending = items.filter((one) => one.state === 'pending' || one.state === 'stored').length;
    say.boxed(`${plural(pending, 'picture')} of ${entities} to describe, ${describeEstimate(cost)}.`, 'Plan');
    if (pending === 0) return EXIT.done;
  }
  // Enter alone never buys.
  if (!(await sure('Start the batch?', false))) return EXIT.done;
  await refuseEdited(workspace);
  const run: TargetRun = {
    workspace,
    target,
    selected,
    preview: false,
    variables,
    skipNxCache: false,
    globals: menu.globals,
    io: menu.io,
    events: false,
  };
  const result = await runTarget(run);
  await printResult(result, run);
  if (result.report !== undefined) await offerFailed(result.report);
  return result.exitCode;
}

/** Asks before each of the two by itself, once it knows what they cost. */
async function both(menu: Menu): Promise<ExitCode> {
  const workspace = await openWorkspace(menu.globals);
  const selected = await askEntities(menu, workspace);
  const options = { preview: false, yes: false, events: false, wait: undefined, maxCost: undefined };
  return pipeline(menu, workspace, selected, options);
}

async function askEntities(menu: Menu, workspace: Workspace): Promise<Selected> {
  const scope = await pick(
    'Select scope',
    SCOPES.map((value) => ({ value, label: value.slice(0, 1).toUpperCase() + value.slice(1) })),
  );
  const inScope = choose(workspace.world, { scope, filter: [] });
  const wanted = await pickManyBySearch(
    'Filter by slug',
    inScope.map((loaded) => ({
      value: loaded.id,
      label: slugOfEntity(loaded),
      hint: loaded.entity === undefined ? 'has an error' : plural(loaded.entity.scenes.length, 'scene'),
    })),
  );
  const entities = inScope.filter((loaded) => wanted.includes(loaded.id));
  const isAll = entities.length === workspace.world.entities.length;
  const selection = isAll ? undefined : new Selection(entities.map(({ id }) => id));
  return { entities, selection, takes: takesAsked(undefined, workspace, menu) };
}

async function offerFailed(report: RunReport): Promise<void> {
  const bad = report.entities
    .flatMap((one) => one.scenes)
    .filter(({ outcome }) => outcome.kind === 'failed' || isSettledWithout(outcome));
  if (bad.length === 0 || !(await sure(`View ${plural(bad.length, 'failed item')}?`))) return;
  for (const scene of bad) say.plain(`${scene.scene}\n${describeScene(scene, report.mode)}`);
}

async function resumeOne(menu: Menu): Promise<ExitCode> {
  const workspace = await openWorkspace(menu.globals);
  const runs = await unfinishedRuns(workspace);
  if (runs.length === 0) {
    say.info('No run is unfinished.');
    return EXIT.done;
  }
  const runId = await pick(
    'Select the run to resume',
    runs.map((one) => ({ value: one.runId, label: runLine(one, IN_MENU) })),
  );
  return command(menu, await import('../commands/batch-resume.js'), [runId]);
}

async function history(menu: Menu): Promise<ExitCode> {
  const workspace = await openWorkspace(menu.globals);
  const entries = await listRuns(batchFolderOf(workspace));
  if (entries.length === 0) {
    say.info('There are no runs yet.');
    return EXIT.done;
  }
  const runId = await pick('Batch history', [
    ...entries.map((one) =>
      one.kind === 'run'
        ? { value: one.run.runId, label: runLine(one.run, IN_MENU) }
        : { value: one.runId, label: `${one.runId}  damaged` },
    ),
    { value: '', label: 'Back' },
  ]);
  return runId === '' ? EXIT.done : showRun(workspace, runId, menu);
}
