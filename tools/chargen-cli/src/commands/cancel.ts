import { cancelRun, describeCancel, progressLine, runControl, SYSTEM_CLOCK } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { openDoor } from '../run/open-door.js';
import { environmentOf } from '../run/profile.js';
import { interruptible } from '../run/interruptible.js';
import { batchFolderOf, openResults } from '../workspace/open-results.js';
import { runCalled } from '../workspace/open-run.js';
import { openWorkspace } from '../workspace/open-workspace.js';

export async function run({ args, globals, io }: CommandCall): Promise<ExitCode> {
  const workspace = await openWorkspace(globals);
  const { runId, kind } = await runCalled(workspace, args[0] ?? '');
  const env = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  const control = runControl(env, workspace.settings);
  const report = await interruptible((signal) =>
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
    }),
  );
  await io.out(globals.json ? jsonText(report) : `${describeCancel(report)}\n`);
  return report.isOver ? EXIT.done : EXIT.running;
}
