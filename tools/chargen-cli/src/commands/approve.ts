import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { decide } from './decide.js';

/** Approves the pictures of scenes, as they are now. */
export function run(call: CommandCall): Promise<ExitCode> {
  return decide(call, 'approved');
}
