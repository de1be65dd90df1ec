import { log } from '@clack/prompts';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import type { CommandCall, CommandModule, GlobalOptions } from '../cli/spec.js';
import { Left } from './ask.js';

export interface Menu {
  readonly io: Io;
  readonly globals: GlobalOptions;
}

/** A direct command from within a menu. */
export function command(
  { io, globals }: Menu,
  module: CommandModule,
  args: readonly string[] = [],
  options: CommandCall['options'] = {},
): Promise<ExitCode> {
  return module.run({ args, options, globals, io });
}

/** A mistake is told, and the menu goes on. */
export async function told(work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (error.exitCode === EXIT.interrupted) throw new Left();
    log.error(error.message);
    return error.exitCode;
  }
}
