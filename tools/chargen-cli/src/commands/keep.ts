import { keepEditedPicture } from 'chargen-core';
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
    const outcome = await keepEditedPicture(workspace, entity, scene);
    switch (outcome.kind) {
      case 'not-edited':
        throw new CliError(
          `The picture of ${name} was not edited: the scene is ${outcome.state}. To lock it: chargen lock ${name}`,
        );
      case 'refused':
        throw new CliError(
          `${outcome.file} could not be changed: ${outcome.why}. Write "locked: true" into the scene by hand.`,
        );
      case 'written':
      case 'unchanged':
        if (globals.json) await io.out(jsonText({ scene: name, kept: true, file: outcome.file }));
        else await io.out(`${name} is kept as it is: its scene is locked now in ${outcome.file}.\n`);
    }
  }
  return EXIT.done;
}
