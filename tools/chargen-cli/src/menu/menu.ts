import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import { describeKnown } from '../cli/known-error.js';
import type { CommandCall, CommandModule, GlobalOptions } from '../cli/spec.js';
import { Left, say } from './ask.js';

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

/** An error of input, or a service that cannot be reached, is reported, and the menu goes on. */
export async function reportingErrors(work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    const known = describeKnown(error);
    if (known === undefined) throw error;
    if (known.exitCode === EXIT.interrupted) throw new Left(known.message);
    say.error(known.message);
    return known.exitCode;
  }
}
