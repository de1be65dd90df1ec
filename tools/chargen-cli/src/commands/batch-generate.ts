import {
  describeEdited,
  describeEstimate,
  findEditedPictures,
  plural,
  type LoadedEntity,
  type WorldPlan,
} from 'chargen-core';
import { z } from 'zod';
import { CliError } from '../cli/cli-error.js';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { dryRun } from '../run/dry-run.js';
import { estimateRun } from '../run/estimate-run.js';
import { runVariables } from '../run/run-variables.js';
import { runTarget, tellResult, type TargetResult, type TargetRun } from '../run/run-target.js';
import { choiceSchema, choose } from '../workspace/choose.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';

export const runOptionsSchema = choiceSchema.extend({
  dryRun: z.boolean().default(false),
  preview: z.boolean().default(false),
  yes: z.boolean().default(false),
  events: z.boolean().default(false),
  wait: z.string().optional(),
  maxCost: z.string().optional(),
});
export type RunOptions = z.infer<typeof runOptionsSchema>;

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

/** Runs it, having asked where a person sits; undefined for a no. What came of it is for the caller to tell. */
export async function startGeneration(
  { io, globals }: Pick<CommandCall, 'io' | 'globals'>,
  workspace: Workspace,
  chosen: readonly LoadedEntity[],
  options: Pick<RunOptions, 'preview' | 'yes' | 'events' | 'wait' | 'maxCost'>,
): Promise<{ readonly result: TargetResult; readonly target: TargetRun } | undefined> {
  const { preview, yes, events } = options;
  const variables = runVariables(options, workspace, { io, globals });
  if (!preview) await refuseEdited(workspace);
  if (io.interactive && !yes && !preview && !globals.json) {
    const plan = await estimateRun(workspace, chosen);
    if (!(await confirmPlan(plan))) return undefined;
  }
  const target: TargetRun = {
    workspace,
    target: 'generate',
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

/** Nx would stop for them too, but with a long trace; and what is theirs is kept by then. */
export async function refuseEdited(workspace: Workspace): Promise<void> {
  const edited = await findEditedPictures(workspace);
  if (edited.length > 0) throw new CliError(describeEdited(edited), EXIT.badInput, 'edited');
}

async function confirmPlan(plan: WorldPlan): Promise<boolean> {
  const { totals } = plan;
  const open = totals.pending + totals.waits;
  if (open === 0) return true;
  return confirmed(`Make ${plural(totals.requests, 'picture')} for ${describeEstimate(totals.cost)}?`);
}
