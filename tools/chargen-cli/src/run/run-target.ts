import { join } from 'node:path';
import {
  exitOfReport,
  hasNews,
  NOTIFIER_VARIABLE,
  notify,
  PREVIEW_PLACES,
  REAL_PLACES,
  recordParts,
  type RunReport,
} from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import { textOfFile } from '../workspace/text-of-file.js';
import { EventFollower } from './follow-events.js';
import { writeGithubSummary } from './github-summary.js';
import { MissingPictures } from './laid-by-nx.js';
import { nxArguments, selectionVariable, takesVariable } from './nx-call.js';
import { environmentOf, withProfile } from './profile.js';
import { readReport } from './read-report.js';
import { displayFor } from './run-display.js';
import type { ChildEnd } from './run-child.js';
import { runNx } from './run-nx.js';
import type { TargetResult, TargetRun } from './target-run.js';

/** Where each executor leaves the report of its last run. */
const REPORT_FILES = { generate: 'last-report.json', analyze: 'last-analysis-report.json' } as const;

/** Runs one target through Nx, so that its cache and its hooks hold, and shows how it goes. */
export async function runTarget(run: TargetRun): Promise<TargetResult> {
  const { workspace } = run;
  if (!workspace.hasPlugin) {
    throw new CliError(
      `${workspace.workspaceRoot} is no Nx workspace with chargen-plugin, so that nothing can be run there. Make it one with: chargen init`,
    );
  }
  return notInterrupted((presses) => throughNx(run, presses));
}

async function throughNx(run: TargetRun, presses: () => number): Promise<TargetResult> {
  const { workspace, io, preview } = run;
  const { stateDir } = preview ? PREVIEW_PLACES : REAL_PLACES;
  const batchFolder = join(workspace.workspaceRoot, stateDir, 'batch');
  const reportPath = join(batchFolder, REPORT_FILES[run.target]);
  const before = textOfFile(reportPath);
  const missing =
    preview || run.target === 'analyze'
      ? undefined
      : new MissingPictures(workspace.workspaceRoot, workspace.world);
  const display = displayFor(run);
  let begun = false;
  const follower = new EventFollower(batchFolder, (event) => {
    begun = true;
    display.tell(event);
  });
  follower.start();
  display.start();
  let result: ChildEnd;
  try {
    result = await runNx({
      workspaceRoot: workspace.workspaceRoot,
      args: nxArguments(run),
      env: {
        ...withProfile(workspace.workspaceRoot, run.globals.profile, io.env),
        ...run.variables,
        ...selectionVariable(run),
        ...takesVariable(run),
        // This command writes the summary of the whole run; the plugin's hook then writes none.
        CHARGEN_STEP_SUMMARY: 'own',
        // Its warning would be lost in the output of Nx.
        [NOTIFIER_VARIABLE]: 'chargen',
      },
      onInterrupt: () => {
        display.stopping();
      },
    });
  } finally {
    follower.stop();
    display.stop();
  }
  const pressedBefore = presses();
  const after = textOfFile(reportPath);
  const report = after === before ? undefined : readReport(after);
  const wasInterrupted = (): boolean => presses() > pressedBefore;
  return endOf(run, { report, begun, result, missing, wasInterrupted });
}

interface AfterNx {
  readonly report: RunReport | undefined;
  /** It had begun. */
  readonly begun: boolean;
  readonly result: ChildEnd;
  readonly missing: MissingPictures | undefined;
  /** Whether Ctrl-C was pressed after Nx had ended. */
  readonly wasInterrupted: () => boolean;
}

/** Records and announces what was made. */
async function endOf(
  run: TargetRun,
  { report, begun, result, missing, wasInterrupted }: AfterNx,
): Promise<TargetResult> {
  const fromCache = report === undefined && result.code === 0;
  const brokeOff = report === undefined && !fromCache && begun;
  if (report !== undefined) {
    summarize(report, run.io);
    await recordMade(run, report);
    await announce(run, report);
  }
  const ofNx = fromCache ? EXIT.done : exitOfNx(result, brokeOff);
  const usual = report === undefined ? ofNx : exitOfReport(report);
  const exitCode = wasInterrupted() ? EXIT.interrupted : usual;
  const laidByNx = missing?.laidByNx(report) ?? [];
  return { exitCode, report, fromCache, laidByNx, brokeOff, nxOutput: result.output };
}

/**
 * Nx winds everything down at Ctrl-C. What comes after it is short, and is done whatever is pressed: a second Ctrl-C, a
 * moment after Nx had ended, ended the command before the record and the report were written. One listener for all of
 * it: with a pause between two, a signal that came late on a busy machine ended the process in that pause.
 */
async function notInterrupted<T>(work: (presses: () => number) => Promise<T>): Promise<T> {
  let presses = 0;
  const listener = (): void => {
    presses += 1;
  };
  process.on('SIGINT', listener);
  try {
    return await work(() => presses);
  } finally {
    process.off('SIGINT', listener);
  }
}

/** The end of a run, to a person who does something else meanwhile. */
async function announce({ workspace, globals, io, events }: TargetRun, report: RunReport): Promise<void> {
  if (report.mode === 'preview' || !hasNews(report)) return;
  const environment = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  const warning = await notify(environment, workspace, report);
  if (warning !== undefined) io.err(`Warning: ${warning}\n`);
  if (!io.liveErr || globals.json || events) return;
  const { generated, analyzed, pending, waits } = report.totals;
  const left = pending + waits;
  const title = `chargen: ${generated + analyzed} made${left === 0 ? '' : `, ${left} not yet`}`;
  // The title of the window, then the bell.
  io.draw(`\u001b]0;${title}\u0007\u0007`);
}

async function recordMade({ workspace, preview, io }: TargetRun, report: RunReport): Promise<void> {
  if (preview) return;
  await recordParts(workspace.workspaceRoot, workspace.world, report, {
    prompts: workspace.settings.recordPrompts,
    say: (line) => {
      io.err(`${line}\n`);
    },
  });
}

/** What was paid for is reported in any case, also if the summary cannot be written. */
function summarize(report: RunReport, io: Io): void {
  try {
    writeGithubSummary(report, io.env);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    io.err(`Warning: the summary of the GitHub job could not be written: ${why}\n`);
  }
}

/**
 * Mostly Nx failed before chargen was called: a graph that cannot be made, a guard that stopped the run. Once a run
 * had begun something may have been sent, and "nothing was done" would be wrong.
 */
function exitOfNx({ code, interrupted }: ChildEnd, brokeOff: boolean): ExitCode {
  if (interrupted && code === 130) return EXIT.interrupted;
  // Nx ends with 130 also if tasks were skipped, such as for a full disk, though nobody pressed Ctrl-C.
  return brokeOff || code === 130 ? EXIT.partial : EXIT.badInput;
}
