import { describeEstimate, planScene, planWorld, sceneName, Selection, type PlannedItem } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandModule } from '../cli/spec.js';
import { sceneCalled } from '../workspace/open-scene.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { pick, pickBySearch, say, sure, type Entry } from './ask.js';
import { command, type Menu } from './menu.js';

type Verb =
  | 'why'
  | 'prompt'
  | 'now'
  | 'reroll'
  | 'lock'
  | 'unlock'
  | 'keep'
  | 'discard'
  | 'retry'
  | 'collect';

/** What can be done with one scene, as far as it fits its state; each is a direct command of the same name. */
export async function sceneMenu(menu: Menu): Promise<ExitCode> {
  const workspace = await openWorkspace(menu.globals);
  const entries = workspace.world.entities.flatMap(({ entity }) =>
    (entity?.scenes ?? []).flatMap((scene) =>
      entity === undefined
        ? []
        : [{ value: sceneName(entity, scene), label: sceneName(entity, scene), hint: scene.title }],
    ),
  );
  if (entries.length === 0) {
    say.info('There are no scenes yet. A scene is written into an imagery.yaml.');
    return EXIT.done;
  }
  const name = await pickBySearch('Which scene?', entries);
  const { entity, scene } = sceneCalled(workspace, name);
  const item = await itemOf(workspace, name);
  const state = item?.state ?? 'blocked';
  say.info(`${name}: ${state}, ${item?.reason ?? 'its file has an error'}.`);
  const verb = await pick(name, verbsFor(state, scene.locked));
  if (verb === 'reroll') {
    const { planned } = await planScene(workspace, entity, scene);
    const question = `The next run makes another picture for ${describeEstimate(planned.cost)}. Roll again?`;
    if (!(await sure(question, false))) return EXIT.done;
  }
  return command(menu, await load(verb), verb === 'collect' ? [] : [name]);
}

/** As the plan of the world has it: what Google works on is known there. */
async function itemOf(workspace: Workspace, name: string): Promise<PlannedItem | undefined> {
  let found: PlannedItem | undefined;
  await planWorld({ ...workspace, selection: new Selection([name]) }, ({ scenes }) => {
    found ??= scenes.find(({ planned }) => planned.name === name)?.item;
  });
  return found;
}

/** The first of them is free: Enter alone never buys. */
export function verbsFor(state: PlannedItem['state'], locked: boolean): readonly Entry<Verb>[] {
  const why: Entry<Verb> = {
    value: 'why',
    label: state === 'waits' ? 'Why does it wait?' : `Why is it ${state}?`,
  };
  const prompt: Entry<Verb> = { value: 'prompt', label: 'Show the prompt' };
  const now: Entry<Verb> = { value: 'now', label: 'Make it now', hint: 'one request at full price' };
  const reroll: Entry<Verb> = { value: 'reroll', label: 'Roll again', hint: 'raises its take' };
  const lock: Entry<Verb> = locked ? { value: 'unlock', label: 'Unlock' } : { value: 'lock', label: 'Lock' };
  switch (state) {
    case 'pending':
      return [why, prompt, now, lock];
    case 'reused':
      return [why, prompt, { value: 'now', label: 'Lay it now', hint: 'it is paid for' }, lock];
    case 'waits':
    case 'blocked':
    case 'locked':
      return [why, prompt, lock];
    case 'in-flight':
      return [why, prompt, { value: 'collect', label: 'Collect what is finished' }];
    case 'done':
      return [why, prompt, reroll, lock];
    case 'refused':
    case 'unusable':
      return [why, prompt, { value: 'retry', label: 'Ask again', hint: 'word for word' }, reroll, lock];
    case 'edited':
      return [
        why,
        { value: 'keep', label: 'Keep my edited picture' },
        { value: 'discard', label: 'Discard my edited picture' },
      ];
  }
}

function load(verb: Verb): Promise<CommandModule> {
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
    case 'retry':
      return import('../commands/retry.js');
    case 'collect':
      return import('../commands/collect.js');
  }
}
