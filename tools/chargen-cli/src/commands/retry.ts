import { join } from 'node:path';
import {
  FAILURE_CLASSES,
  findScene,
  listDeadLetters,
  readRefusal,
  retryRefusals,
  sceneName,
  scenePaths,
  Selection,
  type Entity,
  type LoadedEntity,
  type Scene,
} from 'chargen-core';
import { z } from 'zod';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { environmentOf } from '../run/profile.js';
import { runVariables } from '../run/run-variables.js';
import { runTarget, tellResult, type TargetRun } from '../run/run-target.js';
import { choose } from '../workspace/choose.js';
import { batchFolderOf, openResults } from '../workspace/open-results.js';
import { sceneCalled } from '../workspace/open-scene.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { refuseEdited, runOptionsSchema } from '../run/start-target.js';

const optionsSchema = runOptionsSchema.extend({
  class: z.string().optional(),
  run: z.boolean().default(true),
});

interface Chosen {
  readonly loaded: LoadedEntity;
  readonly entity: Entity;
  readonly scene: Scene;
}

/** Something that was asked for in vain, and would be asked again. */
interface Again extends Chosen {
  readonly name: string;
  /** Google's word for a refusal, or the class of a failure. */
  readonly class: string;
  readonly why: string;
  /** A refusal must be forgotten first; a failure is pending by itself. */
  readonly refused: boolean;
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
  const told = again.map(({ name, why }) => ({ scene: name, why }));
  if (!globals.json) for (const { scene, why } of told) io.err(`${scene}: ${why}\n`);
  if (options.dryRun) {
    if (globals.json) await io.out(jsonText({ dryRun: true, retried: told }));
    return EXIT.done;
  }
  if (io.interactive && !options.yes && !globals.json) {
    const question = 'Each is asked, and paid, once more, word for word as before. Do it?';
    if (!(await confirmed(question, false))) return EXIT.done;
  }
  await refuseEdited(workspace);
  const env = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  await retryRefusals({
    store: openResults(workspace, env, io),
    batchFolder: batchFolderOf(workspace),
    refusals: again.flatMap((one) => (one.refused ? [refusalPath(workspace, one)] : [])),
  });
  if (!options.run) {
    if (globals.json) await io.out(jsonText({ exitCode: EXIT.done, retried: told, report: null }));
    else
      await io.out(
        `${String(again.length)} will be asked again by the next run. Let it skip the cache of Nx: --skip-nx-cache\n`,
      );
    return EXIT.done;
  }
  const target: TargetRun = {
    workspace,
    target: 'generate',
    selected: {
      entities: [...new Set(again.map((one) => one.loaded))],
      selection: new Selection(again.map((one) => one.name)),
    },
    preview: false,
    variables,
    // The refusal is an output: the cache would bring it back and call it done.
    skipNxCache: true,
    globals,
    io,
    events: options.events,
  };
  const result = await runTarget(target);
  await tellResult(result, target);
  return result.exitCode;
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

/** Refusals that lie beside the chosen scenes, and the newest dead letters of them. */
async function whatFailed(workspace: Workspace, scenes: readonly Chosen[]): Promise<Again[]> {
  const found = new Map<string, Again>();
  for (const one of scenes) {
    const refusal = await readRefusal(refusalPath(workspace, one));
    if (refusal.kind !== 'present') continue;
    const { reason, message } = refusal.value;
    const name = sceneName(one.entity, one.scene);
    const why = `refused (${reason}) ${message}`.trim();
    found.set(name, { ...one, name, class: reason, why, refused: true });
  }
  const names = new Set(scenes.map(({ entity, scene }) => sceneName(entity, scene)));
  for (const letter of await listDeadLetters(batchFolderOf(workspace))) {
    const name = letter.name.split('@')[0] ?? letter.name;
    if (letter.class === 'refused' || found.has(name) || !names.has(name)) continue;
    const scene = findScene(workspace.world, name);
    if (scene.kind === 'found') {
      const why = `${letter.class}: ${letter.message}`;
      found.set(name, { ...scene, name, class: letter.class, why, refused: false });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isOfClass(one: Again, wanted: string | undefined): boolean {
  const word = wanted?.toLowerCase();
  return word === undefined || word === one.class.toLowerCase() || (word === 'refused' && one.refused);
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

/** Words that `--class` knows beside Google's own. */
export const RETRY_CLASSES = ['refused', ...FAILURE_CLASSES] as const;
