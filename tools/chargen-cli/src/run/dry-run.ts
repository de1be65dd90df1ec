import { scenePaths } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { diagnosticJson } from '../output/diagnostic-json.js';
import { jsonText } from '../output/json.js';
import { planEntityText, planSummaryText } from '../output/plan-text.js';
import { estimateRun } from './estimate-run.js';
import { pastJobTimes } from './job-times.js';
import type { Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';

/** What a run would do, entity by entity, with those whose pictures are made first. Makes no call. */
export async function dryRun(
  workspace: Workspace,
  selected: Selected,
  { io, globals }: Pick<CommandCall, 'io' | 'globals'>,
): Promise<ExitCode> {
  if (globals.json) {
    await io.out(jsonText({ dryRun: true, ...(await dryRunJson(workspace, selected)) }));
    return EXIT.done;
  }
  const plan = await estimateRun(workspace, selected, async (entity) => {
    const text = planEntityText(entity, workspace.places, io, false);
    if (text !== '') await io.out(text);
  });
  await io.out(planSummaryText(plan, workspace.world.style, await pastJobTimes(workspace), io.columns));
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
