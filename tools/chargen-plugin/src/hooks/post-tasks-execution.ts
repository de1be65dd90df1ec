import type { PostTasksExecution } from '@nx/devkit';
import { findImageryFiles, writeRecord } from 'chargen-core';
import { readWorld } from '../graph/read-world.js';
import { resolveOptions, type PluginOptions } from '../plugin-options.js';

/**
 * After tasks ran: the record in imagery.yaml follows the recipes, also where everything came from a cache and
 * no executor was called. Not for previews, and not after a stop.
 */
export const postTasksExecution: PostTasksExecution<PluginOptions> = async (rawOptions, context) => {
  const options = resolveOptions(rawOptions);
  const roots = new Set<string>();
  for (const { task, status } of Object.values(context.taskResults)) {
    const { target, configuration } = task.target;
    if (target !== options.generateTargetName && target !== options.analyzeTargetName) continue;
    if (configuration === 'preview' || status === 'stopped' || task.projectRoot === undefined) continue;
    roots.add(task.projectRoot);
  }
  if (roots.size === 0) return;
  const { workspaceRoot } = context;
  const files = await findImageryFiles(workspaceRoot, options.contentRoot === '' ? '.' : options.contentRoot);
  const world = readWorld(workspaceRoot, files, options);
  for (const { entity } of world.entities) {
    if (entity === undefined || !roots.has(entity.root)) continue;
    const outcome = await writeRecord(workspaceRoot, entity);
    if (outcome.kind === 'refused') {
      process.stderr.write(
        `The record in ${entity.file} was left as it is: ${outcome.why}. Try: npx chargen record\n`,
      );
    }
  }
};
