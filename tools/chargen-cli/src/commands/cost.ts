import { dollars, paidAnswers, plural, sumCosts, type CostSum } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { wrapWords } from '../output/wrap-words.js';
import { jsonText } from '../output/json.js';
import { openHistory } from '../workspace/open-workspace.js';

const optionsSchema = z.object({ by: z.enum(['month', 'model', 'run', 'entity']).default('month') });

export async function run({ options, globals, io }: CommandCall): Promise<ExitCode> {
  const { by } = optionsSchema.parse(options);
  const workspace = await openHistory(globals);
  const paid = await paidAnswers(workspace, workspace.world.entities, workspace.otherIds);
  const history = sumCosts(paid);
  if (globals.json) {
    await io.out(
      jsonText({ ...history, payments: paid.map((one) => ({ ...one, scene: one.scene ?? null })) }),
    );
    return EXIT.done;
  }
  const groups = {
    month: history.byMonth,
    model: history.byModel,
    run: history.byRun,
    entity: history.byEntity,
  }[by];
  const width = Math.max(5, ...groups.map((one) => one.name.length));
  for (const group of groups) await io.out(`${row(group, width)}\n`);
  await io.out(`${io.paint('bold', row(history.total, width))}\n`);
  for (const part of wrapWords(COUNTED, io.columns)) await io.out(`${part}\n`);
  return EXIT.done;
}

const COUNTED =
  'Each answer counts once, whether a run of this machine brought it, the store has it, or it is beside a picture here.';

function row({ name, answers, costUsd, unknown }: CostSum, width: number): string {
  const open = unknown === 0 ? '' : `, ${unknown} of unknown price`;
  return `${name.padEnd(width)}  ${dollars(costUsd).padStart(10)}  ${plural(answers, 'answer')}${open}`;
}
