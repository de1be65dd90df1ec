import { setSceneField } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { sceneCalled } from '../workspace/open-scene.js';
import { openWorkspace } from '../workspace/open-workspace.js';

export function run(call: CommandCall): Promise<ExitCode> {
  return setLocked(call, true);
}

export async function setLocked({ args, globals, io }: CommandCall, value: boolean): Promise<ExitCode> {
  const workspace = await openWorkspace(globals);
  const scenes = args.map((name) => ({ name, ...sceneCalled(workspace, name) }));
  const word = value ? 'locked' : 'unlocked';
  for (const { name, entity, scene } of scenes) {
    const outcome = await setSceneField(workspace.workspaceRoot, entity, scene, { field: 'locked', value });
    if (outcome.kind === 'refused') {
      const hand = value ? 'Write "locked: true" into the scene' : 'Take "locked" out of the scene';
      throw new CliError(`${outcome.file} could not be changed: ${outcome.why}. ${hand} by hand.`);
    }
    const changed = outcome.kind === 'written';
    if (globals.json) await io.out(jsonText({ scene: name, locked: value, changed, file: outcome.file }));
    else await io.out(`${name} is ${changed ? 'now' : 'already'} ${word} (${outcome.file}).\n`);
  }
  return EXIT.done;
}
