import type { PostTasksExecution } from '@nx/devkit';
import { findImageryFiles, writeRecord, type RecordParts } from 'chargen-core';
import { readWorld } from '../graph/read-world.js';
import { resolveOptions, type PluginOptions } from '../plugin-options.js';

/**
 * After tasks ran: the record in imagery.yaml follows the recipes, also where everything came from a cache and
 * no executor was called. Not for previews, and not after a stop.
 */
export const postTasksExecution: PostTasksExecution<PluginOptions> = async (rawOptions, context) => {
  const options = resolveOptions(rawOptions);
  const roots = new Map<string, RecordParts>();
  for (const { task, status } of Object.values(context.taskResults)) {
    const { target, configuration } = task.target;
    if (target !== options.generateTargetName && target !== options.analyzeTargetName) continue;
    if (configuration === 'preview' || status === 'stopped' || task.projectRoot === undefined) continue;
    const isAnalysis = target === options.analyzeTargetName && roots.get(task.projectRoot) !== 'all';
    roots.set(task.projectRoot, isAnalysis ? 'analyses' : 'all');
  }
  if (roots.size === 0) return;
  const { workspaceRoot } = context;
  const files = await findImageryFiles(workspaceRoot, options.contentRoot === '' ? '.' : options.contentRoot);
  const world = readWorld(workspaceRoot, files, options);
  for (const { entity } of world.entities) {
    const parts = entity === undefined ? undefined : roots.get(entity.root);
    if (entity === undefined || parts === undefined) continue;
    const outcome = await writeRecord(workspaceRoot, entity, parts);
    if (outcome.kind === 'refused') {
      process.stderr.write(
        `The record in ${entity.file} was left as it is: ${outcome.why}. Try: npx chargen record\n`,
      );
    }
  }
};
