import { parseWait, runControl, UNLIMITED } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import type { CommandCall } from '../cli/spec.js';
import type { Workspace } from '../workspace/open-workspace.js';
import { environmentOf } from './profile.js';

/** The options of a command line that steer a run without changing what it makes. */
export interface Steering {
  readonly wait?: string | undefined;
  readonly maxCost?: string | undefined;
}

/**
 * They as the environment variables that the executor reads. Throws if one of them, or of those that are set
 * already, cannot be used: otherwise every task of Nx would say so for itself.
 */
export function runVariables(
  { wait, maxCost }: Steering,
  workspace: Workspace,
  { io, globals }: Pick<CommandCall, 'io' | 'globals'>,
): Record<string, string> {
  if (wait !== undefined) checkWait(wait);
  if (maxCost !== undefined) checkMaxCost(maxCost);
  const variables = {
    ...(wait === undefined ? {} : { CHARGEN_WAIT: wait }),
    ...(maxCost === undefined ? {} : { CHARGEN_MAX_COST: maxCost }),
  };
  const env = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  runControl({ ...env, ...variables }, workspace.settings);
  return variables;
}

function checkWait(text: string): void {
  try {
    parseWait(text);
  } catch {
    throw new CliError(`--wait is "${text}"; write a time such as 20m, 90s, 2h, 0, or "unlimited".`);
  }
}

/** Also for `now`, which is no run. */
export function checkMaxCost(text: string): void {
  if (text.trim().toLowerCase() === UNLIMITED) return;
  if (!z.coerce.number().min(0).safeParse(text.replace(/^\$/, '')).success || text.trim() === '') {
    throw new CliError(
      `--max-cost is "${text}"; write an amount in US dollars, such as 5 or 0.50, or "unlimited".`,
    );
  }
}
