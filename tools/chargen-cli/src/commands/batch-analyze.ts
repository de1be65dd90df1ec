import { describeEstimate, planAnalyses, plural, type AnalysesPlan, type LoadedEntity } from 'chargen-core';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { runVariables } from '../run/run-variables.js';
import { runTarget, tellResult, type TargetResult, type TargetRun } from '../run/run-target.js';
import { choose } from '../workspace/choose.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { refuseEdited, runOptionsSchema, type RunOptions } from './batch-generate.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const { io, globals } = call;
  const options = runOptionsSchema.parse(call.options);
  const workspace = await openWorkspace(globals);
  const chosen = choose(workspace.world, options);
  if (options.dryRun) {
    const plan = await planAnalyses(workspace, chosen);
    await io.out(globals.json ? jsonText({ dryRun: true, ...plan }) : analysesText(plan));
    return EXIT.done;
  }
  const started = await startAnalysis(call, workspace, chosen, options);
  if (started === undefined) return EXIT.done;
  await tellResult(started.result, started.target);
  return started.result.exitCode;
}

/** Runs it, having asked where a person sits; undefined for a no. What came of it is for the caller to tell. */
export async function startAnalysis(
  { io, globals }: Pick<CommandCall, 'io' | 'globals'>,
  workspace: Workspace,
  chosen: readonly LoadedEntity[],
  options: Pick<RunOptions, 'preview' | 'yes' | 'events' | 'wait' | 'maxCost'>,
): Promise<{ readonly result: TargetResult; readonly target: TargetRun } | undefined> {
  const { preview, yes, events } = options;
  const variables = runVariables(options, workspace, { io, globals });
  if (!preview) await refuseEdited(workspace);
  if (io.interactive && !yes && !preview && !globals.json) {
    const plan = await planAnalyses(workspace, chosen);
    const pending = plan.items.filter((one) => one.state === 'pending').length;
    const message = `Describe ${plural(pending, 'picture')} for ${describeEstimate(plan.cost)}?`;
    if (pending > 0 && !(await confirmed(message))) return undefined;
  }
  const target: TargetRun = {
    workspace,
    target: 'analyze',
    chosen,
    preview,
    variables,
    skipNxCache: false,
    globals,
    io,
    events,
  };
  return { result: await runTarget(target), target };
}

export function analysesText({ items, cost }: AnalysesPlan): string {
  const open = items.filter((one) => one.state !== 'done' && one.state !== 'recorded');
  const lines = open.map(({ name, path, state }) => `○ ${name}  ${state}${path === null ? '' : `  ${path}`}`);
  const pending = items.filter((one) => one.state === 'pending').length;
  return [
    ...lines,
    `${plural(items.length, 'picture')}: ${String(items.length - open.length)} described, ${String(pending)} to describe, ${describeEstimate(cost)} at batch price.`,
    '',
  ].join('\n');
}
