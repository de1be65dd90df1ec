import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { runVariables } from '../run/run-variables.js';
import { STOP_WORDS_OF_COLLECT } from '../run/stop-words.js';
import { unfinishedRuns } from '../workspace/open-run.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import { runOptionsSchema } from '../run/start-target.js';
import { nothingToResume, resume } from './batch-resume.js';

/** Takes what Google has finished, and submits nothing. */
export async function run(call: CommandCall): Promise<ExitCode> {
  const options = runOptionsSchema.parse(call.options);
  const workspace = await openWorkspace(call.globals);
  const variables = runVariables(options, workspace, call);
  const open = await unfinishedRuns(workspace);
  if (open.length === 0) {
    return nothingToResume(call, 'Nothing is to be collected: no run is unfinished.');
  }
  return resume(call, workspace, open, {
    variables: { CHARGEN_WAIT: '0', ...variables, CHARGEN_SUBMIT: 'never' },
    events: options.events,
    words: STOP_WORDS_OF_COLLECT,
    // "Not submitting" is what was asked for: the question is only whether something is left at Google.
    judge: async (exit) =>
      exit === EXIT.running && (await unfinishedRuns(workspace)).length === 0 ? EXIT.done : exit,
  });
}
