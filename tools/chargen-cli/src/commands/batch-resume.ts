import type { RunSummary } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { entitiesOfRun } from '../run/entities-of-run.js';
import { runTarget, tellResult, type TargetRun } from '../run/run-target.js';
import { isUnfinished, runCalled, unfinishedRuns } from '../workspace/open-run.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { refuseEdited, runOptionsSchema, runVariables } from './batch-generate.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const { args, globals, io } = call;
  const options = runOptionsSchema.parse(call.options);
  const workspace = await openWorkspace(globals);
  const [wanted] = args;
  const runs = wanted === undefined ? await unfinishedRuns(workspace) : [await runCalled(workspace, wanted)];
  const open = runs.filter(isUnfinished);
  if (open.length === 0) {
    const [only] = runs;
    const message =
      only === undefined ? 'No run is unfinished.' : `The run ${only.runId} is over (${only.phase}).`;
    if (globals.json)
      await io.out(jsonText({ exitCode: EXIT.done, fromCache: false, report: null, message }));
    else await io.out(`${message}\n`);
    return EXIT.done;
  }
  return resume(call, workspace, open, runVariables(options), options.events);
}

/** Goes on with runs through Nx: what they left is collected, and what they did not ask for is asked. */
export async function resume(
  { io, globals }: Pick<CommandCall, 'io' | 'globals'>,
  workspace: Workspace,
  runs: readonly RunSummary[],
  variables: Readonly<Record<string, string>>,
  events: boolean,
): Promise<ExitCode> {
  await refuseEdited(workspace);
  let exit: ExitCode = EXIT.done;
  for (const kind of ['analyze', 'generate'] as const) {
    const ids = runs.filter((one) => one.kind === kind).map((one) => one.runId);
    if (ids.length === 0) continue;
    const target: TargetRun = {
      workspace,
      target: kind,
      chosen: await entitiesOfRun(workspace, ids),
      preview: false,
      variables,
      // Nx may hold a result from before; what lies at Google is asked for all the same.
      skipNxCache: true,
      globals,
      io,
      events,
    };
    const result = await runTarget(target);
    await tellResult(result, target);
    if (result.exitCode !== EXIT.done) exit = result.exitCode;
  }
  return exit;
}
