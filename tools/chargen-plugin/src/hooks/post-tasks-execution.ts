import type { PostTasksExecution } from '@nx/devkit';
import type { RecordParts } from 'chargen-core';
import { filesLookedAt } from 'chargen-core/look';
import { terminalText } from 'chargen-core/safe-text';
import { knownWorld, lookedEntities, type KnownWorld } from '../graph/known-world.js';
import type { PluginOptions } from '../plugin-options.js';
import { noteNames } from '../run/causes-folder.js';
import { describeCauses, isOfDaemon, summarizeCauses } from './report-causes.js';
import { passedBefore, seenFolders } from './seen.js';

/**
 * After tasks ran: the record, then the causes outside that left tasks undone. These are printed here since Nx drops
 * the output of skipped tasks in some styles. If only the daemon's log would get them, they are thrown: Nx shows
 * the message of an error, and ends with 1 instead of 130.
 */
export const postTasksExecution: PostTasksExecution<PluginOptions> = async (rawOptions, context) => {
  await writeRecords(rawOptions, context);
  if (noteNames(context.workspaceRoot).length === 0) return;
  const { takeCauses } = await import('../run/causes.js');
  const causes = takeCauses(context.workspaceRoot, context.id);
  if (causes.length === 0) return;
  summarizeCauses(causes, process.env);
  const text = terminalText(describeCauses(causes));
  const isStopped = Object.values(context.taskResults).some(({ status }) => status === 'stopped');
  if (isOfDaemon(process.env) && !isStopped) throw new Error(text);
  process.stderr.write(`\n${text}\n`);
};

/**
 * The record in imagery.yaml follows the recipes, also if everything came from a cache and
 * no executor was called. Not for previews, and not after a stop.
 */
const writeRecords: PostTasksExecution<PluginOptions> = async (rawOptions, context) => {
  const world = await knownWorld(context.workspaceRoot, rawOptions, context.nxJsonConfiguration.plugins);
  const { entry } = world;
  const roots = new Map<string, RecordParts>();
  for (const { task, status } of Object.values(context.taskResults)) {
    const { target, configuration } = task.target;
    if (target !== entry.generateTargetName && target !== entry.analyzeTargetName) continue;
    if (configuration === 'preview' || status === 'stopped' || task.projectRoot === undefined) continue;
    const isAnalysis = target === entry.analyzeTargetName && roots.get(task.projectRoot) !== 'all';
    roots.set(task.projectRoot, isAnalysis ? 'analyses' : 'all');
  }
  if (roots.size === 0) return;
  if (await isAsRecorded(context.workspaceRoot, roots, world)) return;
  // The engine only now: a rerun with nothing to do has no use for it.
  const { recordEntities } = await import('./record-entities.js');
  await recordEntities(context.workspaceRoot, roots, entry);
};

/** Whether the files of these entities are those that were recorded before. */
async function isAsRecorded(
  workspaceRoot: string,
  roots: ReadonlyMap<string, RecordParts>,
  world: KnownWorld,
): Promise<boolean> {
  const ours = lookedEntities(workspaceRoot, world)?.filter(({ root }) => roots.has(root)) ?? [];
  if (ours.length < roots.size) return false;
  const seen = seenFolders(workspaceRoot);
  const passed = passedBefore(workspaceRoot, world.entry);
  for (const one of ours) {
    if (!one.isRead) continue;
    if (!seen.isAsSeen(filesLookedAt('record', one))) return false;
    seen.renote(filesLookedAt('guard', one), passed);
  }
  await seen.save();
  return true;
}
