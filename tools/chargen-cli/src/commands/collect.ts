import type { RunSummary } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { runVariables } from '../run/run-variables.js';
import { STOP_WORDS_OF_COLLECT } from '../run/stop-words.js';
import { hasOpenJobs, unfinishedRuns } from '../workspace/open-run.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { runOptionsSchema } from '../run/start-target.js';
import { nothingToResume, resume } from './batch-resume.js';

/** A run of which everything was taken may still have scenes to ask for: that is for `batch resume`. */
async function runsAtGoogle(workspace: Workspace): Promise<RunSummary[]> {
  return (await unfinishedRuns(workspace)).filter(hasOpenJobs);
}

/** Takes what Google has finished, and submits nothing. */
export async function run(call: CommandCall): Promise<ExitCode> {
  const options = runOptionsSchema.parse(call.options);
  const workspace = await openWorkspace(call.globals);
  const variables = runVariables(options, workspace, call);
  const open = await runsAtGoogle(workspace);
  if (open.length === 0) {
    return nothingToResume(call, 'Nothing is to be collected: no run has a job at Google.');
  }
  return resume(call, workspace, open, {
    variables: { CHARGEN_WAIT: '0', ...variables, CHARGEN_SUBMIT: 'never' },
    events: options.events,
    words: STOP_WORDS_OF_COLLECT,
    // "Not submitting" is what was asked for: the question is only whether something is left at Google.
    judge: async (exit) =>
      exit === EXIT.running && (await runsAtGoogle(workspace)).length === 0 ? EXIT.done : exit,
  });
}
