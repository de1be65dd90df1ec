import { diagnosticLine, listApprovals, plural, type ListedApproval } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { diagnosticJson } from '../output/diagnostic-json.js';
import { jsonText } from '../output/json.js';
import { select, selectionSchema } from '../workspace/choose.js';
import { openWorkspace } from '../workspace/open-workspace.js';

const APPROVAL_FILTERS = ['unreviewed', 'approved', 'rejected', 'again'] as const;

const optionsSchema = selectionSchema.extend({ only: z.enum(APPROVAL_FILTERS).optional() });

/** Which pictures were reviewed, and how. */
export async function run({ options, globals, io }: CommandCall): Promise<ExitCode> {
  const { only, ...choice } = optionsSchema.parse(options);
  const workspace = await openWorkspace(globals);
  const { selection } = select(workspace, choice);
  const { scenes, diagnostics } = await listApprovals(workspace, selection);
  const exit = diagnostics.length === 0 ? EXIT.done : EXIT.partial;
  const shown = scenes.filter((one) => isShown(one, only));
  const count = (state: ListedApproval['state']): number =>
    scenes.filter((one) => one.state === state).length;
  const totals = {
    pictures: scenes.length,
    approved: count('approved'),
    rejected: count('rejected'),
    unreviewed: count('unreviewed'),
    again: scenes.filter((one) => one.again).length,
  };
  if (globals.json) {
    const listed = shown.map(({ name, state, again, picture, sha256, note, at }) => {
      return { scene: name, state, again, picture, sha256, note: note ?? null, at: at ?? null };
    });
    await io.out(jsonText({ totals, scenes: listed, diagnostics: diagnostics.map(diagnosticJson) }));
    return exit;
  }
  for (const one of shown) await io.out(`${lineOf(one)}\n`);
  for (const one of diagnostics) io.err(`${diagnosticLine(one)}\n`);
  const { approved, rejected, again } = totals;
  await io.out(
    `${approved + rejected} of ${plural(totals.pictures, 'picture')} reviewed: ${approved} approved, ${rejected} rejected.\n`,
  );
  if (again > 0) await io.out(`To be made again: ${again}. Roll them with: chargen reroll --rejected\n`);
  return exit;
}

/** Without a filter, what a person has still to do: look, or have made again. */
function isShown(one: ListedApproval, only: (typeof APPROVAL_FILTERS)[number] | undefined): boolean {
  if (only === undefined) return one.state !== 'approved';
  return only === 'again' ? one.again : one.state === only;
}

function lineOf({ name, state, again, picture, note }: ListedApproval): string {
  const more = note === undefined ? '' : `: ${note}`;
  return `  ${again ? 'again' : state}  ${name}  ${picture ?? ''}${more}`;
}
