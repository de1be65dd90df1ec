import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { SCRIPTS } from '../completion/scripts.js';

export async function run({ args, io }: CommandCall): Promise<ExitCode> {
  const script = SCRIPTS[args[0] ?? ''];
  if (script === undefined) {
    throw new CliError(
      `There is no completion for "${args[0] ?? ''}". There is one for: ${Object.keys(SCRIPTS).join(', ')}.`,
    );
  }
  await io.out(script);
  return EXIT.done;
}
