import { cancelRun, describeCancel, progressLine, runControl, Selection, SYSTEM_CLOCK } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { askAgain } from '../run/ask-again.js';
import { agreesToMove, scenesToMove, useModel, type Move } from '../run/move-run.js';
import { openDoor } from '../run/open-door.js';
import { entitiesOfRun } from '../run/entities-of-run.js';
import { environmentOf } from '../run/profile.js';
import { interruptible } from '../run/interruptible.js';
import { resultJson, printResult } from '../run/print-result.js';
import { runVariables } from '../run/run-variables.js';
import { refuseEdited } from '../run/start-target.js';
import { batchFolderOf, openResults } from '../workspace/open-results.js';
import { runCalled } from '../workspace/open-run.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { select } from '../workspace/choose.js';

const optionsSchema = z.object({
  andRetry: z.boolean().default(false),
  model: z.string().optional(),
  yes: z.boolean().default(false),
  events: z.boolean().default(false),
  wait: z.string().optional(),
  maxCost: z.string().optional(),
});
type Options = z.infer<typeof optionsSchema>;

export async function run(call: CommandCall): Promise<ExitCode> {
  const { args, globals, io } = call;
  const options = optionsSchema.parse(call.options);
  const workspace = await openWorkspace(globals);
  const { runId, kind } = await runCalled(workspace, args[0] ?? '');
  if (!options.andRetry) {
    refuseLoneOptions(options);
    const report = await cancel(call, workspace, runId, { kind, andRetry: false });
    await io.out(globals.json ? jsonText(report) : `${describeCancel(report)}\n`);
    return report.isOver ? EXIT.done : EXIT.running;
  }
  const variables = runVariables(options, workspace, call);
  await refuseEdited(workspace);
  const move = await scenesToMove(call, workspace, { runId, kind, model: options.model });
  if (!(await agreesToMove(call, move, options.yes))) return EXIT.done;
  const report = await cancel(call, workspace, runId, { kind, andRetry: true });
  if (!globals.json) await io.out(`${describeCancel(report)}\n`);
  return retry(call, move, { variables, options, report });
}

interface Retry {
  readonly variables: Readonly<Record<string, string>>;
  readonly options: Options;
  readonly report: Awaited<ReturnType<typeof cancelRun>>;
}

/** Asks anew for exactly what the run still waited for. */
async function retry(
  { globals, io }: CommandCall,
  move: Move,
  { variables, options, report }: Retry,
): Promise<ExitCode> {
  const { runId, kind, model } = move;
  const { names, refused } =
    model === undefined ? { names: move.scenes, refused: 0 } : await useModel(move, model, io);
  const asked = new Selection(names);
  // Read again: the model stands in the authors' files now.
  const workspace = await openWorkspace(globals);
  const selected =
    kind === 'analyze'
      ? await entitiesOfRun(workspace, [runId])
      : names.length === 0
        ? undefined
        : {
            ...select(workspace, { scope: 'all', filter: [], tag: [], scene: [...names], project: [] }),
            selection: new Selection([...names, ...move.spares.filter((one) => asked.hasName(one))]),
            takes: move.takes,
          };
  if (selected === undefined) {
    const exitCode = refused > 0 ? EXIT.badInput : report.isOver ? EXIT.done : EXIT.running;
    if (globals.json) await io.out(jsonText({ exitCode, ...report, scenes: [], result: null }));
    else if (refused === 0)
      await io.out('Nothing of it is to be asked anew. What is pending: chargen plan\n');
    return exitCode;
  }
  const { events } = options;
  const { result, target } = await askAgain(
    { globals, io },
    { workspace, target: kind, selected, variables, events, refused },
  );
  const { exitCode } = result;
  if (globals.json)
    await io.out(jsonText({ exitCode, ...report, scenes: names, result: resultJson(result) }));
  else await printResult(result, target);
  return exitCode;
}

function refuseLoneOptions({ model, wait, maxCost, events }: Options): void {
  const given = [
    ...(model === undefined ? [] : ['--model']),
    ...(wait === undefined ? [] : ['--wait']),
    ...(maxCost === undefined ? [] : ['--max-cost']),
    ...(events ? ['--events'] : []),
  ];
  if (given.length > 0)
    throw new CliError(`${given.join(', ')} is only for: chargen cancel <runId> --and-retry`);
}

async function cancel(
  { globals, io }: CommandCall,
  workspace: Workspace,
  runId: string,
  { kind, andRetry }: { readonly kind: 'generate' | 'analyze'; readonly andRetry: boolean },
): ReturnType<typeof cancelRun> {
  const env = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  const control = runControl(env, workspace.settings);
  return interruptible((signal) =>
    cancelRun({
      workspaceRoot: workspace.workspaceRoot,
      batchFolder: batchFolderOf(workspace),
      runId,
      settings: workspace.settings,
      store: openResults(workspace, env, io),
      openDoor: () => openDoor(env, kind),
      listener: (event) => {
        const line = progressLine(event);
        if (line !== undefined) io.err(`${line}\n`);
      },
      signal,
      clock: SYSTEM_CLOCK,
      settleMs: control.settleMs,
      retryPause: control.retryPause,
      andRetry,
    }),
  );
}
