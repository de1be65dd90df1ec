import { effect } from '@preact/signals';
import type { SceneCard, SceneDetails, SceneState } from '../model.js';
import { ask } from './api.js';
import { entityDetails } from './data.js';
import { askAgain, askForNote, askForOne, askForPrompt } from './forms.js';
import { reviewer, say, store } from './page.js';
import { asked, pose, poseSoon } from './question.js';
import type { IconName } from './ui.js';
import { dollars, plural } from './words.js';

const TO_BE_MADE: readonly SceneState[] = ['pending', 'waits', 'failed', 'reused'];

/** Whether a run would lay a picture into its place. */
export function isToBeMade({ state }: SceneCard): boolean {
  return TO_BE_MADE.includes(state);
}

export function isRefused({ state }: SceneCard): boolean {
  return state === 'refused' || state === 'unusable';
}

/** Something that can be done with scenes. */
export interface Action {
  readonly face: IconName;
  /** On the card of a scene; left out if it is offered for several only. */
  readonly one?: string | ((scene: SceneCard) => string);
  /** Its state calls for it, so that it is offered in the open scene, too. */
  readonly isUrgent?: true;
  /** In the bar about the chosen scenes; `count` is empty if it can be done with all of them. */
  readonly many?: (count: string, scenes: readonly SceneCard[]) => string;
  readonly paid?: 'batch' | 'now';
  readonly isMeant: (scene: SceneCard) => boolean;
  readonly act: (scenes: readonly [SceneCard, ...SceneCard[]]) => void;
}

/** What can be done with scenes, by the state in which they are: on cards, in the bar, and in the open scene. */
export const ACTIONS: readonly Action[] = [
  {
    face: 'compare',
    one: 'Keep or discard …',
    isUrgent: true,
    isMeant: ({ state }) => state === 'edited',
    act: ([{ id }]) => pose({ kind: 'edited', scene: id }),
  },
  { face: 'dice', one: 'Retry …', isUrgent: true, isMeant: isRefused, act: again },
  {
    face: 'play',
    one: ({ state }) => (state === 'failed' ? 'Retry …' : 'Make in a run …'),
    isUrgent: true,
    many: (count) => (count === '' ? 'Make their pictures …' : `Make${count} in a run …`),
    paid: 'batch',
    isMeant: isToBeMade,
    act: (scenes) => askForRun(scenes.map(({ id }) => id)),
  },
  {
    face: 'image',
    one: (scene) => `Make now${priceOf([scene])} …`,
    isUrgent: true,
    many: (count, scenes) => `Make${count} now${priceOf(scenes)} …`,
    paid: 'now',
    // One request makes it: it waits for no other picture, and was not paid for already.
    isMeant: ({ state }) => state === 'pending' || state === 'failed',
    act: (scenes) => askForNow(scenes.map(({ id }) => id)),
  },
  {
    face: 'plus',
    one: 'Adopt a picture …',
    isUrgent: true,
    isMeant: ({ flags }) => flags.includes('candidate'),
    act: ([scene]) => askForAdoption(scene),
  },
  decision('check', 'Good', 'Approve', 'approved', 'approved'),
  decision('cross', 'Again', 'Reject', 'rejected', 'to be made again'),
  {
    face: 'dice',
    many: (count) => (count === '' ? 'Ask again …' : `Ask again for${count} …`),
    isMeant: (scene) =>
      isRefused(scene) || (!isToBeMade(scene) && !!scene.review && scene.state !== 'edited'),
    act: again,
  },
  lock('lock', 'Lock', (state) => state !== 'locked' && state !== 'blocked'),
  lock('unlock', 'Unlock', (state) => state === 'locked'),
];

function decision(
  face: IconName,
  one: string,
  verb: string,
  state: 'approved' | 'rejected',
  done: string,
): Action {
  return {
    face,
    one,
    many: (count) => verb + count,
    isMeant: ({ review }) => review !== undefined && review.state !== state,
    act: (scenes) => say(`${plural(reviewer.decide(scenes, state), 'picture')} ${done}.`),
  };
}

function lock(face: 'lock' | 'unlock', one: string, isMeant: (state: SceneState) => boolean): Action {
  return {
    face,
    one,
    many: (count) => one + count,
    isMeant: ({ state }) => isMeant(state),
    act: (scenes) => reviewer.lock(scenes, face === 'lock'),
  };
}

/** A button for one scene. */
type Offer = readonly [face: IconName, label: string, act: () => void];

/** What is offered for one scene: on its card all of it, in the open scene what its state calls for. */
export function offersFor(scene: SceneCard, isOnlyUrgent: boolean): (Offer | undefined)[] {
  return ACTIONS.map(({ face, one, isUrgent, isMeant, act }) => {
    if (one === undefined || !isMeant(scene) || (isOnlyUrgent && isUrgent !== true)) return undefined;
    return [face, typeof one === 'string' ? one : one(scene), () => act([scene])];
  });
}

/** Changes of the file of the open scene, each shown as a difference before it is written. */
export function changesOf(scene: SceneCard, details: SceneDetails): Offer[] {
  const { id, title, picture } = scene;
  const { locked, ownPrompt } = details;
  const word = locked ? 'Unlock' : 'Lock';
  const turnLock = (): void => askForOne(`${word} “${title}”`, { kind: 'lock', scene: id, locked: !locked });
  const roll = (): void => askForOne(`Roll “${title}” again`, { kind: 'reroll', scene: id });
  const reject: Offer = ['cross', 'Reject …', () => askForNote(scene)];
  const edit: Offer =
    ownPrompt === undefined
      ? ['pen', 'Where to edit the prompt …', () => pose({ kind: 'sources', scene, details })]
      : ['pen', 'Edit prompt …', () => askForPrompt(scene, ownPrompt)];
  return [
    [locked ? 'unlock' : 'lock', word, turnLock],
    ['dice', 'Roll again', roll],
    ...(picture === undefined ? [] : [reject]),
    edit,
  ];
}

/** What is made and what it costs is shown before anything is paid. */
export function askForRun(scenes: readonly string[]): void {
  const load = async () => ({ kind: 'run', scenes, plan: await ask('plan', { scenes }) }) as const;
  poseSoon('Make pictures', 'Planning …', load);
}

/** Pictures that are made at once, each by a request of its own at full price. */
function askForNow(scenes: readonly string[]): void {
  const load = async () => ({ kind: 'now', scenes, plan: await ask('plan-now', { scenes }) }) as const;
  poseSoon('Make now', 'Asking for the price …', load);
}

function askForAdoption(scene: SceneCard): void {
  poseSoon('Adopt a picture', 'One moment …', async () => {
    const { entity } = store.find(scene.id) ?? {};
    const details = entity && (await entityDetails(entity.details));
    const candidates = details?.scenes.find(({ id }) => id === scene.id)?.candidates ?? [];
    return { kind: 'adopt', scene, candidates };
  });
}

/** Scenes that were just changed, whose plan is to be shown. */
let awaited: readonly string[] = [];

/** Asks again for pictures that are there, or that were refused; then the plan of their run is shown. */
export function again(scenes: readonly SceneCard[]): void {
  askAgain(scenes, (written) => {
    store.choose(written, true);
    awaited = written;
    runIfKnown();
  });
}

/** What a run costs is known when the page's data were made again. A question that is open then is answered first. */
function runIfKnown(): void {
  if (asked.peek() !== undefined) return;
  const isKnown = (id: string): boolean => {
    const one = store.find(id);
    return one === undefined || isToBeMade(one.scene);
  };
  if (awaited.length === 0 || !awaited.every(isKnown)) return;
  awaited = [];
  askForRun([...store.chosen.peek()]);
}

effect(() => {
  // A moment later, since the dialog closes before what it has written is awaited.
  if (store.all.value.length > 0 && asked.value === undefined) queueMicrotask(runIfKnown);
});

/** A request of its own costs twice what it costs in a batch. */
function priceOf(scenes: readonly SceneCard[]): string {
  const usd = scenes.reduce((sum, { estimatedUsd }) => sum + 2 * (estimatedUsd ?? 0), 0);
  return usd === 0 ? '' : `, about ${dollars(usd)}`;
}
