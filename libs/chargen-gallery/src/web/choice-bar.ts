import { button, el } from './dom.js';
import type { SceneActions } from './scene-actions.js';
import { plural } from './words.js';

/** What can be done with the chosen scenes, each button with the number of them; undefined if none is chosen. */
export function choiceBar(
  { store, reviewer, all }: SceneActions,
  isRunning: boolean,
): HTMLElement | undefined {
  const chosen = store.choice().map(({ scene }) => scene);
  if (chosen.length === 0) return undefined;
  const buttons = all.map(({ face, many, paid, isMeant, act }) => {
    const [first, ...others] = chosen.filter(isMeant);
    if (first === undefined || many === undefined) return undefined;
    const scenes = [first, ...others] as const;
    const count = scenes.length === chosen.length ? '' : ` ${scenes.length}`;
    const attributes = { class: paid === 'batch' ? 'main' : '', disabled: paid !== undefined && isRunning };
    return button(face, many(count, scenes), () => act(scenes), attributes);
  });
  return el(
    'div',
    { class: 'run-choice', role: 'group', 'aria-label': 'Chosen scenes' },
    el('strong', `${plural(chosen.length, 'scene')} chosen`),
    buttons,
    button('left', 'Undo', () => void reviewer.undo(), { disabled: !reviewer.canUndo }),
    button(undefined, 'Choose none', () => store.choose([...store.chosen], false)),
  );
}
