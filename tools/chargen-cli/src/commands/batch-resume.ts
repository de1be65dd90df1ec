import type { RunSummary, StopWords } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { moreSerious } from '../run/exit-of-report.js';
import { selectionsOfRuns } from '../run/selections-of-runs.js';
import { STOP_WORDS, STOP_WORDS_OF_GONE } from '../run/stop-words.js';
import { runVariables } from '../run/run-variables.js';
import { resultJson, printResult } from '../run/print-result.js';
import { runTarget } from '../run/run-target.js';
import type { TargetRun } from '../run/target-run.js';
import type { Selected } from '../workspace/choose.js';
import { isUnfinished, runCalled, unfinishedRuns } from '../workspace/open-run.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { refuseEdited, runOptionsSchema } from '../run/start-target.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const { args, globals } = call;
  const options = runOptionsSchema.parse(call.options);
  const workspace = await openWorkspace(globals);
  const variables = runVariables(options, workspace, call);
  const [wanted] = args;
  const runs = wanted === undefined ? await unfinishedRuns(workspace) : [await runCalled(workspace, wanted)];
  const open = runs.filter(isUnfinished);
  if (open.length === 0) {
    const [only] = runs;
    const message =
      only === undefined
        ? 'No run is unfinished.'
        : only.jobs.length === 0
          ? `The run ${only.runId} has asked for nothing; there is nothing to resume.`
          : `The run ${only.runId} is over (${only.phase}).`;
    return nothingToResume(call, message);
  }
  return resume(call, workspace, open, {
    variables,
    events: options.events,
    words: STOP_WORDS,
    judge: (exit) => Promise.resolve(exit),
  });
}

interface Resuming {
  readonly variables: Readonly<Record<string, string>>;
  readonly events: boolean;
  readonly words: StopWords;
  /** What the command ends with, by what its runs ended with. */
  readonly judge: (exit: ExitCode) => Promise<ExitCode>;
}

/** The answer of `resume` if there is nothing to resume. */
export async function nothingToResume({ io, globals }: CommandCall, message: string): Promise<ExitCode> {
  await io.out(globals.json ? jsonText({ exitCode: EXIT.done, results: [], message }) : `${message}\n`);
  return EXIT.done;
}

/** Goes on with runs through Nx: what they left is collected, and what they did not ask for is asked. */
export async function resume(
  { io, globals }: Pick<CommandCall, 'io' | 'globals'>,
  workspace: Workspace,
  runs: readonly RunSummary[],
  { variables, events, words, judge }: Resuming,
): Promise<ExitCode> {
  await refuseEdited(workspace);
  let exit: ExitCode = EXIT.done;
  const results: object[] = [];
  for (const { kind, selected } of await parts(workspace, runs)) {
    const isGone = selected === 'gone';
    const target: TargetRun = {
      workspace,
      target: kind,
      selected: isGone ? undefined : selected,
      preview: false,
      variables: isGone ? { ...variables, CHARGEN_SUBMIT: 'never' } : variables,
      // Nx may hold a result from before; what is at Google is asked for all the same.
      skipNxCache: true,
      globals,
      io,
      events,
    };
    const result = await runTarget(target);
    if (globals.json) results.push({ target: kind, ...resultJson(result) });
    else await printResult(result, target, isGone && words === STOP_WORDS ? STOP_WORDS_OF_GONE : words);
    exit = moreSerious(exit, result.exitCode);
    // A person who pressed Ctrl-C wants the rest even less: it might send something new.
    if (exit === EXIT.interrupted) break;
  }
  const exitCode = await judge(exit);
  if (globals.json) await io.out(jsonText({ exitCode, results }));
  return exitCode;
}

/** One part for each run of Nx that is needed: analyses first, and runs that asked for as many takes together. */
async function parts(
  workspace: Workspace,
  runs: readonly RunSummary[],
): Promise<readonly { readonly kind: RunSummary['kind']; readonly selected: Selected | 'gone' }[]> {
  const found = [];
  for (const kind of ['analyze', 'generate'] as const) {
    const ids = runs.filter((one) => one.kind === kind).map((one) => one.runId);
    for (const selected of await selectionsOfRuns(workspace, ids)) found.push({ kind, selected });
  }
  return found;
}
