import { discardEditedPicture, planScene } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import { notEdited } from './keep.js';
import { answerForEach, takesOfScenesCalled } from './scene-answers.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const workspace = await openWorkspace(call.globals);
  const scenes = takesOfScenesCalled(workspace, call.args);
  for (const { name, entity, scene } of scenes) {
    const { state } = (await planScene(workspace, entity, scene)).planned;
    if (state.kind !== 'edited') throw new CliError(notEdited(name, state.kind));
  }
  return answerForEach(call, scenes, async ({ name, entity, scene }) => {
    const outcome = await discardEditedPicture(workspace, entity, scene);
    switch (outcome.kind) {
      case 'not-edited':
        return { kind: 'refused', message: notEdited(name, outcome.state) };
      case 'restored': {
        const from = outcome.from === 'store' ? 'the store' : 'the last commit';
        const text = `${outcome.path} is again the picture of its recipe, from ${from}. ${kept(outcome.kept)}`;
        return { kind: 'done', json: outcome, text };
      }
      case 'removed': {
        const next =
          outcome.state === 'reused'
            ? 'The store has a picture for it; the next run lays it there.'
            : `No copy of the tool's picture is left, so that the next run makes it anew (${outcome.state}).`;
        return {
          kind: 'done',
          json: outcome,
          text: `${name} has no picture now. ${next} ${kept(outcome.kept)}`,
        };
      }
    }
  });
}

function kept(paths: readonly string[]): string {
  return `Yours is kept: ${paths.join(', ')}`;
}
