import { planItems } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { writeDiagnosticsJson } from '../output/diagnostic-json.js';
import { PlanListing } from '../output/plan-listing.js';
import { pastJobTimes } from '../run/job-times.js';
import { takesAsked } from '../run/takes-asked.js';
import { planCommand, select, selectionSchema } from '../workspace/choose.js';
import { openWorkspace } from '../workspace/open-workspace.js';

const optionsSchema = selectionSchema.extend({
  all: z.boolean().default(false),
  full: z.boolean().default(false),
  takes: z.string().optional(),
});

export async function run({ options: raw, globals, io }: CommandCall): Promise<ExitCode> {
  const { all, full, takes: asked, ...choice } = optionsSchema.parse(raw);
  const workspace = await openWorkspace(globals);
  const takes = takesAsked(asked, workspace, { io, globals });
  const { selection } = select(workspace, choice);
  const options = { ...workspace, selection, takes };
  if (globals.json) {
    // Written as it is found: the plan of a large world does not fit into one text.
    let separator = '\n';
    await io.out('{"items":[');
    const { totals, diagnostics } = await planItems(options, async ({ scenes, takes: others }) => {
      for (const { item } of [...scenes, ...others]) {
        await io.out(`${separator}${JSON.stringify(item)}`);
        separator = ',\n';
      }
    });
    await io.out(`\n],"totals":${JSON.stringify(totals)},"diagnostics":`);
    await writeDiagnosticsJson(diagnostics, io);
    await io.out('}\n');
    return EXIT.done;
  }
  const listing = new PlanListing({
    ...workspace,
    io,
    style: workspace.world.style,
    all,
    full,
    unfold: (scope) => planCommand(choice, globals, [...(all ? ['--all'] : []), '--full'], { scope, takes }),
  });
  const plan = await planItems(options, (entity) => listing.add(entity));
  await listing.end(plan, await pastJobTimes(workspace));
  return EXIT.done;
}
