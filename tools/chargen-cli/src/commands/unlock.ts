import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { setLocked } from './lock.js';

export function run(call: CommandCall): Promise<ExitCode> {
  return setLocked(call, false);
}
