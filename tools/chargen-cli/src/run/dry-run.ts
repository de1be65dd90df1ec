import { scenePaths } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { diagnosticJson } from '../output/diagnostic-json.js';
import { jsonText } from '../output/json.js';
import { PlanListing } from '../output/plan-listing.js';
import { estimateRun } from './estimate-run.js';
import { pastJobTimes } from './job-times.js';
import { planCommand, selectionSchema, type Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';

/** What a run would do, entity by entity, with those whose pictures are made first. Makes no call. */
export async function dryRun(
  workspace: Workspace,
  selected: Selected,
  { io, globals, options }: Pick<CommandCall, 'io' | 'globals' | 'options'>,
): Promise<ExitCode> {
  if (globals.json) {
    await io.out(jsonText({ dryRun: true, ...(await dryRunJson(workspace, selected)) }));
    return EXIT.done;
  }
  const choice = selectionSchema.parse(options);
  const listing = new PlanListing({
    ...workspace,
    io,
    style: workspace.world.style,
    all: false,
    full: false,
    unfold: (scope) => planCommand(choice, globals, ['--full'], { scope, takes: selected.takes }),
  });
  const plan = await estimateRun(workspace, selected, (entity) => listing.add(entity));
  await listing.end(plan, await pastJobTimes(workspace));
  return EXIT.done;
}

/** The same for scripts, with the beginning of each prompt. */
export async function dryRunJson(workspace: Workspace, selected: Selected): Promise<Record<string, unknown>> {
  const items: unknown[] = [];
  const { totals, diagnostics } = await estimateRun(workspace, selected, (entity) => {
    for (const { planned, item } of [...entity.scenes, ...entity.takes]) {
      const asks = item.state === 'pending' || item.state === 'waits';
      items.push({
        ...item,
        prompt: planned.prompt.text.replace(/\s+/g, ' ').slice(0, 200),
        output: `${scenePaths(planned.entity, planned.scene, workspace.places).stem}.{png,jpg,webp}`,
        cost: asks ? planned.cost : null,
      });
    }
    return Promise.resolve();
  });
  const time = { statedHoursAtMost: 24, jobs: await pastJobTimes(workspace) };
  return { items, totals, time, diagnostics: diagnostics.map(diagnosticJson) };
}
