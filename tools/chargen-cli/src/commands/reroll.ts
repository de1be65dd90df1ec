import { setSceneField } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { sceneCalled } from '../workspace/open-scene.js';
import { openWorkspace } from '../workspace/open-workspace.js';

/** Raises `take`: the scene then asks for another picture, and every earlier one stays in the store. */
export async function run({ args, globals, io }: CommandCall): Promise<ExitCode> {
  const workspace = await openWorkspace(globals);
  const scenes = args.map((name) => ({ name, ...sceneCalled(workspace, name) }));
  for (const { name, entity, scene } of scenes) {
    if (scene.locked) throw new CliError(`${name} is locked. First: chargen unlock ${name}`);
    const take = scene.take + 1;
    const outcome = await setSceneField(workspace.workspaceRoot, entity, scene, {
      field: 'take',
      value: take,
    });
    if (outcome.kind === 'refused') {
      throw new CliError(
        `${outcome.file} could not be changed: ${outcome.why}. Write "take: ${String(take)}" into the scene by hand.`,
      );
    }
    if (globals.json) await io.out(jsonText({ scene: name, take, file: outcome.file }));
    else {
      await io.out(
        `${name} asks for take ${String(take)} now (${outcome.file}). Make it with: chargen batch generate --filter ${entity.slug}\n`,
      );
    }
  }
  return EXIT.done;
}
