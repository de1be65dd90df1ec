import { setMaxListeners } from 'node:events';
import { CliError } from '../cli/cli-error.js';
import { EXIT } from '../cli/exit-code.js';

/**
 * Runs work that Ctrl-C winds down. A second Ctrl-C ends the process as it always does. `stopped` states what is true if
 * the work rejects for it.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  stopped = 'Stopped.',
): Promise<T> {
  const controller = new AbortController();
  // Requests of a run that wait at the same time all listen: with eleven, Node printed a warning of a leak.
  setMaxListeners(0, controller.signal);
  const stop = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) throw new CliError(stopped, EXIT.interrupted, 'interrupted');
    throw error;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
