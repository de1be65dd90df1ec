import { join } from 'node:path';
import { planAnalyses, runControl, type LoadedEntity, type RunReport } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { dryRun, dryRunJson } from '../run/dry-run.js';
import { environmentOf } from '../run/profile.js';
import { resultJson, printResult } from '../run/print-result.js';
import type { TargetResult } from '../run/target-run.js';
import { runVariables } from '../run/run-variables.js';
import { runOptionsSchema, type StartOptions } from '../run/start-target.js';
import { takesAsked } from '../run/takes-asked.js';
import { select, type Selected } from '../workspace/choose.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { textOfFile } from '../workspace/text-of-file.js';
import { analysesText, startAnalysis } from './batch-analyze.js';
import { startGeneration } from './batch-generate.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const { globals, io } = call;
  const options = runOptionsSchema.parse(call.options);
  const workspace = await openWorkspace(globals);
  // A dry run too: what it was given is what the run will be given.
  runVariables(options, workspace, call);
  const selected = { ...select(workspace, options), takes: takesAsked(options.takes, workspace, call) };
  if (!options.dryRun) return pipeline(call, workspace, selected, options);
  const analyses = await planAnalyses(workspace, selected.entities);
  if (globals.json) {
    const generate = await dryRunJson(workspace, selected);
    await io.out(jsonText({ dryRun: true, analyze: analyses, generate }));
    return EXIT.done;
  }
  await io.out(`${analysesText(analyses)}\n`);
  if (analyses.items.some((one) => one.state === 'pending')) {
    io.err('Planned with what is known now; what analysis finds may ask for more of these pictures.\n');
  }
  return dryRun(workspace, selected, call);
}

/**
 * Analysis, then generation with what it found. Pictures are asked for only once every analysis is in: one that
 * came later would change their prompts, and they would be paid for twice.
 */
export async function pipeline(
  call: Pick<CommandCall, 'io' | 'globals'>,
  workspace: Workspace,
  selected: Selected,
  options: StartOptions,
): Promise<ExitCode> {
  const { io, globals } = call;
  const before = textsOf(workspace, selected.entities);
  const first = await startAnalysis(call, workspace, selected, options);
  if (first === undefined) return EXIT.done;
  const analyze = first.result;
  if (!globals.json) await printResult(analyze, first.target);
  // Analysis wrote into the files, and so what scenes ask for.
  const now = await openWorkspace(globals);
  const roots = new Set(selected.entities.map((loaded) => loaded.folder.root));
  const same = now.world.entities.filter((loaded) => roots.has(loaded.folder.root));
  const after = textsOf(now, same);
  const changed = [...after].flatMap(([file, text]) => (before.get(file) === text ? [] : [file]));
  const answer = { analyze: resultJson(analyze), changed };
  const isOver = isComplete(analyze);
  if (!globals.json) io.err(isOver ? changedText(changed) : UNFINISHED);
  const second = isOver
    ? await startGeneration(call, now, { ...selected, entities: same }, capped(call, now, options, analyze))
    : undefined;
  if (second !== undefined && !globals.json) await printResult(second.result, second.target);
  const exitCode = exitOf(analyze, second?.result);
  if (globals.json) {
    const generate = second === undefined ? null : resultJson(second.result);
    await io.out(jsonText({ exitCode, ...answer, generate }));
  }
  return exitCode;
}

const UNFINISHED =
  'Not every analysis is in, so that no picture was asked for: what is still to be found would change prompts, and ' +
  'their pictures would be made twice. The same command goes on; chargen batch generate goes on without it.\n';

function changedText(changed: readonly string[]): string {
  if (changed.length === 0) return '';
  const list = changed.map((file) => `  ${file}\n`).join('');
  return `What was found stands in these files now (git diff); an entry that you correct stays as you write it:\n${list}`;
}

/** A broken file does not count: it stops its own entity and no other. */
function isComplete({ report, exitCode }: TargetResult): boolean {
  if (report === undefined) return exitCode === EXIT.done;
  const { failed, pending, waits } = report.totals;
  return report.stop === undefined && failed + pending + waits === 0;
}

function exitOf(analyze: TargetResult, generate: TargetResult | undefined): ExitCode {
  if (generate === undefined || generate.exitCode === EXIT.done) return analyze.exitCode;
  return generate.exitCode;
}

/** One cap for both: what analysis cost is no longer there for the pictures. */
function capped(
  { io, globals }: Pick<CommandCall, 'io' | 'globals'>,
  workspace: Workspace,
  options: StartOptions,
  { report }: TargetResult,
): StartOptions {
  if (options.preview) return options;
  const environment = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  const variables = runVariables(options, workspace, { io, globals });
  const { maxCost } = runControl({ ...environment, ...variables }, workspace.settings);
  if (maxCost === undefined) return options;
  return { ...options, maxCost: String(Math.max(0, maxCost - spentOn(report))) };
}

/** An analysis of unknown price is not sent if there is a cap. */
function spentOn(report: RunReport | undefined): number {
  return report?.costUsd ?? 0;
}

function textsOf(
  { workspaceRoot }: Workspace,
  chosen: readonly LoadedEntity[],
): Map<string, string | undefined> {
  return new Map(chosen.map(({ folder }) => [folder.file, textOfFile(join(workspaceRoot, folder.file))]));
}
