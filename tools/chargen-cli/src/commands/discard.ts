import { discardEditedPicture } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { sceneCalled } from '../workspace/open-scene.js';
import { openWorkspace } from '../workspace/open-workspace.js';

export async function run({ args, globals, io }: CommandCall): Promise<ExitCode> {
  const workspace = await openWorkspace(globals);
  const scenes = args.map((name) => ({ name, ...sceneCalled(workspace, name) }));
  for (const { name, entity, scene } of scenes) {
    const outcome = await discardEditedPicture(workspace, entity, scene);
    if (outcome.kind === 'not-edited') {
      throw new CliError(`The picture of ${name} was not edited: the scene is ${outcome.state}.`);
    }
    if (globals.json) {
      await io.out(jsonText({ scene: name, ...outcome }));
      continue;
    }
    const kept = `Yours is kept: ${outcome.kept.join(', ')}`;
    if (outcome.kind === 'restored') {
      const from = outcome.from === 'store' ? 'the store' : 'the last commit';
      await io.out(`${outcome.path} is again the picture of its recipe, from ${from}. ${kept}\n`);
    } else {
      const next =
        outcome.state === 'reused'
          ? 'The store has a picture for it; the next run lays it there.'
          : `No copy of the tool's picture is left, so that the next run makes it anew (${outcome.state}).`;
      await io.out(`${name} has no picture now. ${next} ${kept}\n`);
    }
  }
  return EXIT.done;
}
