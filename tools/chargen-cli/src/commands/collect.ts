import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { unfinishedRuns } from '../workspace/open-run.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import { runOptionsSchema, runVariables } from './batch-generate.js';
import { resume } from './batch-resume.js';

/** Takes what Google has finished, and submits nothing. */
export async function run(call: CommandCall): Promise<ExitCode> {
  const { globals, io } = call;
  const options = runOptionsSchema.parse(call.options);
  const workspace = await openWorkspace(globals);
  const open = await unfinishedRuns(workspace);
  if (open.length === 0) {
    const message = 'Nothing is to be collected: no run is unfinished.';
    if (globals.json)
      await io.out(jsonText({ exitCode: EXIT.done, fromCache: false, report: null, message }));
    else await io.out(`${message}\n`);
    return EXIT.done;
  }
  const variables = { CHARGEN_WAIT: '0', ...runVariables(options), CHARGEN_SUBMIT: 'never' };
  const exit = await resume(call, workspace, open, variables, options.events);
  // "Not submitting" is what was asked for: the question is only whether something is left at Google.
  if (exit !== EXIT.running) return exit;
  return (await unfinishedRuns(workspace)).length > 0 ? EXIT.running : EXIT.done;
}
