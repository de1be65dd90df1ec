import { resolve } from 'node:path';
import { CliError } from '../cli/cli-error.js';
import { EXIT } from '../cli/exit-code.js';
import { interruptible } from '../run/interruptible.js';

/** The folder that a command about a backup names, absolute; `~` and variables are the shell's. */
export function backupFolderOf(args: readonly string[]): string {
  return resolve(args[0] ?? '');
}

/** Work on a backup. What the file system refuses, such as a full disk, is said with what to do next. */
export function onBackup<T>(folder: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return interruptible(async (signal) => {
    try {
      return await work(signal);
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error;
      throw new CliError(
        `It was not finished (${error.message}). What was copied is whole. Correct the cause, and run the command for ${folder} again.`,
        EXIT.partial,
        'backup',
      );
    }
  });
}
