import { describeEdited, findEditedPictures } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { EXIT } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { selectionSchema, type Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';
import { runTarget } from './run-target.js';
import type { TargetResult, TargetRun } from './target-run.js';
import { runVariables } from './run-variables.js';

export const runOptionsSchema = selectionSchema.extend({
  dryRun: z.boolean().default(false),
  preview: z.boolean().default(false),
  yes: z.boolean().default(false),
  events: z.boolean().default(false),
  wait: z.string().optional(),
  maxCost: z.string().optional(),
  takes: z.string().optional(),
});
export type RunOptions = z.infer<typeof runOptionsSchema>;

/** What a run gets once it starts; the choice of entities and `--dry-run` are over by then. */
export type StartOptions = Pick<RunOptions, 'preview' | 'yes' | 'events' | 'wait' | 'maxCost'>;

export interface Started {
  readonly result: TargetResult;
  readonly target: TargetRun;
}

/**
 * Runs a target, after asking if a person is at the terminal; undefined for a no. `agreed` shows the cost, and asks.
 * The caller reports its outcome.
 */
export async function startTarget(
  { io, globals }: Pick<CommandCall, 'io' | 'globals'>,
  what: Pick<TargetRun, 'workspace' | 'target'> & { readonly selected: Selected },
  options: StartOptions,
  agreed: () => Promise<boolean>,
): Promise<Started | undefined> {
  const { workspace } = what;
  const { preview, yes, events } = options;
  const variables = runVariables(options, workspace, { io, globals });
  if (!preview) await refuseEdited(workspace);
  const asks = io.interactive && !yes && !preview && !globals.json;
  if (asks && !(await agreed())) return undefined;
  const target: TargetRun = { ...what, preview, variables, skipNxCache: false, globals, io, events };
  return { result: await runTarget(target), target };
}

/** Nx would stop for them too, but with a long trace; and what is theirs is kept by then. */
export async function refuseEdited(workspace: Workspace): Promise<void> {
  const edited = await findEditedPictures(workspace);
  if (edited.length > 0) throw new CliError(describeEdited(edited), EXIT.badInput, 'edited');
}
