import { join } from 'node:path';
import {
  describeReport,
  describeStuck,
  listRuns,
  readDeadLetters,
  readJobHistory,
  RunDirectories,
  stuckJobs,
} from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { jobLines, runLine } from '../output/run-text.js';
import { readReport } from '../run/read-report.js';
import { STOP_WORDS } from '../run/stop-words.js';
import { batchFolderOf } from '../workspace/open-results.js';
import { runCalled } from '../workspace/open-run.js';
import { openHistory, type HistoryWorkspace } from '../workspace/open-workspace.js';
import { textOfFile } from '../workspace/text-of-file.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const { args, globals, io } = call;
  const workspace = await openHistory(globals);
  const [wanted] = args;
  if (wanted !== undefined) return showRun(workspace, wanted, call);
  const entries = await listRuns(batchFolderOf(workspace));
  if (globals.json) {
    await io.out(jsonText({ runs: entries.map((one) => (one.kind === 'run' ? one.run : one)) }));
    return EXIT.done;
  }
  if (entries.length === 0) await io.out('There are no runs yet.\n');
  for (const entry of entries) {
    if (entry.kind === 'run') await io.out(`${runLine(entry.run, io)}\n`);
    else await io.out(`${entry.runId}  ${io.paint('red', 'damaged')}  ${entry.message}\n`);
  }
  return EXIT.done;
}

export async function showRun(
  workspace: Pick<HistoryWorkspace, 'workspaceRoot' | 'places'>,
  wanted: string,
  { io, globals }: Pick<CommandCall, 'io' | 'globals'>,
): Promise<ExitCode> {
  const found = await runCalled(workspace, wanted);
  const directory = new RunDirectories(batchFolderOf(workspace)).directory(found.runId);
  const report = readReport(textOfFile(directory.reportPath));
  const history = await readJobHistory(batchFolderOf(workspace));
  const stuck = stuckJobs(history, Date.now()).filter((job) => job.runId === found.runId);
  const letters = await readDeadLetters(directory);
  if (globals.json) {
    await io.out(jsonText({ run: found, stuck, report: report ?? null, failed: letters }));
    return EXIT.done;
  }
  await io.out(`${runLine(found, io)}\n`);
  for (const line of jobLines(found)) await io.out(`${line}\n`);
  for (const job of stuck) await io.out(`${io.paint('yellow', '!')} ${describeStuck(job)}\n`);
  if (report !== undefined) await io.out(`${describeReport(report, STOP_WORDS)}\n`);
  else if (letters.length > 0) {
    for (const { name, class: kind, message, advice } of letters) {
      await io.out(`✗ ${name.split('@')[0] ?? name}  ${kind}: ${message}\n    ${advice}\n`);
    }
  }
  await io.out(`Log: ${join(directory.folder, 'logs.ndjson')}\n`);
  return EXIT.done;
}
