import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { decide } from './decide.js';

/** Rejects the pictures of scenes: they are listed as to be made again, until a run is started for them. */
export function run(call: CommandCall): Promise<ExitCode> {
  return decide(call, 'rejected');
}
