import type { ExecutorContext } from '@nx/devkit';
import type { BatchExecutor } from './batch-executor.js';

/** One task alone (`--no-batch`): a batch of one. */
export function singleExecutor(
  batch: BatchExecutor,
): (options: unknown, context: ExecutorContext) => Promise<{ success: boolean }> {
  return async (options, context) => {
    const { projectName, targetName, configurationName } = context;
    if (projectName === undefined || targetName === undefined)
      throw new Error('This executor runs in a project.');
    const id = [projectName, targetName, configurationName].filter(Boolean).join(':');
    const task = {
      id,
      target: { project: projectName, target: targetName },
      outputs: [],
      overrides: context.taskGraph?.tasks[id]?.overrides ?? {},
      parallelism: true,
      cache: false,
    };
    const graph = {
      roots: [id],
      tasks: { [id]: task },
      dependencies: { [id]: [] },
      continuousDependencies: { [id]: [] },
    };
    let success = false;
    for await (const { result } of batch(graph, { [id]: options }, {}, context)) {
      success = result.success;
      process.stdout.write(result.terminalOutput);
    }
    return { success };
  };
}
