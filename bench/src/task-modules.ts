import type { Task } from './task.js';

/** Loaded one by one: a process that measures memory must not hold the modules of the others. */
export const TASKS: Readonly<Record<string, () => Promise<Readonly<Record<string, Task>>>>> = {
  collecting: async () => (await import('./tasks/collecting.js')).tasks,
  economy: async () => (await import('./tasks/economy.js')).tasks,
  exporting: async () => (await import('./tasks/exporting.js')).tasks,
  inference: async () => (await import('./tasks/inference.js')).tasks,
  joining: async () => (await import('./tasks/joining.js')).tasks,
  pictures: async () => (await import('./tasks/pictures.js')).tasks,
  planning: async () => (await import('./tasks/planning.js')).tasks,
  staging: async () => (await import('./tasks/staging.js')).tasks,
};
