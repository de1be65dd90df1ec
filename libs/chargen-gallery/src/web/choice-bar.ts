import type { SceneCard } from '../model.js';
import { button, el, type IconName } from './dom.js';
import { canBeMadeNow, isRefused, isToBeMade, type SceneActions } from './scene-actions.js';
import type { Store } from './store.js';
import { dollars, plural } from './words.js';

/** What can be done with some of the chosen scenes. */
interface Part {
  readonly face: IconName;
  /** `count` is empty if it can be done with all of them. */
  readonly label: (count: string) => string;
  readonly isMeant: (scene: SceneCard) => boolean;
  readonly act: (scenes: readonly SceneCard[]) => void;
  readonly paid?: 'batch' | 'now';
}

/** What can be done with the chosen scenes, each button with the number of them; undefined if none is chosen. */
export function choiceBar(
  store: Store,
  actions: SceneActions,
  isRunning: boolean,
  say: (message: string) => void,
): HTMLElement | undefined {
  const chosen = store.choice().map(({ scene }) => scene);
  if (chosen.length === 0) return undefined;
  const buttons = partsOf(actions, say).map((part) => {
    const scenes = chosen.filter(part.isMeant);
    if (scenes.length === 0) return undefined;
    const count = scenes.length === chosen.length ? '' : ` ${scenes.length}`;
    const price = part.paid === 'now' ? `, about ${dollars(fullPrice(scenes))} …` : '';
    const press = (): void => {
      part.act(scenes);
    };
    const attributes = {
      class: part.paid === 'batch' ? 'main' : '',
      disabled: part.paid !== undefined && isRunning,
    };
    return button(part.face, part.label(count) + price, press, attributes);
  });
  const { reviewer } = actions;
  const undo = (): void => {
    reviewer.undo();
  };
  const none = (): void => {
    store.choose([...store.chosen], false);
  };
  return el(
    'div',
    { class: 'run-choice', role: 'group', 'aria-label': 'Chosen scenes' },
    el('strong', {}, `${plural(chosen.length, 'scene')} chosen`),
    ...buttons,
    button('left', 'Undo', undo, { disabled: !reviewer.canUndo }),
    button(undefined, 'Choose none', none),
  );
}

function partsOf(actions: SceneActions, say: (message: string) => void): Part[] {
  const { reviewer } = actions;
  const said = (count: number, verb: string): void => {
    say(`${plural(count, 'picture')} ${verb}.`);
  };
  const run = (scenes: readonly SceneCard[]): void => {
    actions.run(scenes.map(({ id }) => id));
  };
  const now = (scenes: readonly SceneCard[]): void => {
    actions.now(scenes.map(({ id }) => id));
  };
  const approve = (scenes: readonly SceneCard[]): void => {
    said(reviewer.decide(scenes, 'approved'), 'approved');
  };
  const reject = (scenes: readonly SceneCard[]): void => {
    said(reviewer.decide(scenes, 'rejected'), 'to be made again');
  };
  const again = (scenes: readonly SceneCard[]): void => {
    actions.again(scenes);
  };
  const lock = (scenes: readonly SceneCard[]): void => {
    reviewer.lock(scenes, true);
  };
  const unlock = (scenes: readonly SceneCard[]): void => {
    reviewer.lock(scenes, false);
  };
  const make = (count: string): string =>
    count === '' ? 'Make their pictures …' : `Make${count} in a run …`;
  const askAgain = (count: string): string => (count === '' ? 'Ask again …' : `Ask again for${count} …`);
  return [
    { face: 'play', label: make, isMeant: isToBeMade, act: run, paid: 'batch' },
    { face: 'image', label: (count) => `Make${count} now`, isMeant: canBeMadeNow, act: now, paid: 'now' },
    { face: 'check', label: (count) => `Approve${count}`, isMeant: canBecome('approved'), act: approve },
    { face: 'cross', label: (count) => `Reject${count}`, isMeant: canBecome('rejected'), act: reject },
    { face: 'dice', label: askAgain, isMeant: canBeAskedAgain, act: again },
    { face: 'lock', label: (count) => `Lock${count}`, isMeant: isOpen, act: lock },
    { face: 'unlock', label: (count) => `Unlock${count}`, isMeant: isLocked, act: unlock },
  ];
}

function isLocked({ state }: SceneCard): boolean {
  return state === 'locked';
}

function isOpen({ state }: SceneCard): boolean {
  return state !== 'locked' && state !== 'blocked';
}

function canBecome(state: 'approved' | 'rejected'): (scene: SceneCard) => boolean {
  return ({ review }) => review !== undefined && review.state !== state;
}

function canBeAskedAgain(scene: SceneCard): boolean {
  return isRefused(scene) || (scene.review !== undefined && !isToBeMade(scene) && scene.state !== 'edited');
}

function fullPrice(scenes: readonly SceneCard[]): number {
  return scenes.reduce((sum, { estimatedUsd }) => sum + 2 * (estimatedUsd ?? 0), 0);
}
