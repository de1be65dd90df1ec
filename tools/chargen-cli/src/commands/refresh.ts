import {
  describeEstimate,
  dollars,
  planRefresh,
  plural,
  setSceneField,
  setStyleWording,
  type RefreshPlan,
  type SetFieldOutcome,
} from 'chargen-core';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { select, selectionSchema, selectionWords } from '../workspace/choose.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';

const optionsSchema = selectionSchema.extend({
  write: z.boolean().default(false),
  all: z.boolean().default(false),
  yes: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

/** What became of one file or scene that `wording` was to be written into. */
interface Written {
  /** Undefined for the style guide. */
  readonly scene: string | undefined;
  readonly file: string;
  /** Why the file could not be changed, and the line to write by hand. */
  readonly error: string | undefined;
}

/**
 * Lists the finished pictures that would be asked for differently today and, with `--write`, writes `wording` so that
 * the next run makes them again. It buys nothing itself.
 */
export async function run({ options: raw, globals, io }: CommandCall): Promise<ExitCode> {
  const options = optionsSchema.parse(raw);
  const workspace = await openWorkspace(globals);
  const { selection } = select(workspace, options);
  if (options.all && selection !== undefined) {
    throw new CliError('--all writes into the style guide, which holds for the whole world: select nothing.');
  }
  const plan = await planRefresh(workspace, selection);
  if (!globals.json) await io.out(planText(plan));
  const asks = io.interactive && !options.yes && !globals.json;
  const writes = options.write && plan.scenes.length > 0;
  const question = 'Write this, so that the next run makes and pays them again?';
  const isWanted = writes && (!asks || (await confirmed(question, false)));
  const written = isWanted ? await write(workspace, plan, options) : [];
  const next = nextCommand(plan, options, isWanted);
  if (globals.json) await io.out(jsonText(answer(plan, written, next)));
  else {
    printErrors(written, io);
    await io.out(endText(plan, written, next, isWanted));
  }
  const failed = written.filter((one) => one.error !== undefined).length;
  if (failed === 0) return EXIT.done;
  return failed === written.length ? EXIT.badInput : EXIT.partial;
}

async function write(workspace: Workspace, plan: RefreshPlan, options: Options): Promise<readonly Written[]> {
  const { wording } = plan;
  if (options.all) {
    const { world, options: settings } = workspace;
    return [asWritten(undefined, await setStyleWording(world, settings.styleFile, wording), wording)];
  }
  const written: Written[] = [];
  for (const { planned } of plan.scenes) {
    const { entity, scene, name } = planned;
    const change = { field: 'wording', value: wording } as const;
    const outcome = await setSceneField(workspace.workspaceRoot, entity, scene, change);
    written.push(asWritten(name, outcome, wording));
  }
  return written;
}

function asWritten(scene: string | undefined, outcome: SetFieldOutcome, wording: number): Written {
  const { file } = outcome;
  if (outcome.kind !== 'refused') return { scene, file, error: undefined };
  const place = scene === undefined ? 'at its top level' : `into the scene ${scene}`;
  const error = `${file} could not be changed: ${outcome.why}. Write "wording: ${wording}" ${place} by hand.`;
  return { scene, file, error };
}

function planText({ scenes, along, blocked, cost }: RefreshPlan): string {
  const lines = scenes.map(({ planned, cost }) => {
    const price = cost.unknown > 0 ? 'price unknown' : `about ${dollars(cost.expected)}`;
    return `  ${planned.name}  ${price}`;
  });
  const total =
    scenes.length === 0
      ? ['No finished picture would be asked for differently today.']
      : [
          `${plural(scenes.length, 'finished picture')} would be asked for differently today. To make again, with ` +
            `what shows them: ${describeEstimate(cost)} at batch price.`,
        ];
  const others =
    along.length === 0
      ? []
      : [
          `${plural(along.length, 'other picture')} would be made again too, since they show one of them:`,
          ...along.map((name) => `  ${name}`),
        ];
  const errors =
    blocked.length === 0
      ? []
      : [`Left out, since errors keep them from being made (chargen check): ${blocked.join(', ')}`];
  return `${[...lines, ...total, ...others, ...errors].join('\n')}\n`;
}

function endText(
  plan: RefreshPlan,
  written: readonly Written[],
  next: string | null,
  isWanted: boolean,
): string {
  if (next === null) return '';
  if (!isWanted) return `Nothing was written. To have them made again: ${next}\n`;
  const done = written.filter((one) => one.error === undefined);
  if (done.length === 0) return '';
  const files = [...new Set(done.map((one) => one.file))];
  const line = `wording: ${plan.wording}`;
  return `Wrote "${line}" (${files.join(', ')}). Nothing was bought. What the next run makes: ${next}\n`;
}

function printErrors(written: readonly Written[], io: Io): void {
  for (const { error } of written) {
    if (error !== undefined) io.err(`${io.paint('red', 'chargen:')} ${error}\n`);
  }
}

function nextCommand(plan: RefreshPlan, options: Options, isWritten: boolean): string | null {
  if (plan.scenes.length === 0) return null;
  const words = selectionWords(options);
  if (isWritten) return ['chargen plan', ...words].join(' ');
  return ['chargen refresh', ...words, ...(options.all ? ['--all'] : []), '--write'].join(' ');
}

function answer(plan: RefreshPlan, written: readonly Written[], next: string | null): unknown {
  const { wording, along, blocked, cost } = plan;
  return {
    wording,
    scenes: plan.scenes.map(({ planned, cost }) => ({
      scene: planned.name,
      file: planned.scene.file,
      estimatedUsd: cost.unknown > 0 ? null : cost.expected,
    })),
    along,
    blocked,
    estimatedUsd: cost.expected,
    cost,
    written: written.map(({ scene, file, error }) => ({
      scene: scene ?? null,
      file,
      ...(error === undefined ? {} : { error: { code: 'refused', message: error } }),
    })),
    next,
  };
}
