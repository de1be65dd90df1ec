import type { PostTasksExecution, PreTasksExecution } from '@nx/devkit';
import type { PluginOptions } from './plugin-options.js';

export { createNodes, createNodes as createNodesV2 } from './graph/create-nodes.js';
export { createDependencies } from './graph/create-dependencies.js';
export type { PluginOptions } from './plugin-options.js';

export const name = 'chargen-plugin';

// Every Nx process loads this file, and most have no task to run: the engine behind the hooks comes when called.
export const preTasksExecution: PreTasksExecution<PluginOptions> = async (options, context) =>
  (await import('./hooks/pre-tasks-execution.js')).preTasksExecution(options, context);
export const postTasksExecution: PostTasksExecution<PluginOptions> = async (options, context) =>
  (await import('./hooks/post-tasks-execution.js')).postTasksExecution(options, context);
