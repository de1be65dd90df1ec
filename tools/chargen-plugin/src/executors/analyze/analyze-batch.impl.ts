import type { TaskGraph } from '@nx/devkit';
import type { BatchResult } from '../generate/generate-batch.impl.js';

/** Nothing is analyzed yet: every task is reported as done. */
export default async function* analyzeBatch(
  _taskGraph: TaskGraph,
  optionsById: Record<string, unknown>,
): AsyncGenerator<BatchResult> {
  for (const task of Object.keys(optionsById)) {
    yield await Promise.resolve({ task, result: { success: true, terminalOutput: 'Nothing to analyze.\n' } });
  }
}
