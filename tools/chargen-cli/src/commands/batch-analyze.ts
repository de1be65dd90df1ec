import { describeEstimate, planAnalyses, plural, type AnalysesPlan } from 'chargen-core';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { runTarget, tellResult, type TargetRun } from '../run/run-target.js';
import { choose } from '../workspace/choose.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import { refuseEdited, runOptionsSchema, runVariables } from './batch-generate.js';

export async function run({ io, globals, options: raw }: CommandCall): Promise<ExitCode> {
  const options = runOptionsSchema.parse(raw);
  const workspace = await openWorkspace(globals);
  const chosen = choose(workspace.world, options);
  if (options.dryRun) {
    const plan = await planAnalyses(workspace, chosen);
    await io.out(globals.json ? jsonText({ dryRun: true, ...plan }) : analysesText(plan));
    return EXIT.done;
  }
  if (!options.preview) await refuseEdited(workspace);
  if (io.interactive && !options.yes && !options.preview && !globals.json) {
    const plan = await planAnalyses(workspace, chosen);
    const pending = plan.items.filter((one) => one.state === 'pending').length;
    const message = `Describe ${plural(pending, 'picture')} for ${describeEstimate(plan.cost)}?`;
    if (pending > 0 && !(await confirmed(message))) return EXIT.done;
  }
  const target: TargetRun = {
    workspace,
    target: 'analyze',
    chosen,
    preview: options.preview,
    variables: runVariables(options),
    skipNxCache: false,
    globals,
    io,
    events: options.events,
  };
  const result = await runTarget(target);
  await tellResult(result, target);
  return result.exitCode;
}

function analysesText({ items, cost }: AnalysesPlan): string {
  const open = items.filter((one) => one.state !== 'done' && one.state !== 'recorded');
  const lines = open.map(({ name, path, state }) => `○ ${name}  ${state}${path === null ? '' : `  ${path}`}`);
  const pending = items.filter((one) => one.state === 'pending').length;
  return [
    ...lines,
    `${plural(items.length, 'picture')}: ${String(items.length - open.length)} described, ${String(pending)} to describe, ${describeEstimate(cost)} at batch price.`,
    '',
  ].join('\n');
}
