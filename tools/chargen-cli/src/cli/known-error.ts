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
      return undefined;
  }
}
