import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import {
  describeEntity,
  describePlan,
  describeReport,
  NOTIFIER_VARIABLE,
  notify,
  ProgressLines,
  SELECTION_VARIABLE,
  withInterruption,
  writeJoinedReport,
  type EntityOutcome,
  type RunReport,
} from 'chargen-core';
import { terminalText } from 'chargen-core/safe-text';
import { targetDefaultsFindings } from '../target-defaults.js';
import { worldEntries } from '../world-entries.js';
import { Channel } from './channel.js';
import { entityTasks, imageryFiles, namedRoots, refusedTasks, type EntityTask } from './batch-tasks.js';
import type { EngineCall } from './engine-call.js';
import { placesOf, readOptions, type TaskOptions } from './executor-options.js';
import { noteCause } from './causes.js';

/** Not a failure: Nx would call the task flaky once it succeeds with the same hash, or replay it from its cache. */
const SKIPPED = { success: false, status: 'skipped' } as const;

interface TaskResult {
  success: boolean;
  terminalOutput: string;
  status?: 'success' | 'failure' | 'skipped';
}

export interface BatchResult {
  task: string;
  result: TaskResult;
}

export type BatchExecutor = (
  taskGraph: TaskGraph,
  optionsById: Record<string, unknown>,
  overrides: unknown,
  context: ExecutorContext,
) => AsyncGenerator<BatchResult>;

/** Reports a task; after the first time for it, nothing. */
type Report = (task: EntityTask, result: TaskResult) => void;

/** What a batch executor does, and one call of the engine for it. */
interface Job {
  readonly target: RunReport['target'];
  readonly run: (call: EngineCall) => Promise<RunReport>;
}

/**
 * All tasks of one target of one Nx run as one run at Gemini. Reports every task exactly once, also after an error:
 * Nx would start the executor again, without end, for a task that it heard nothing of.
 */
export function batchExecutor(job: Job): BatchExecutor {
  return async function* execute(taskGraph, optionsById, _overrides, context) {
    const tasks = entityTasks(taskGraph.tasks, optionsById, context);
    const left = new Map(tasks.map((task) => [task.id, task]));
    const channel = new Channel<BatchResult>();
    const report: Report = (task, result) => {
      if (!left.delete(task.id)) return;
      channel.push({
        task: task.id,
        result: { ...result, terminalOutput: terminalText(result.terminalOutput) },
      });
    };
    const work = runAll(job, tasks, context, report)
      .catch((error: unknown) => leaveUndone(error, job, [...left.values()], context, report))
      .finally(() => {
        for (const task of [...left.values()]) {
          report(task, {
            success: false,
            terminalOutput: 'chargen ended without a report for this project.\n',
          });
        }
        channel.close();
      });
    yield* channel;
    await work;
  };
}

/** A full disk, a variable that cannot be read, a damaged state file: nothing that the entity asks for. */
async function leaveUndone(
  error: unknown,
  { target }: Job,
  tasks: readonly EntityTask[],
  context: ExecutorContext,
  report: Report,
): Promise<void> {
  const message = describeFailure(error, tasks[0]?.target ?? target);
  await noteCause(context.root, { target, tasks: tasks.map(({ id }) => id), message });
  for (const task of tasks) report(task, { ...SKIPPED, terminalOutput: `${message}\n` });
}

/** What is not expected, and errors of the file system: what is paid for is at Google or in the store. */
function describeFailure(error: unknown, nxTarget: string): string {
  const text = error instanceof Error ? error.message : String(error);
  const isFileError = error instanceof Error && 'syscall' in error;
  if (!isFileError) return text;
  return (
    `A file could not be read or written: ${text}. Free space or repair the permissions, then run again: ` +
    `npx nx run-many -t ${nxTarget}. Nothing that was paid for is lost.`
  );
}

async function runAll(
  job: Job,
  tasks: readonly EntityTask[],
  context: ExecutorContext,
  report: Report,
): Promise<void> {
  const { refused, options } = readAll(tasks, context);
  if (refused.size > 0) {
    // Nothing is paid for a command that was refused: not even what its task depends on, which comes in the same batch.
    const [[other, why] = ['', '']] = refused;
    for (const task of tasks) {
      const own = refused.get(task.id);
      if (own !== undefined) report(task, { success: false, terminalOutput: `${own}\n` });
      else report(task, { ...SKIPPED, terminalOutput: `Not run, since ${other} was refused: ${why}\n` });
    }
    return;
  }
  // A world has settings of its own, and previews and real pictures never share a run, though one command may ask for
  // all of them. At once: a job of one world may take a day, and those of the others are not to wait for it.
  warnOfTargetDefaults(context, options);
  const groups = new Map<string, { readonly read: TaskOptions; readonly members: EntityTask[] }>();
  for (const { task, read } of options) {
    const name = `${read.imagesDir}\0${read.contentRoot}`;
    const group = groups.get(name) ?? { read, members: [] };
    group.members.push(task);
    groups.set(name, group);
  }
  const reports = await Promise.all(
    [...groups.values()].map(async ({ read, members }) => {
      try {
        return [await runGroup(job, read, members, context, report)];
      } catch (error) {
        await leaveUndone(error, job, members, context, report);
        return [];
      }
    }),
  );
  await keepJoined(context.root, reports.flat());
}

/** With a daemon, what the hook before the tasks printed is in the log of the daemon. */
function warnOfTargetDefaults({ nxJsonConfiguration }: ExecutorContext, options: ReadTasks['options']): void {
  const names = new Set(options.map(({ task }) => task.target));
  const warnings = worldEntries(nxJsonConfiguration.plugins)
    .filter((entry) => names.has(entry.generateTargetName) || names.has(entry.analyzeTargetName))
    .flatMap((entry) => targetDefaultsFindings(nxJsonConfiguration.targetDefaults, entry))
    .map(({ message, advice }) => `Warning: ${message} ${advice}`);
  for (const warning of new Set(warnings)) print(warning);
}

/** Of several worlds, each of which has left its own report as the last one. */
async function keepJoined(workspaceRoot: string, reports: readonly RunReport[]): Promise<void> {
  for (const mode of ['real', 'preview'] as const) {
    const ofMode = reports.filter((one) => one.mode === mode);
    if (ofMode.length > 1) await writeJoinedReport(workspaceRoot, ofMode);
  }
}

/**
 * Why tasks are refused, by id: those of this batch, and those of the whole command that depend on it. Without batches
 * a dependency comes first, in a process of its own.
 */
function readAll(tasks: readonly EntityTask[], context: ExecutorContext): ReadTasks {
  const refused = new Map(refusedTasks(context));
  const options: { task: EntityTask; read: TaskOptions }[] = [];
  for (const task of tasks) {
    const read = readOptions(task.rawOptions, task.overrides, context);
    if (read.kind === 'refused') refused.set(task.id, read.message);
    else options.push({ task, read: read.options });
  }
  return { refused, options };
}

interface ReadTasks {
  readonly refused: ReadonlyMap<string, string>;
  readonly options: readonly { readonly task: EntityTask; readonly read: TaskOptions }[];
}

async function runGroup(
  { target, run }: Job,
  options: TaskOptions,
  tasks: readonly EntityTask[],
  context: ExecutorContext,
  report: Report,
): Promise<RunReport> {
  const byRoot = new Map(tasks.map((task) => [task.root, task]));
  const { mode } = placesOf(options);
  const undone: EntityOutcome[] = [];
  const progress = new ProgressLines(print);
  const made = async (signal: AbortSignal): Promise<RunReport> => {
    const result = await run({
      workspaceRoot: context.root,
      files: imageryFiles(context.projectGraph, options.contentRoot),
      roots: tasks.map((task) => task.root),
      named: namedRoots(context.projectGraph, process.env),
      nxTarget: tasks[0]?.target ?? target,
      options,
      signal,
      onPlan: (plan) => {
        print(inWorld(options, describePlan(plan, target)));
      },
      onEvent: (event) => {
        progress.tell(event);
      },
      onEntity: (outcome) => {
        const task = byRoot.get(outcome.root);
        if (outcome.verdict === 'unfinished' && !isPartOnly(outcome)) undone.push(outcome);
        if (task !== undefined) report(task, taskResult(outcome, mode, target));
      },
    });
    if (mode === 'real' && undone.length > 0) {
      const ids = undone.flatMap(({ root }) => byRoot.get(root)?.id ?? []);
      const message = causeOf(result, undone);
      await noteCause(context.root, { target, tasks: ids, message });
    }
    print(inWorld(options, describeReport(result)));
    await notifyOf(result, context.root, options);
    return result;
  };
  return withInterruption(made, { untilDone: true });
}

/** Says which world a text is about, if there are several. */
function inWorld({ world }: TaskOptions, text: string): string {
  return world === undefined ? text : `World ${world}\n${text}`;
}

/** The end of a run, for the receiver that CHARGEN_NOTIFY names; `chargen` does it for the runs that it starts. */
async function notifyOf(report: RunReport, workspaceRoot: string, options: TaskOptions): Promise<void> {
  if (process.env[NOTIFIER_VARIABLE] === 'chargen') return;
  const warning = await notify(process.env, { workspaceRoot, places: placesOf(options) }, report);
  if (warning !== undefined) process.stderr.write(terminalText(`Warning: ${warning}\n`));
}

function taskResult(
  outcome: EntityOutcome,
  mode: RunReport['mode'],
  target: RunReport['target'],
): TaskResult {
  const terminalOutput = describeEntity(outcome, mode, target);
  switch (outcome.verdict) {
    case 'done':
      return { success: true, status: 'success', terminalOutput };
    case 'failed':
      return { success: false, status: 'failure', terminalOutput };
    case 'unfinished':
      return { ...SKIPPED, terminalOutput };
  }
}

/** Everything that `chargen` selected of the entity is there; the rest was not asked for, which has no cause outside. */
function isPartOnly({ scenes }: EntityOutcome): boolean {
  const isSelecting = (process.env[SELECTION_VARIABLE] ?? '') !== '';
  return isSelecting && scenes.every(({ outcome }) => outcome.kind !== 'pending' && outcome.kind !== 'waits');
}

/** Without a stop of the whole run, the scenes have their own reasons. */
function causeOf(report: RunReport, undone: readonly EntityOutcome[]): string {
  if (report.stopMessage !== undefined) return report.stopMessage;
  const reasons = undone.flatMap((entity) =>
    entity.scenes.flatMap(({ scene, outcome }) =>
      outcome.kind === 'pending' ? [`${scene}: ${outcome.why}`] : [],
    ),
  );
  return reasons.length === 0 ? 'Pictures are still to be made or judged.' : reasons.slice(0, 5).join('; ');
}

function print(text: string): void {
  process.stdout.write(terminalText(`${text}\n`));
}
