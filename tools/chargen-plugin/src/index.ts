export { createNodes, createNodes as createNodesV2 } from './graph/create-nodes.js';
export { createDependencies } from './graph/create-dependencies.js';
export { preTasksExecution } from './hooks/pre-tasks-execution.js';
export { postTasksExecution } from './hooks/post-tasks-execution.js';
export type { PluginOptions } from './plugin-options.js';

export const name = 'chargen-plugin';
