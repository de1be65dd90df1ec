import type { LoadedEntity } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { agreesToPlan } from '../run/agree.js';
import { dryRun } from '../run/dry-run.js';
import { estimateRun } from '../run/estimate-run.js';
import { tellResult } from '../run/run-target.js';
import { runOptionsSchema, startTarget, type Started, type StartOptions } from '../run/start-target.js';
import { choose } from '../workspace/choose.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const options = runOptionsSchema.parse(call.options);
  const workspace = await openWorkspace(call.globals);
  const chosen = choose(workspace.world, options);
  if (options.dryRun) return dryRun(workspace, chosen, call);
  const started = await startGeneration(call, workspace, chosen, options);
  if (started === undefined) return EXIT.done;
  await tellResult(started.result, started.target);
  return started.result.exitCode;
}

/** As `startTarget`. */
export function startGeneration(
  call: Pick<CommandCall, 'io' | 'globals'>,
  workspace: Workspace,
  chosen: readonly LoadedEntity[],
  options: StartOptions,
): Promise<Started | undefined> {
  return startTarget(call, { workspace, target: 'generate', chosen }, options, async () => {
    const plan = await estimateRun(workspace, chosen);
    const { pending, waits } = plan.totals;
    return pending + waits === 0 || agreesToPlan(workspace, plan, call.io);
  });
}
