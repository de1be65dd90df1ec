import { describeEstimate, planAnalyses, plural, type AnalysesPlan } from 'chargen-core';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { isLarge } from '../run/agree.js';
import { printResult } from '../run/print-result.js';
import { runVariables } from '../run/run-variables.js';
import { runOptionsSchema, startTarget, type Started, type StartOptions } from '../run/start-target.js';
import { select, type Selected } from '../workspace/choose.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const { io, globals } = call;
  const options = runOptionsSchema.parse(call.options);
  const workspace = await openWorkspace(globals);
  // A dry run too: what it was given is what the run will be given.
  runVariables(options, workspace, call);
  const selected = select(workspace, options);
  if (options.dryRun) {
    const plan = await planAnalyses(workspace, selected.entities);
    await io.out(globals.json ? jsonText({ dryRun: true, ...plan }) : analysesText(plan));
    return EXIT.done;
  }
  const started = await startAnalysis(call, workspace, selected, options);
  if (started === undefined) return EXIT.done;
  await printResult(started.result, started.target);
  return started.result.exitCode;
}

/** As `startTarget`. */
export function startAnalysis(
  call: Pick<CommandCall, 'io' | 'globals'>,
  workspace: Workspace,
  selected: Selected,
  options: StartOptions,
): Promise<Started | undefined> {
  return startTarget(call, { workspace, target: 'analyze', selected }, options, () =>
    agreed(workspace, selected),
  );
}

async function agreed(workspace: Workspace, selected: Selected): Promise<boolean> {
  const plan = await planAnalyses(workspace, selected.entities);
  const pending = plan.items.filter((one) => one.state === 'pending').length;
  if (pending === 0) return true;
  return confirmed(
    `Describe ${plural(pending, 'picture')} for ${describeEstimate(plan.cost)}?`,
    !isLarge(workspace, 0, plan.cost),
  );
}

export function analysesText({ items, cost }: AnalysesPlan): string {
  const open = items.filter((one) => one.state !== 'done' && one.state !== 'recorded');
  const lines = open.map(({ name, path, state }) => `○ ${name}  ${state}${path === null ? '' : `  ${path}`}`);
  const pending = items.filter((one) => one.state === 'pending').length;
  return [
    ...lines,
    `${plural(items.length, 'picture')}: ${items.length - open.length} described, ${pending} to describe, ${describeEstimate(cost)} at batch price.`,
    '',
  ].join('\n');
}
