import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';

/** A question before something costs money or writes files. Ctrl-C ends the command as interrupted. */
export async function confirmed(message: string, initialValue = true): Promise<boolean> {
  // Loaded only if a person is at the terminal: most calls of a command never ask.
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message, initialValue });
  if (isCancel(answer)) throw new CliError('Stopped; nothing was done.', EXIT.interrupted, 'interrupted');
  return answer;
}
