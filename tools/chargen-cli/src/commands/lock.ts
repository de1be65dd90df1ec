import { setSceneField } from 'chargen-core';
import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import { answerForEach, scenesCalled } from './scene-answers.js';

export function run(call: CommandCall): Promise<ExitCode> {
  return setLocked(call, true);
}

export async function setLocked(call: CommandCall, value: boolean): Promise<ExitCode> {
  const workspace = await openWorkspace(call.globals);
  const word = value ? 'locked' : 'unlocked';
  return answerForEach(call, scenesCalled(workspace, call.args), async ({ name, entity, scene }) => {
    const outcome = await setSceneField(workspace.workspaceRoot, entity, scene, { field: 'locked', value });
    const { file } = outcome;
    if (outcome.kind === 'refused') {
      const hand = value ? 'Write "locked: true" into the scene' : 'Take "locked" out of the scene';
      return { kind: 'refused', message: `${file} could not be changed: ${outcome.why}. ${hand} by hand.` };
    }
    const changed = outcome.kind === 'written';
    return {
      kind: 'done',
      json: { locked: value, changed, file },
      text: `${name} is ${changed ? 'now' : 'already'} ${word} (${file}).`,
    };
  });
}
