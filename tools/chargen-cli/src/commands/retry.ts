import { join } from 'node:path';
import {
  describeNoPicture,
  isOfKeptAnswer,
  kindOfNoPicture,
  dropRefusedLetters,
  findScene,
  listDeadLetters,
  missingTakes,
  nextAttempt,
  planWorld,
  raiseAttempt,
  readRefusal,
  sceneName,
  sceneOfItem,
  scenePaths,
  Selection,
  type Refusal,
  type Scene,
  type WorldPlan,
} from 'chargen-core';
import { z } from 'chargen-core/zod';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { environmentOf } from '../run/profile.js';
import { runVariables } from '../run/run-variables.js';
import { againLines, askAgain, planAgain } from '../run/ask-again.js';
import { printResult } from '../run/print-result.js';
import { takesAsked } from '../run/takes-asked.js';
import { choose, type Selected } from '../workspace/choose.js';
import { batchFolderOf, openResults } from '../workspace/open-results.js';
import { sceneCalled, type OpenScene } from '../workspace/open-scene.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { refuseEdited, runOptionsSchema } from '../run/start-target.js';

const optionsSchema = runOptionsSchema.extend({
  class: z.string().optional(),
  run: z.boolean().default(true),
});

type Chosen = Omit<OpenScene, 'workspace'>;

/** Something that was asked for in vain, and would be asked again. */
interface Again extends Chosen {
  readonly name: string;
  /** Google's word for a refusal, or the class of a failure. */
  readonly class: string;
  readonly why: string;
  /** A refusal holds until the scene asks for another attempt; a failure, without one, is pending by itself. */
  readonly refusal: Refusal | undefined;
}

export async function run(call: CommandCall): Promise<ExitCode> {
  const { globals, io } = call;
  const options = optionsSchema.parse(call.options);
  const workspace = await openWorkspace(globals);
  const variables = runVariables(options, workspace, call);
  const all = await whatFailed(workspace, chosenScenes(workspace, call.args, options));
  const again = all.filter((one) => isOfClass(one, options.class));
  if (again.length === 0) {
    if (globals.json) await io.out(jsonText({ exitCode: EXIT.done, retried: [], report: null }));
    else await io.out(`${nothingAgain(all, options.class)}\n`);
    return EXIT.done;
  }
  const listed = again.map(({ name, why }) => ({ scene: name, why }));
  const takes = takesAsked(undefined, workspace, call);
  const plan = await planned(call, workspace, again, takes);
  if (!globals.json) {
    for (const { scene, why } of listed) io.err(`${scene}: ${why}\n`);
    io.err(`To be asked again, word for word: ${againLines(plan).join('\n')}\n`);
  }
  if (options.dryRun) {
    const { requests, estimatedUsd } = plan.totals;
    if (globals.json) await io.out(jsonText({ dryRun: true, retried: listed, requests, estimatedUsd }));
    return EXIT.done;
  }
  if (io.interactive && !options.yes && !globals.json) {
    if (!(await confirmed('Each is asked, and paid, once more. Do it?', false))) return EXIT.done;
  }
  await refuseEdited(workspace);
  const { asked, refused } = await raiseAttempts(call, workspace, again);
  const retried = again.flatMap((one) => asked.get(one) ?? []);
  if (!options.run || retried.length === 0) {
    const exitCode = refused === 0 ? EXIT.done : retried.length === 0 ? EXIT.badInput : EXIT.partial;
    if (globals.json) await io.out(jsonText({ exitCode, retried, report: null }));
    else if (retried.length > 0)
      await io.out(`The next run asks again for ${retried.length}: chargen batch generate\n`);
    return exitCode;
  }
  const selected = selectedAgain(
    again.filter((one) => asked.has(one)),
    takes,
  );
  const { events } = options;
  const { result, target } = await askAgain(
    { globals, io },
    { workspace, target: 'generate', selected, variables, events, refused },
  );
  await printResult(result, target);
  return result.exitCode;
}

function selectedAgain(again: readonly Again[], takes: number | undefined): Selected {
  return {
    entities: [...new Set(again.map((one) => one.loaded))],
    selection: new Selection(again.map((one) => one.name)),
    takes,
  };
}

/** What the run makes once `attempt` is raised; nothing is written for it. */
async function planned(
  { globals, io }: CommandCall,
  workspace: Workspace,
  again: readonly Again[],
  takes: number | undefined,
): Promise<WorldPlan> {
  const store = openResults(workspace, environmentOf(workspace.workspaceRoot, globals.profile, io.env), io);
  const attempts = new Map<Scene, number>();
  for (const { scene, refusal } of again) {
    if (refusal !== undefined) attempts.set(scene, await nextAttempt(store, scene, refusal));
  }
  return planAgain(workspace, selectedAgain(again, takes), (scene) => {
    const attempt = attempts.get(scene);
    return attempt === undefined ? undefined : { attempt };
  });
}

/** As it is listed for scripts. */
interface Retried {
  readonly scene: string;
  readonly why: string;
  /** What `attempt` is now; left out for a failure, which needs none. */
  readonly attempt?: number;
}

/** Writes `attempt` for every refusal. A file that cannot be changed is reported, and stops no other one. */
async function raiseAttempts(
  { globals, io }: CommandCall,
  workspace: Workspace,
  again: readonly Again[],
): Promise<{ readonly asked: ReadonlyMap<Again, Retried>; readonly refused: number }> {
  const env = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  const store = openResults(workspace, env, io);
  const asked = new Map<Again, Retried>();
  for (const one of again) {
    const { name, why, entity, scene, refusal } = one;
    if (refusal === undefined) {
      asked.set(one, { scene: name, why });
      continue;
    }
    const { attempt, outcome } = await raiseAttempt(workspace.workspaceRoot, store, entity, scene, refusal);
    if (outcome.kind !== 'refused') {
      asked.set(one, { scene: name, why, attempt });
      continue;
    }
    const hand = `Write "attempt: ${attempt}" into the scene ${name} by hand.`;
    const message = `${outcome.file} could not be changed: ${outcome.why}. ${hand}`;
    io.err(`${io.paint('red', 'chargen:')} ${message}\n`);
  }
  const keys = [...asked.keys()].flatMap(({ refusal }) => refusal?.key ?? []);
  await dropRefusedLetters(batchFolderOf(workspace), new Set(keys));
  return { asked, refused: again.length - asked.size };
}

function chosenScenes(
  workspace: Workspace,
  names: readonly string[],
  choice: z.infer<typeof optionsSchema>,
): readonly Chosen[] {
  if (names.length > 0) return names.map((name) => sceneCalled(workspace, name));
  return choose(workspace.world, choice).flatMap((loaded) => {
    const { entity } = loaded;
    return entity === undefined ? [] : entity.scenes.map((scene) => ({ loaded, entity, scene }));
  });
}

/** Refusals that are beside the chosen scenes, the newest dead letters of them, and takes that they did not get. */
async function whatFailed(workspace: Workspace, scenes: readonly Chosen[]): Promise<Again[]> {
  const found = new Map<string, Again>();
  for (const one of scenes) {
    const refusal = await readRefusal(refusalPath(workspace, one));
    if (refusal.kind !== 'present') continue;
    const { reason, message } = refusal.value;
    const name = sceneName(one.entity, one.scene);
    const why = describeNoPicture(reason, message);
    found.set(name, { ...one, name, class: reason, why, refusal: refusal.value });
  }
  const names = new Set(scenes.map(({ entity, scene }) => sceneName(entity, scene)));
  const letters = (await listDeadLetters(batchFolderOf(workspace))).filter((letter) => {
    const name = sceneOfItem(letter.name);
    return !isOfKeptAnswer(letter) && !found.has(name) && names.has(name);
  });
  const unmade = await scenesToMake(workspace, new Set(letters.map((letter) => sceneOfItem(letter.name))));
  for (const letter of letters) {
    const name = sceneOfItem(letter.name);
    if (!unmade.has(name)) continue;
    const scene = findScene(workspace.world, name);
    if (scene.kind === 'found') {
      const why = `${letter.class}: ${letter.message}`;
      found.set(name, { ...scene, name, class: letter.class, why, refusal: undefined });
    }
  }
  for (const one of await missingTakes(workspace, new Selection([...names]))) {
    found.set(one.name, { ...one, why: `${one.class}: ${one.why}`, refusal: undefined });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Those of them that a run would ask for. The letter of a failure stays in its run when another run makes the picture,
 * so that one which failed once was listed for ever.
 */
async function scenesToMake(workspace: Workspace, names: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const toMake = new Set<string>();
  if (names.size === 0) return toMake;
  await planWorld({ ...workspace, selection: new Selection([...names]) }, ({ scenes }) => {
    for (const { item, planned } of scenes) {
      if (item.state === 'pending' || item.state === 'waits') toMake.add(planned.name);
    }
  });
  return toMake;
}

function isOfClass(one: Again, wanted: string | undefined): boolean {
  const word = wanted?.toLowerCase();
  return (
    word === undefined ||
    word === one.class.toLowerCase() ||
    (one.refusal !== undefined && word === kindOfNoPicture(one.class))
  );
}

/** A class that was misspelt must not look like "all is well". */
function nothingAgain(all: readonly Again[], wanted: string | undefined): string {
  if (all.length === 0 || wanted === undefined) return 'Nothing failed or was refused.';
  const classes = [...new Set(all.map((one) => one.class))].sort();
  return `Nothing of the class "${wanted}" failed or was refused. There is: ${classes.join(', ')}.`;
}

function refusalPath(workspace: Workspace, { entity, scene }: Omit<Chosen, 'loaded'>): string {
  return join(workspace.workspaceRoot, scenePaths(entity, scene, workspace.places).refusal);
}
