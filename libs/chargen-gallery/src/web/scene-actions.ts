import type { SceneCard, SceneDetails, SceneState } from '../model.js';
import type { Change } from '../protocol.js';
import { askForAdoption } from './adopt-dialog.js';
import { askAgain } from './again-dialog.js';
import type { ChangeDialog } from './change-dialog.js';
import type { Asker, Dialog } from './dialog.js';
import { button, el, iconButton, type IconName } from './dom.js';
import { askForEdited } from './edited-picture.js';
import { askForNote, askForPrompt, showSources } from './forms.js';
import { askForNow } from './now-dialog.js';
import type { Reviewer } from './reviewer.js';
import { askForRun } from './run-dialog.js';
import type { Store } from './store.js';
import { dollars, plural } from './words.js';

const TO_BE_MADE: readonly SceneState[] = ['pending', 'waits', 'failed', 'reused'];

/** Whether a run would lay a picture into its place. */
export function isToBeMade({ state }: SceneCard): boolean {
  return TO_BE_MADE.includes(state);
}

export function isRefused({ state }: SceneCard): boolean {
  return state === 'refused' || state === 'unusable';
}

/** Whether one request would make it: it waits for no other picture, and was not paid for already. */
function canBeMadeNow({ state }: SceneCard): boolean {
  return state === 'pending' || state === 'failed';
}

function canBecome(state: 'approved' | 'rejected'): (scene: SceneCard) => boolean {
  return ({ review }) => review !== undefined && review.state !== state;
}

function canBeAskedAgain(scene: SceneCard): boolean {
  return isRefused(scene) || (scene.review !== undefined && !isToBeMade(scene) && scene.state !== 'edited');
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

/** What can be done with scenes, by the state in which they are. */
export class SceneActions implements Asker {
  readonly all: readonly Action[];
  /** Scenes that were just changed, whose plan is to be shown. */
  #awaited: ReadonlySet<string> = new Set();

  constructor(
    readonly store: Store,
    readonly reviewer: Reviewer,
    readonly dialog: Dialog,
    readonly changes: ChangeDialog,
    readonly say: (message: string) => void,
  ) {
    this.all = [...this.#urgent(), ...this.#decisions()];
    store.on(['data'], () => this.#runIfKnown());
  }

  #urgent(): Action[] {
    return [
      {
        face: 'compare',
        one: 'Keep or discard …',
        isUrgent: true,
        isMeant: ({ state }) => state === 'edited',
        act: ([{ id }]) => askForEdited(this, id),
      },
      {
        face: 'dice',
        one: 'Retry …',
        isUrgent: true,
        isMeant: isRefused,
        act: (scenes) => this.again(scenes),
      },
      {
        face: 'play',
        one: ({ state }) => (state === 'failed' ? 'Retry …' : 'Make in a run …'),
        isUrgent: true,
        many: (count) => (count === '' ? 'Make their pictures …' : `Make${count} in a run …`),
        paid: 'batch',
        isMeant: isToBeMade,
        act: (scenes) => this.#run(idsOf(scenes)),
      },
      {
        face: 'image',
        one: (scene) => `Make now${priceOf([scene])} …`,
        isUrgent: true,
        many: (count, scenes) => `Make${count} now${priceOf(scenes)} …`,
        paid: 'now',
        isMeant: canBeMadeNow,
        act: (scenes) => askForNow(this, idsOf(scenes), () => this.store.choose(idsOf(scenes), false)),
      },
      {
        face: 'plus',
        one: 'Adopt a picture …',
        isUrgent: true,
        isMeant: ({ flags }) => flags.includes('candidate'),
        act: ([{ id }]) => askForAdoption(this, id),
      },
    ];
  }

  #decisions(): Action[] {
    const { reviewer } = this;
    return [
      {
        face: 'check',
        one: 'Good',
        many: (count) => `Approve${count}`,
        isMeant: canBecome('approved'),
        act: (scenes) => this.#decide(scenes, 'approved', 'approved'),
      },
      {
        face: 'cross',
        one: 'Again',
        many: (count) => `Reject${count}`,
        isMeant: canBecome('rejected'),
        act: (scenes) => this.#decide(scenes, 'rejected', 'to be made again'),
      },
      {
        face: 'dice',
        many: (count) => (count === '' ? 'Ask again …' : `Ask again for${count} …`),
        isMeant: canBeAskedAgain,
        act: (scenes) => this.again(scenes),
      },
      {
        face: 'lock',
        one: 'Lock',
        many: (count) => `Lock${count}`,
        isMeant: ({ state }) => state !== 'locked' && state !== 'blocked',
        act: (scenes) => reviewer.lock(scenes, true),
      },
      {
        face: 'unlock',
        one: 'Unlock',
        many: (count) => `Unlock${count}`,
        isMeant: ({ state }) => state === 'locked',
        act: (scenes) => reviewer.lock(scenes, false),
      },
    ];
  }

  #decide(scenes: readonly SceneCard[], state: 'approved' | 'rejected', verb: string): void {
    this.say(`${plural(this.reviewer.decide(scenes, state), 'picture')} ${verb}.`);
  }

  /** What is made and what it costs is shown before anything is paid. What was chosen for a run ends with its start. */
  #run(scenes: readonly string[]): void {
    askForRun(this, scenes, () => this.store.choose(scenes, false));
  }

  /** Asks again for pictures that are there, or that were refused; then the plan of their run is shown. */
  again(scenes: readonly SceneCard[]): void {
    askAgain(this.changes, scenes, (written) => {
      this.store.choose(written, true);
      this.#awaited = new Set(written);
      this.#runIfKnown();
    });
  }

  /** What a run costs is known when the page's data were made again. */
  #runIfKnown(): void {
    const awaited = [...this.#awaited];
    const isKnown = (id: string): boolean => {
      const one = this.store.find(id);
      return one === undefined || isToBeMade(one.scene);
    };
    if (awaited.length === 0 || !awaited.every(isKnown)) return;
    this.#awaited = new Set();
    this.#run([...this.store.chosen]);
  }

  #ofOne(scene: SceneCard): { readonly face: IconName; readonly label: string; readonly action: Action }[] {
    return this.all.flatMap((action) => {
      const { face, one, isMeant } = action;
      if (one === undefined || !isMeant(scene)) return [];
      return [{ face, label: typeof one === 'string' ? one : one(scene), action }];
    });
  }

  /** Small buttons for a card: what its state calls for, and the decisions about its picture. */
  ofCard(scene: SceneCard): HTMLElement {
    const buttons = this.#ofOne(scene).map(({ face, label, action }) => {
      const name = label.replace(/ …$/, '');
      const attributes = { class: 'card-tool', title: name };
      return iconButton(face, `${name}: ${scene.title}`, () => action.act([scene]), attributes);
    });
    return el('span', { class: 'card-tools' }, buttons);
  }

  /** All that can be done with the open scene. */
  ofOpen(scene: SceneCard, details: SceneDetails): HTMLElement {
    const { id, title } = scene;
    const { changes, store } = this;
    const { locked, ownPrompt } = details;
    const urgent = this.#ofOne(scene).filter(({ action }) => action.isUrgent);
    const turnChoice = (): void => store.choose([id], !store.chosen.has(id));
    const pressed = { class: 'choose', 'aria-pressed': String(store.chosen.has(id)) };
    const word = locked ? 'Unlock' : 'Lock';
    const show = (title: string, change: Change): void => changes.ask({ title, changes: () => [change] });
    const lock = (): void => show(`${word} “${title}”`, { kind: 'lock', scene: id, locked: !locked });
    const roll = (): void => show(`Roll “${title}” again`, { kind: 'reroll', scene: id });
    const edit = (): void => {
      if (ownPrompt === undefined) showSources(this.dialog, scene, details);
      else askForPrompt(changes, scene, ownPrompt);
    };
    return el(
      'div',
      { class: 'actions', role: 'group', 'aria-label': 'Changes' },
      urgent.map(({ face, label, action }) => button(face, label, () => action.act([scene]))),
      isToBeMade(scene) && button('plus', 'Choose for a run', turnChoice, pressed),
      button(locked ? 'unlock' : 'lock', word, lock),
      button('dice', 'Roll again', roll),
      scene.picture && button('cross', 'Reject …', () => askForNote(changes, scene)),
      button('pen', ownPrompt === undefined ? 'Where to edit the prompt …' : 'Edit prompt …', edit),
    );
  }
}

function idsOf(scenes: readonly SceneCard[]): string[] {
  return scenes.map(({ id }) => id);
}

/** A request of its own costs twice what it costs in a batch. */
function priceOf(scenes: readonly SceneCard[]): string {
  const usd = scenes.reduce((sum, { estimatedUsd }) => sum + 2 * (estimatedUsd ?? 0), 0);
  return usd === 0 ? '' : `, about ${dollars(usd)}`;
}
