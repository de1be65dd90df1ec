import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import {
  describeNames,
  describeReport,
  ENTITY_TYPES,
  exitOfReport,
  hasNews,
  NOTIFIER_VARIABLE,
  notify,
  plural,
  PREVIEW_PLACES,
  ProgressLines,
  REAL_PLACES,
  recordParts,
  SELECTION_VARIABLE,
  type RunReport,
  type StopWords,
} from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import type { GlobalOptions } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import type { Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';
import { textOfFile } from '../workspace/text-of-file.js';

import { EventFollower } from './follow-events.js';
import { writeGithubSummary } from './github-summary.js';
import { MissingPictures } from './laid-by-nx.js';
import { LiveBlock } from './live-block.js';
import { environmentOf, withProfile } from './profile.js';
import { readReport } from './read-report.js';
import { runNx } from './run-nx.js';
import { STOP_WORDS } from './stop-words.js';

export interface TargetRun {
  readonly workspace: Workspace;
  readonly target: 'generate' | 'analyze';
  /** Undefined for the whole world. */
  readonly selected: Selected | undefined;
  readonly preview: boolean;
  /** What steers the run, such as CHARGEN_WAIT. */
  readonly variables: Readonly<Record<string, string>>;
  /** Ask again although Nx remembers the result. */
  readonly skipNxCache: boolean;
  readonly globals: GlobalOptions;
  readonly io: Io;
  /** Each event as a line of JSON on standard error. */
  readonly events: boolean;
}

export interface TargetResult {
  readonly exitCode: ExitCode;
  /** Undefined if Nx had everything in its cache, or never came to run anything. */
  readonly report: RunReport | undefined;
  readonly fromCache: boolean;
  /** Names of the scenes whose pictures Nx took from its cache. */
  readonly laidByNx: readonly string[];
  /** It had begun, and ended without a report: its process crashed or was killed, or nothing could be written. */
  readonly brokeOff: boolean;
  readonly nxOutput: string;
}

/** An argument of a command line may have 128 KiB on Linux. */
const MAX_ARGUMENT = 100_000;

/** Where each executor leaves the report of its last run. */
const REPORT_FILES = { generate: 'last-report.json', analyze: 'last-analysis-report.json' } as const;

/** Runs one target through Nx, so that its cache and its hooks hold, and shows how it goes. */
export async function runTarget(run: TargetRun): Promise<TargetResult> {
  const { workspace, io, preview } = run;
  if (!workspace.hasPlugin) {
    throw new CliError(
      `${workspace.workspaceRoot} is no Nx workspace with chargen-plugin, so that nothing can be run there. Make it one with: chargen init`,
    );
  }
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
  let result: Awaited<ReturnType<typeof runNx>>;
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
  const after = textOfFile(reportPath);
  const report = after === before ? undefined : readReport(after);
  const fromCache = report === undefined && result.code === 0;
  const brokeOff = report === undefined && !fromCache && begun;
  if (report !== undefined) {
    summarize(report, io);
    await recordMade(run, report);
    await announce(run, report);
  }
  const exitCode =
    report !== undefined ? exitOfReport(report) : fromCache ? EXIT.done : exitOfNx(result.code, brokeOff);
  const laidByNx = missing?.laidByNx(report) ?? [];
  return { exitCode, report, fromCache, laidByNx, brokeOff, nxOutput: result.output };
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
function exitOfNx(code: number, brokeOff: boolean): ExitCode {
  if (code === 130) return EXIT.interrupted;
  return brokeOff ? EXIT.partial : EXIT.badInput;
}

/**
 * Nx starts whole entities and those that they show; the executor makes of them what was selected, and what that
 * waits for. A preview costs nothing, so that it draws all of them.
 */
function selectionVariable({ selected, target, preview }: TargetRun): Record<string, string> {
  if (selected?.selection === undefined || target !== 'generate' || preview) return {};
  const text = JSON.stringify(selected.selection.names);
  if (text.length > MAX_ARGUMENT) {
    throw new CliError('So many scenes cannot be named to Nx at once. Select fewer, or whole entities.');
  }
  return { [SELECTION_VARIABLE]: text };
}

/**
 * As many as the plan was made with, also if the environment says otherwise: a blank, since Nx fills an empty variable
 * from .env. A preview is asked for no more takes than the files state.
 */
function takesVariable({ selected, target, preview }: TargetRun): Record<string, string> {
  if (selected === undefined || target !== 'generate' || preview) return {};
  return { CHARGEN_TAKES: String(selected.takes ?? ' ') };
}

function nxArguments({ workspace, target, selected, preview, skipNxCache }: TargetRun): string[] {
  const chosen = selected?.entities;
  const { options, world } = workspace;
  const name = target === 'generate' ? options.generateTargetName : options.analyzeTargetName;
  const types = ENTITY_TYPES.map((type) => `tag:type:${type}`).join(',');
  const everything = options.tag === undefined ? types : `tag:${options.tag}`;
  const folders = (chosen ?? []).map((loaded) => `directory:${loaded.folder.root}`).join(',');
  const all = chosen === undefined || chosen.length === world.entities.length;
  if (!all && folders.length > MAX_ARGUMENT) {
    throw new CliError('So many entities cannot be named to Nx at once. Leave the filter out, or narrow it.');
  }
  return [
    'run-many',
    '-t',
    name,
    `--projects=${all ? everything : folders}`,
    ...(preview ? ['-c', 'preview'] : []),
    ...(skipNxCache ? ['--skip-nx-cache'] : []),
    '--outputStyle=stream',
  ];
}

interface Display {
  readonly tell: (event: Parameters<LiveBlock['tell']>[0]) => void;
  start(): void;
  stop(): void;
  /** Ctrl-C was pressed: what is on the wire is let finish, which may take a while. */
  stopping(): void;
}

const STOPPING =
  'Stopping. What is on its way to Google is let finish first; another Ctrl-C changes nothing.';
const SAFE_TO_STOP = 'Ctrl-C is safe: the job goes on at Google';

/** NDJSON if it was asked for, one block in a terminal, else a plain line a change. */
function displayFor({ io, events, globals, preview }: TargetRun): Display {
  const nothing = { start: () => undefined, stop: () => undefined };
  if (events) {
    return {
      ...nothing,
      stopping: () => undefined,
      tell: ({ at, event }) => {
        io.err(`${JSON.stringify({ at: new Date(at).toISOString(), ...event })}\n`);
      },
    };
  }
  if (io.liveErr && !globals.json) {
    const write = (text: string): void => {
      io.draw(text);
    };
    const block = new LiveBlock({ columns: () => io.columns, write }, preview ? undefined : SAFE_TO_STOP);
    return {
      start: () => {
        block.start();
      },
      stop: () => {
        block.stop();
      },
      stopping: () => {
        block.say(STOPPING);
      },
      tell: (event) => {
        block.tell(event);
      },
    };
  }
  const lines = new ProgressLines((line) => {
    io.err(`${line}\n`);
  });
  return {
    ...nothing,
    stopping: () => {
      io.err(`${STOPPING}\n`);
    },
    tell: ({ event }) => {
      // Nothing is paid for a preview, so that no estimate is shown.
      if (preview && event.kind === 'run-planned') io.err(`Drawing ${plural(event.items, 'preview')}.\n`);
      else lines.tell(event);
    },
  };
}

/** What is reported when a run is over. */
export async function printResult(
  result: TargetResult,
  { io, globals, target }: TargetRun,
  words: StopWords = STOP_WORDS,
): Promise<void> {
  const { report, fromCache, laidByNx, brokeOff, nxOutput } = result;
  if (globals.json) {
    await io.out(jsonText(resultJson(result)));
    return;
  }
  const restored =
    laidByNx.length === 0
      ? ''
      : `Nx took ${plural(laidByNx.length, 'picture')} from its cache; nothing was paid: ${describeNames(laidByNx)}.\n`;
  if (report !== undefined) {
    await io.out(`${describeReport(report, words)}\n${restored}`);
    return;
  }
  if (fromCache) {
    await io.out(
      restored === '' ? `Nothing had to be done: Nx has the results of ${target} in its cache.\n` : restored,
    );
    return;
  }
  if (result.exitCode === EXIT.interrupted && !brokeOff) {
    io.err('Stopped. Nothing was submitted.\n');
    return;
  }
  const why = brokeOff
    ? 'The run ended without a report: the cause stands above, unless its process crashed or was killed. Nothing that was paid for is lost. Go on with: npx chargen batch resume'
    : 'Nx ended before chargen could begin; its output is above.';
  io.err(`${stripVTControlCharacters(nxOutput).trim()}\n\n${why}\n`);
}

/** The same for scripts. */
export function resultJson({
  exitCode,
  fromCache,
  laidByNx,
  brokeOff,
  report,
  nxOutput,
}: TargetResult): object {
  return {
    exitCode,
    fromCache,
    laidByNx,
    report: report ?? null,
    ...(report === undefined && !fromCache ? { brokeOff, nxOutput } : {}),
  };
}
