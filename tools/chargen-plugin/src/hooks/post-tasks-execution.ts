import type { PostTasksExecution } from '@nx/devkit';
import { ContentReader, writeRecord } from 'chargen-core';
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
  const files = [...roots].map((root) => `${root}/imagery.yaml`);
  const world = new ContentReader(context.workspaceRoot).load(files, options.styleFile);
  for (const { entity } of world.entities) {
    if (entity === undefined) continue;
    const outcome = await writeRecord(context.workspaceRoot, entity);
    if (outcome.kind === 'refused') {
      process.stderr.write(
        `The record in ${entity.file} was left as it is: ${outcome.why}. Try: npx chargen record\n`,
      );
    }
  }
};
