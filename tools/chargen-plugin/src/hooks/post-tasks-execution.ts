import type { PostTasksExecution } from '@nx/devkit';
import type { Entity, RecordParts } from 'chargen-core';
import { filesLookedAt } from 'chargen-core/graph';
import { terminalText } from 'chargen-core/safe-text';
import { findWorld } from '../graph/read-world.js';
import type { PluginOptions } from '../plugin-options.js';
import { worldEntryOf, type WorldEntry } from '../world-entries.js';
import { takeCauses } from '../run/causes.js';
import { describeCauses, isOfDaemon, summarizeCauses } from './report-causes.js';
import { passedBefore, seenFolders } from './seen.js';

/**
 * After tasks ran: the record, then the causes outside that left tasks undone. These are printed here since Nx drops
 * the output of skipped tasks in some styles. If only the daemon's log would get them, they are thrown: Nx shows
 * the message of an error, and ends with 1 instead of 130.
 */
export const postTasksExecution: PostTasksExecution<PluginOptions> = async (rawOptions, context) => {
  await writeRecords(rawOptions, context);
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
  const options = worldEntryOf(rawOptions, context.nxJsonConfiguration.plugins);
  const roots = new Map<string, RecordParts>();
  for (const { task, status } of Object.values(context.taskResults)) {
    const { target, configuration } = task.target;
    if (target !== options.generateTargetName && target !== options.analyzeTargetName) continue;
    if (configuration === 'preview' || status === 'stopped' || task.projectRoot === undefined) continue;
    const isAnalysis = target === options.analyzeTargetName && roots.get(task.projectRoot) !== 'all';
    roots.set(task.projectRoot, isAnalysis ? 'analyses' : 'all');
  }
  if (roots.size === 0) return;
  await recordEntities(context.workspaceRoot, roots, options);
};

async function recordEntities(
  workspaceRoot: string,
  roots: ReadonlyMap<string, RecordParts>,
  options: WorldEntry,
): Promise<void> {
  const world = await findWorld(workspaceRoot, options);
  const seen = seenFolders(workspaceRoot);
  const passed = passedBefore(workspaceRoot, options);
  const wanted = world.entities.flatMap((loaded): Wanted[] => {
    const { entity } = loaded;
    const parts = entity === undefined ? undefined : roots.get(entity.root);
    if (entity === undefined || parts === undefined) return [];
    const looked = filesLookedAt('record', loaded);
    if (!seen.isAsSeen(looked)) return [{ entity, parts, looked }];
    seen.renote(filesLookedAt('guard', loaded), passed);
    return [];
  });
  if (wanted.length > 0) {
    // The YAML editor only now: a rerun with nothing to do has no use for it.
    const { recordAll } = await import('chargen-core');
    await recordAll(workspaceRoot, wanted, {
      prompts: options.settings.recordPrompts,
      say: (line) => {
        process.stderr.write(terminalText(`${line}\n`));
      },
      onRecorded: ({ parts, looked }, outcome) => {
        if (outcome.kind === 'unchanged' && parts === 'all') seen.note(looked);
      },
    });
  }
  await seen.save();
}

interface Wanted {
  readonly entity: Entity;
  readonly parts: RecordParts;
  readonly looked: ReturnType<typeof filesLookedAt>;
}
