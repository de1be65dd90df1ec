import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { agreesToPlan } from '../run/agree.js';
import { dryRun } from '../run/dry-run.js';
import { estimateRun } from '../run/estimate-run.js';
import { printResult } from '../run/print-result.js';
import { runVariables } from '../run/run-variables.js';
import { runOptionsSchema, startTarget, type Started, type StartOptions } from '../run/start-target.js';
import { takesAsked } from '../run/takes-asked.js';
import { select, type Selected } from '../workspace/choose.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const options = runOptionsSchema.parse(call.options);
  const workspace = await openWorkspace(call.globals);
  // A dry run too: what it was given is what the run will be given.
  runVariables(options, workspace, call);
  const selected = { ...select(workspace, options), takes: takesAsked(options.takes, workspace, call) };
  if (options.dryRun) return dryRun(workspace, selected, call);
  const started = await startGeneration(call, workspace, selected, options);
  if (started === undefined) return EXIT.done;
  await printResult(started.result, started.target);
  return started.result.exitCode;
}

/** As `startTarget`. */
export function startGeneration(
  call: Pick<CommandCall, 'io' | 'globals'>,
  workspace: Workspace,
  selected: Selected,
  options: StartOptions,
): Promise<Started | undefined> {
  return startTarget(call, { workspace, target: 'generate', selected }, options, async () => {
    const plan = await estimateRun(workspace, selected);
    const { pending, waits } = plan.totals;
    return pending + waits === 0 || agreesToPlan(workspace, plan, call.io);
  });
}
