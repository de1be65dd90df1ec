import { takesFrom } from 'chargen-core';
import type { CommandCall } from '../cli/spec.js';
import { takesCalled } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';
import { environmentOf } from './profile.js';

/**
 * How many takes of each scene a run asks for: the value of `--takes`, else what the environment of the run states, so
 * that what is planned is what is bought. Undefined if the files decide. Throws CliError or EnvironmentError.
 */
export function takesAsked(
  flag: string | undefined,
  { workspaceRoot }: Pick<Workspace, 'workspaceRoot'>,
  { io, globals }: Pick<CommandCall, 'io' | 'globals'>,
): number | undefined {
  return takesCalled(flag) ?? takesFrom(environmentOf(workspaceRoot, globals.profile, io.env));
}
