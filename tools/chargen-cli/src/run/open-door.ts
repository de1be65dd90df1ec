import { findApiKey, openDoorFromEnvironment, type GeminiDoor } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { EXIT } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';

/** Opens Gemini with the key of the environment. Without one the command ends as "unavailable", and names what to set. */
export async function openDoor(
  env: Io['env'],
  target: 'generate' | 'analyze',
  send?: typeof fetch,
): Promise<GeminiDoor> {
  if (findApiKey(env) !== undefined) return openDoorFromEnvironment(env, target, send);
  try {
    return await openDoorFromEnvironment(env, target, send);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), EXIT.unavailable, 'no-key');
  }
}
