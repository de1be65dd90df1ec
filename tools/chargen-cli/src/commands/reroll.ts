import { setSceneField } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import { answerForEach, scenesCalled } from './scene-answers.js';

/** Raises `take`: the scene then asks for another picture, and every earlier one stays in the store. */
export async function run(call: CommandCall): Promise<ExitCode> {
  const workspace = await openWorkspace(call.globals);
  const scenes = scenesCalled(workspace, call.args);
  // Judged before anything is written: a command that ends as bad input has done nothing.
  for (const { name, scene } of scenes) {
    if (scene.locked) throw new CliError(`${name} is locked. First: chargen unlock ${name}`);
  }
  return answerForEach(call, scenes, async ({ name, entity, scene }) => {
    const value = scene.take + 1;
    const take = String(value);
    const outcome = await setSceneField(workspace.workspaceRoot, entity, scene, { field: 'take', value });
    const { file } = outcome;
    if (outcome.kind === 'refused') {
      const hand = `Write "take: ${take}" into the scene by hand.`;
      return { kind: 'refused', message: `${file} could not be changed: ${outcome.why}. ${hand}` };
    }
    return {
      kind: 'done',
      json: { take: value, file },
      text: `${name} asks for take ${take} now (${file}). Make it with: chargen batch generate --filter ${entity.slug}`,
    };
  });
}
