import type { ExecutorContext } from '@nx/devkit';
import {
  ContentReader,
  diagnosticLine,
  locateInWorkspace,
  plural,
  withInterruption,
  type LoadedEntity,
} from 'chargen-core';
import { terminalText } from 'chargen-core/safe-text';
import { exportWorld, MISSING, type ExportOptions, type ExportOutcome } from 'chargen-export';
import type { WorldEntry } from '../world-entries.js';
import type { BatchExecutor, BatchResult } from './batch-executor.js';
import { entityTasks, imageryFiles, type EntityTask } from './batch-tasks.js';
import { Channel } from './channel.js';
import { exportWorldOf } from './export-tasks.js';

/** Tasks of one world, which is read once for all of them. */
interface WorldTasks {
  readonly entry: WorldEntry;
  readonly wanted: ExportOptions;
  readonly byRoot: Map<string, EntityTask>;
}

type Report = (task: EntityTask, success: boolean | 'skipped', text: string) => void;

/**
 * All `export` tasks of one Nx run in one process, one picture after the other. Reports every task exactly once: Nx
 * would start the executor again for one that it heard nothing of.
 */
export const exportBatch: BatchExecutor = async function* exportBatch(taskGraph, optionsById, _, context) {
  const tasks = entityTasks(taskGraph.tasks, optionsById, context);
  const left = new Map(tasks.map((task) => [task.id, task]));
  const channel = new Channel<BatchResult>();
  const report: Report = (task, success, text) => {
    if (!left.delete(task.id)) return;
    const status = success === 'skipped' ? success : success ? 'success' : 'failure';
    const terminalOutput = terminalText(`${text}\n`);
    channel.push({ task: task.id, result: { success: success === true, status, terminalOutput } });
  };
  const leave = (why: string): void => {
    for (const task of [...left.values()]) report(task, 'skipped', why);
  };
  const work = exportAll(tasks, context, report)
    .catch((error: unknown) => {
      leave(error instanceof Error ? error.message : String(error));
    })
    .finally(() => {
      leave('Not exported: the run was stopped.');
      channel.close();
    });
  yield* channel;
  await work;
};

async function exportAll(
  tasks: readonly EntityTask[],
  context: ExecutorContext,
  report: Report,
): Promise<void> {
  const worlds = new Map<string, WorldTasks>();
  for (const task of tasks) {
    const read = exportWorldOf(task.rawOptions, task.overrides, context);
    if (read.kind === 'refused') {
      report(task, false, read.message);
      continue;
    }
    const { contentRoot } = read.entry;
    const world = worlds.get(contentRoot) ?? { ...read, byRoot: new Map<string, EntityTask>() };
    world.byRoot.set(task.root, task);
    worlds.set(contentRoot, world);
  }
  await withInterruption(
    async (signal) => {
      for (const world of worlds.values()) await exportOne(world, context, signal, report);
    },
    { untilDone: true },
  );
}

async function exportOne(
  { entry, wanted, byRoot }: WorldTasks,
  { root, projectGraph }: ExecutorContext,
  signal: AbortSignal,
  report: Report,
): Promise<void> {
  const files = imageryFiles(projectGraph, entry.contentRoot);
  await exportWorld({
    workspaceRoot: root,
    world: new ContentReader(root).load(files, entry.styleFile),
    settings: entry.settings,
    options: wanted,
    chosen: ({ folder }) => byRoot.has(folder.root),
    signal,
    onEntity: (loaded, outcome) => {
      const task = byRoot.get(loaded.folder.root);
      if (task !== undefined) reportEntity(root, task, loaded, outcome, wanted, report);
    },
  });
}

function reportEntity(
  workspaceRoot: string,
  task: EntityTask,
  loaded: LoadedEntity,
  outcome: ExportOutcome,
  { folder }: ExportOptions,
  report: Report,
): void {
  switch (outcome.kind) {
    case 'exported': {
      const { scenes, missing } = outcome.file;
      const copies = scenes.reduce((sum, { files }) => sum + files.length, 0);
      const list = missing.map(({ id, why }) => `\n  ${id}: ${MISSING[why]}`).join('');
      const what = `${plural(scenes.length, 'picture')}, ${plural(copies, 'copy', 'copies')} in ${folder}/${loaded.id}`;
      const kept = copies - outcome.encoded;
      report(
        task,
        true,
        `${what}${kept === 0 ? '' : `, ${kept} of them as before`}.${list && ` Missing:${list}`}`,
      );
      return;
    }
    case 'broken': {
      const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
      report(task, false, locateInWorkspace(workspaceRoot, errors).map(diagnosticLine).join('\n'));
      return;
    }
    case 'failed': {
      const text = `A file could not be read or written: ${outcome.why}. Free space or repair the permissions, then run again.`;
      // Nx drops the output of skipped tasks in some styles.
      process.stderr.write(terminalText(`chargen: ${loaded.id}: ${text}\n`));
      report(task, 'skipped', text);
    }
  }
}
