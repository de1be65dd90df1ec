import { keepEditedPicture, planScene } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import { answerForEach, takesOfScenesCalled } from './scene-answers.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const workspace = await openWorkspace(call.globals);
  const scenes = takesOfScenesCalled(workspace, call.args);
  for (const { name, entity, scene } of scenes) {
    const { state } = (await planScene(workspace, entity, scene)).planned;
    if (state.kind !== 'edited') throw new CliError(notKept(name, state.kind));
  }
  return answerForEach(call, scenes, async ({ name, entity, scene }) => {
    const outcome = await keepEditedPicture(workspace, entity, scene);
    switch (outcome.kind) {
      case 'not-edited':
        return { kind: 'refused', message: notKept(name, outcome.state) };
      case 'refused':
        return {
          kind: 'refused',
          message: `${outcome.file} could not be changed: ${outcome.why}. Write "locked: true" into the scene by hand.`,
        };
      case 'written':
      case 'unchanged':
        return {
          kind: 'done',
          json: { kept: true, file: outcome.file },
          text: `${name} is kept as it is: its scene is locked now in ${outcome.file}.`,
        };
    }
  });
}

/** Also for `discard`: neither does anything to a picture that is as it was made. */
export function notEdited(name: string, state: string): string {
  return `The picture of ${name} was not edited: the scene is ${state}.`;
}

function notKept(name: string, state: string): string {
  return state === 'locked'
    ? `${name} is locked already: its picture stays as it is.`
    : `${notEdited(name, state)} To lock it: chargen lock ${name}`;
}
