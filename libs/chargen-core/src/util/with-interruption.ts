import { setMaxListeners } from 'node:events';

/**
 * Runs work that Ctrl-C and SIGTERM wind down by its signal. A second one ends the process as it always does, unless
 * `untilDone`: Nx sends both, some milliseconds apart, and then waits for a report on every task.
 */
export async function withInterruption<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { untilDone = false } = {},
): Promise<T> {
  const controller = new AbortController();
  // Requests of a run that wait at the same time all listen: with eleven, Node printed a warning of a leak.
  setMaxListeners(0, controller.signal);
  const ignore = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  const stop = (): void => {
    if (!untilDone) ignore();
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    ignore();
  }
}
