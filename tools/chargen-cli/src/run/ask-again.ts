import { EXIT } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { runTarget, type TargetRun } from './run-target.js';
import type { Started } from './start-target.js';

export interface AskAgain extends Pick<
  TargetRun,
  'workspace' | 'target' | 'selected' | 'variables' | 'events'
> {
  /** How many scenes could not be changed as it takes, and are not asked for. */
  readonly refused: number;
}

/**
 * Asks for what was asked for before. Without the cache of Nx, which may hold a result from before, or a refusal. With
 * scenes that could not be changed the run is done in part.
 */
export async function askAgain(
  { globals, io }: Pick<CommandCall, 'globals' | 'io'>,
  { refused, ...what }: AskAgain,
): Promise<Started> {
  const target: TargetRun = { ...what, preview: false, skipNxCache: true, globals, io };
  const result = await runTarget(target);
  const exitCode = result.exitCode === EXIT.done && refused > 0 ? EXIT.partial : result.exitCode;
  return { result: { ...result, exitCode }, target };
}
