import { describeNames, sceneName, useTake } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { environmentOf } from '../run/profile.js';
import { takesContext } from '../workspace/open-results.js';
import { openScene } from '../workspace/open-scene.js';

/** Makes a take the picture of its scene. Pays nothing. */
export async function run(call: CommandCall): Promise<ExitCode> {
  const { globals, io, args } = call;
  const text = args[1] ?? '';
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new CliError(`"${text}" is no take; write its number, such as 2.`);
  const take = Number(text);
  const { workspace, entity, scene } = await openScene(call);
  const env = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  const outcome = await useTake(takesContext(workspace, env, io), entity, scene, take);
  const name = sceneName(entity, scene);
  switch (outcome.kind) {
    case 'used': {
      const { before, file, picture, madeAgain } = outcome;
      if (globals.json) {
        await io.out(jsonText({ scene: name, take, before, file, picture, madeAgain }));
        return EXIT.done;
      }
      const back = before === take ? '' : ` To go back: chargen use ${name} ${before}`;
      await io.out(`${picture} is take ${take} now (${file}); nothing was paid.${back}\n`);
      if (madeAgain.length > 0) {
        await io.out(
          `Shown by others, which the next run makes again and pays for: ${describeNames(madeAgain)}.\n`,
        );
      }
      return EXIT.done;
    }
    case 'not-there':
      throw new CliError(outcome.why, outcome.isAtGoogle ? EXIT.running : EXIT.badInput, 'not-there');
    case 'refused':
      throw new CliError(outcome.why, EXIT.badInput, 'refused');
  }
}
