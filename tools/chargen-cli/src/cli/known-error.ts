import { CliError } from './cli-error.js';
import { EXIT, type ExitCode } from './exit-code.js';

export interface KnownError {
  readonly message: string;
  /** Stable, kebab-case, for scripts. */
  readonly code: string;
  readonly exitCode: ExitCode;
}

/** Errors that are words for people already, by name: their classes are not loaded for `--help`. */
export function describeKnown(error: unknown): KnownError | undefined {
  if (error instanceof CliError) return error;
  if (!(error instanceof Error)) return undefined;
  switch (error.name) {
    case 'EnvironmentError':
      return { message: error.message, code: 'environment', exitCode: EXIT.badInput };
    case 'RunStateError':
      return { message: error.message, code: 'run-state', exitCode: EXIT.uncertain };
    case 'StoreError':
      return { message: error.message, code: 'store', exitCode: EXIT.partial };
    case 'BackupError':
      return { message: error.message, code: 'backup', exitCode: EXIT.badInput };
    case 'GeminiError':
      return {
        message: `Gemini could not be used: ${error.message}`,
        code: 'service',
        exitCode: EXIT.unavailable,
      };
    default:
      return fileError(error);
  }
}

/** What the system answers if a disk is full, a folder is read-only, or a file may not be touched. */
const FILE_ERRORS: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EMFILE']);

function fileError(error: Error): KnownError | undefined {
  // One with a port is of the network.
  if (!('code' in error) || !FILE_ERRORS.has(error.code) || 'port' in error) return undefined;
  return {
    message:
      `A file could not be read or written: ${error.message}. Free space or repair the permissions, then run the ` +
      'same command again. Nothing that was paid for is lost.',
    code: 'file',
    exitCode: EXIT.partial,
  };
}
