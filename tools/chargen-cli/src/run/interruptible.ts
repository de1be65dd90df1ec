import { withInterruption } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { EXIT } from '../cli/exit-code.js';

/** Runs work that Ctrl-C winds down. `stopped` states what is true if the work rejects for it. */
export function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  stopped = 'Stopped.',
): Promise<T> {
  return withInterruption(async (signal) => {
    try {
      return await work(signal);
    } catch (error) {
      if (signal.aborted) throw new CliError(stopped, EXIT.interrupted, 'interrupted');
      throw error;
    }
  });
}
