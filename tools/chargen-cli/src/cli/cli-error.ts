import { EXIT, type ExitCode } from './exit-code.js';

/** A message for a person, with the exit code that goes with it. Its message is complete: what, where, what next. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.badInput,
    /** Stable, kebab-case, for scripts. */
    readonly code = 'bad-input',
  ) {
    super(message);
  }
}
