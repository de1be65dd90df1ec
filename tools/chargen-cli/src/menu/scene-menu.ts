import { log } from '@clack/prompts';
import { sceneName } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandModule } from '../cli/spec.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import { pick, pickBySearch } from './ask.js';
import { command, type Menu } from './menu.js';

/** What can be done with one scene; each is a direct command of the same name. */
export async function sceneMenu(menu: Menu): Promise<ExitCode> {
  const { world } = await openWorkspace(menu.globals);
  const entries = world.entities.flatMap(({ entity }) =>
    (entity?.scenes ?? []).flatMap((scene) =>
      entity === undefined
        ? []
        : [{ value: sceneName(entity, scene), label: sceneName(entity, scene), hint: scene.title }],
    ),
  );
  if (entries.length === 0) {
    log.info('There are no scenes yet. A scene is written into an imagery.yaml.');
    return EXIT.done;
  }
  const scene = await pickBySearch('Which scene?', entries);
  const verb = await pick(scene, [
    { value: 'why', label: 'Why is it pending?' },
    { value: 'prompt', label: 'Show the prompt' },
    { value: 'now', label: 'Make it now', hint: 'one request at full price' },
    { value: 'reroll', label: 'Roll again', hint: 'raises its take' },
    { value: 'lock', label: 'Lock' },
    { value: 'unlock', label: 'Unlock' },
    { value: 'keep', label: 'Keep my edited picture' },
    { value: 'discard', label: 'Discard my edited picture' },
  ]);
  return command(menu, await load(verb), [scene]);
}

function load(
  verb: 'why' | 'prompt' | 'now' | 'reroll' | 'lock' | 'unlock' | 'keep' | 'discard',
): Promise<CommandModule> {
  switch (verb) {
    case 'why':
      return import('../commands/why.js');
    case 'prompt':
      return import('../commands/prompt.js');
    case 'now':
      return import('../commands/now.js');
    case 'reroll':
      return import('../commands/reroll.js');
    case 'lock':
      return import('../commands/lock.js');
    case 'unlock':
      return import('../commands/unlock.js');
    case 'keep':
      return import('../commands/keep.js');
    case 'discard':
      return import('../commands/discard.js');
  }
}
