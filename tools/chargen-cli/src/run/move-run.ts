import {
  describeSuccessors,
  describeUsual,
  dollars,
  duration,
  findScene,
  judgeModel,
  modelTerms,
  planWorld,
  plural,
  readJobHistory,
  RunDirectories,
  sceneName,
  Selection,
  setSceneField,
  unservedItems,
  type ModelTerms,
  type UnservedItems,
  type WorldPlan,
} from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { confirmed } from '../cli/confirm.js';
import type { Io } from '../cli/io.js';
import type { CommandCall } from '../cli/spec.js';
import { batchFolderOf, openResults } from '../workspace/open-results.js';
import type { Workspace } from '../workspace/open-workspace.js';
import { againLines } from './ask-again.js';
import { estimateRun } from './estimate-run.js';
import { environmentOf } from './profile.js';

/** What `cancel --and-retry` is about to do. */
export interface Move {
  readonly workspace: Workspace;
  readonly runId: string;
  readonly kind: 'generate' | 'analyze';
  /** Written into the scenes; undefined to ask with the model that they have. */
  readonly model: string | undefined;
  readonly unserved: UnservedItems;
  /** Names of the scenes whose request is among the items. */
  readonly scenes: readonly string[];
  /** Names of their further takes among the items: a scene that has its picture asks for none by itself. */
  readonly spares: readonly string[];
  readonly takes: number | undefined;
  /** What a run for these scenes makes beside what Google works on; undefined for analyses. */
  readonly plan: WorldPlan | undefined;
}

/** Finds what a run still waits for. Throws CliError if the model cannot be used. */
export async function scenesToMove(
  { globals, io }: CommandCall,
  workspace: Workspace,
  { runId, kind, model }: Pick<Move, 'runId' | 'kind' | 'model'>,
): Promise<Move> {
  if (model !== undefined) checkModel(model, kind, modelTerms(workspace.settings, Date.now()));
  const env = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  const unserved = await unservedItems(batchFolderOf(workspace), runId, openResults(workspace, env, io));
  const keys = new Set(unserved.items.map((item) => item.key));
  const whole = { workspace, runId, kind, model, unserved };
  if (kind === 'analyze') return { ...whole, scenes: [], spares: [], takes: undefined, plan: undefined };
  const directory = new RunDirectories(batchFolderOf(workspace)).directory(runId);
  const takes = (await directory.readState())?.takes;
  const { scenes, spares } = await namesOfKeys(workspace, takes, keys);
  const selection = new Selection([...scenes, ...spares]);
  const plan = scenes.length === 0 ? undefined : await estimateRun(workspace, { selection, takes });
  return { ...whole, scenes, spares, takes, plan };
}

/** The scenes whose request, or that of one of their takes, has one of some keys, and these takes. */
async function namesOfKeys(
  workspace: Workspace,
  takes: number | undefined,
  keys: ReadonlySet<string>,
): Promise<Pick<Move, 'scenes' | 'spares'>> {
  if (keys.size === 0) return { scenes: [], spares: [] };
  const scenes = new Set<string>();
  const spares: string[] = [];
  await planWorld({ ...workspace, selection: undefined, takes }, (entity) => {
    for (const { planned } of [...entity.scenes, ...entity.takes]) {
      if (planned.key === undefined || !keys.has(planned.key)) continue;
      scenes.add(sceneName(planned.entity, { id: planned.scene.id }));
      if (planned.scene.isSpare) spares.push(planned.name);
    }
  });
  return { scenes: [...scenes], spares };
}

function checkModel(id: string, kind: Move['kind'], terms: ModelTerms): void {
  if (kind === 'analyze') {
    throw new CliError(
      '--model is for pictures. To have pictures described by another model, write "analysisModel" in nx.json.',
    );
  }
  const verdict = judgeModel(id, terms);
  if (verdict.kind === 'retired') {
    throw new CliError(
      `Google has retired the model "${id}". Take ${describeSuccessors(verdict.retirement, terms)} instead.`,
    );
  }
  if (verdict.kind === 'living' && verdict.model.task !== 'generate') {
    throw new CliError(`The model "${id}" makes no pictures.`);
  }
}

/** Shows what may be paid twice, then asks. Rejects with CliError if no person can be asked and `yes` was not given. */
export async function agreesToMove({ globals, io }: CommandCall, move: Move, yes: boolean): Promise<boolean> {
  // A run that waits for nothing: there is nothing to pay, once or twice.
  if (move.unserved.items.length === 0 && move.unserved.atGoogle.length === 0) return true;
  io.err(`${(await moveLines(move)).join('\n')}\n`);
  if (yes) return true;
  if (!io.interactive || globals.json) {
    throw new CliError('Nothing was done: it may pay twice, so a script must add --yes.');
  }
  return confirmed('Cancel, and ask anew?', false);
}

async function moveLines({ workspace, runId, model, unserved, scenes, plan }: Move): Promise<string[]> {
  const { items, atGoogle, lost } = unserved;
  const { atGoogle: jobs, times } = await readJobHistory(batchFolderOf(workspace));
  const lines = jobs
    .filter((one) => one.runId === runId)
    .map((one) => {
      const age = duration(Math.max(0, Date.now() - Date.parse(one.since)));
      const known = times.find((it) => it.model === one.model);
      return `${one.batch ?? 'A job whose name is not known'}: ${one.state}, at Google for ${age}; ${describeUsual(one.model, known ?? null)}.`;
    });
  const known = items.flatMap((item) => item.estimatedUsd ?? []);
  const sum = known.reduce((total, usd) => total + usd, 0);
  const unknown = items.length - known.length;
  const cost = `about ${dollars(sum)}${unknown === 0 ? '' : `, and ${unknown} of unknown price`}`;
  lines.push(
    `It still waits for ${plural(items.length, 'answer')} (${cost}). They are asked for anew` +
      (model === undefined
        ? '.'
        : ` with ${model}, at its price: "model: ${model}" is written into ${plural(scenes.length, 'scene')}.`),
  );
  if (plan !== undefined && plan.totals.requests > 0) {
    lines.push(`The run asks for more beside them: ${againLines(plan).join('\n')}`);
  }
  if (atGoogle.length > 0) {
    lines.push(
      'May be paid twice: what Google has served already or serves before it stops the job is billed as well, up to ' +
        `all of it${items.length === 0 ? '' : ` (${cost})`}. Results that come late are taken, and replace nothing.`,
    );
  }
  if (lost.length > 0) {
    lines.push('May be paid twice: the answer to its request was lost, and Google may have billed it.');
  }
  if (atGoogle.some((job) => job.foreign)) {
    lines.push(
      'Another machine made the job: what it asked for is not known here, nor whether it was collected there.',
    );
  }
  return lines;
}

/** Writes the model into each scene. A file that cannot be changed is reported; its scene is not asked for. */
export async function useModel(
  { workspace, scenes }: Move,
  model: string,
  io: Io,
): Promise<{ readonly names: readonly string[]; readonly refused: number }> {
  const names: string[] = [];
  for (const name of scenes) {
    const found = findScene(workspace.world, name);
    if (found.kind === 'unknown') continue;
    const { entity, scene } = found;
    const outcome = await setSceneField(workspace.workspaceRoot, entity, scene, {
      field: 'model',
      value: model,
    });
    if (outcome.kind !== 'refused') {
      names.push(name);
      continue;
    }
    const hand = `Write "model: ${model}" into the scene ${name} by hand.`;
    io.err(`${io.paint('red', 'chargen:')} ${outcome.file} could not be changed: ${outcome.why}. ${hand}\n`);
  }
  return { names, refused: scenes.length - names.length };
}
