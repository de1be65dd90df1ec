import { findScene, findTake, sceneName, type Entity, type Scene } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import type { Workspace } from '../workspace/open-workspace.js';

export interface NamedScene {
  /** As it was written in the command line. */
  readonly name: string;
  readonly entity: Entity;
  readonly scene: Scene;
}

/** What became of one scene. */
export type SceneAnswer =
  | { readonly kind: 'done'; readonly json: Readonly<Record<string, unknown>>; readonly text: string }
  /** Nothing was changed for it; why, and what to do. */
  | { readonly kind: 'refused'; readonly message: string };

/** The scenes that a command line names, each once. Throws CliError if one is not there. */
export function scenesCalled(workspace: Workspace, names: readonly string[]): NamedScene[] {
  return called(workspace, names, findScene);
}

/** The same, or other takes of scenes: `finn/rooftop@2`. */
export function takesOfScenesCalled(workspace: Workspace, names: readonly string[]): NamedScene[] {
  return called(workspace, names, findTake);
}

function called(workspace: Workspace, names: readonly string[], find: typeof findScene): NamedScene[] {
  const found = new Map<string, NamedScene>();
  for (const name of names) {
    const outcome = find(workspace.world, name);
    if (outcome.kind === 'unknown') throw new CliError(outcome.message);
    const { entity, scene } = outcome;
    const full = sceneName(entity, scene);
    if (!found.has(full)) found.set(full, { name, entity, scene });
  }
  return [...found.values()];
}

/** Does one thing to each scene and reports it: in words one by one, in JSON as one answer for all of them. */
export async function answerForEach(
  { globals, io }: CommandCall,
  scenes: readonly NamedScene[],
  change: (scene: NamedScene) => Promise<SceneAnswer>,
): Promise<ExitCode> {
  const answers: unknown[] = [];
  let refused = 0;
  for (const one of scenes) {
    const answer = await change(one);
    switch (answer.kind) {
      case 'done':
        answers.push({ scene: one.name, ...answer.json });
        if (!globals.json) await io.out(`${answer.text}\n`);
        break;
      case 'refused':
        refused += 1;
        answers.push({ scene: one.name, error: { code: 'refused', message: answer.message } });
        io.err(`${io.paint('red', 'chargen:')} ${answer.message}\n`);
        break;
    }
  }
  if (globals.json) await io.out(jsonText({ scenes: answers }));
  if (refused === 0) return EXIT.done;
  return refused === scenes.length ? EXIT.badInput : EXIT.partial;
}
