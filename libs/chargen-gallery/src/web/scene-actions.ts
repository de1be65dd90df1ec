import type { SceneCard, SceneDetails, SceneState } from '../model.js';
import { askForAdoption } from './adopt-dialog.js';
import { askAgain } from './again-dialog.js';
import type { ChangeDialog } from './change-dialog.js';
import type { Dialog } from './dialog.js';
import { button, el, iconButton, type IconName } from './dom.js';
import { askForEdited } from './edited-picture.js';
import { askForNote, askForPrompt, showSources } from './forms.js';
import { askForNow } from './now-dialog.js';
import type { Reviewer } from './reviewer.js';
import { askForRun } from './run-dialog.js';
import type { Store } from './store.js';
import { dollars } from './words.js';

const TO_BE_MADE: readonly SceneState[] = ['pending', 'waits', 'failed', 'reused'];

/** Whether a run would lay a picture into its place. */
export function isToBeMade({ state }: SceneCard): boolean {
  return TO_BE_MADE.includes(state);
}

/** Whether one request would make it: it waits for no other picture, and was not paid for already. */
export function canBeMadeNow({ state }: SceneCard): boolean {
  return state === 'pending' || state === 'failed';
}

export function isRefused({ state }: SceneCard): boolean {
  return state === 'refused' || state === 'unusable';
}

interface Action {
  readonly face: IconName;
  readonly label: string;
  readonly act: () => void;
}

/** What can be done with scenes, by the state in which they are: of one on its card and open, of several chosen ones. */
export class SceneActions {
  /** Scenes that were just changed, whose plan is to be shown. */
  #awaited: ReadonlySet<string> = new Set();

  constructor(
    readonly store: Store,
    readonly reviewer: Reviewer,
    readonly dialog: Dialog,
    readonly changes: ChangeDialog,
    readonly say: (message: string) => void,
  ) {
    store.on(['data'], () => {
      this.#runIfKnown();
    });
  }

  /** What is made and what it costs is shown before anything is paid. What was chosen for a run ends with its start. */
  run(scenes: readonly string[]): void {
    void askForRun(this.dialog, this.store, scenes, () => {
      this.store.choose(scenes, false);
    });
  }

  /** At full price; what was chosen ends with its start. */
  now(scenes: readonly string[]): void {
    void askForNow(this.dialog, this.store, scenes, () => {
      this.store.choose(scenes, false);
    });
  }

  /** Asks again for pictures that are there, or that were refused; then the plan of their run is shown. */
  again(scenes: readonly SceneCard[]): void {
    void askAgain(this.dialog, scenes, (written) => {
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
    this.run([...this.store.chosen]);
  }

  /** What the state of a scene calls for. */
  #urgent(scene: SceneCard): Action[] {
    const { id, state, flags } = scene;
    const actions: Action[] = [];
    const add = (face: IconName, label: string, act: () => void): void => {
      actions.push({ face, label, act });
    };
    if (state === 'edited') {
      add('compare', 'Keep or discard …', () => {
        askForEdited(this.dialog, this.store, id, this.say);
      });
    }
    if (isRefused(scene)) {
      add('dice', 'Retry …', () => {
        this.again([scene]);
      });
    }
    if (isToBeMade(scene)) {
      add('play', state === 'failed' ? 'Retry …' : 'Make in a run …', () => {
        this.run([id]);
      });
    }
    if (canBeMadeNow(scene)) {
      add('image', `Make now${priceOf(scene)} …`, () => {
        this.now([id]);
      });
    }
    if (flags.includes('candidate')) {
      add('plus', 'Adopt a picture …', () => {
        void askForAdoption(this.dialog, this.store, id, this.say);
      });
    }
    return actions;
  }

  /** Small buttons for a card: what its state calls for, and the decisions about its picture. */
  ofCard(scene: SceneCard): HTMLElement {
    const { review, state, title } = scene;
    const actions = this.#urgent(scene);
    const decide = (face: IconName, label: string, verdict: 'approved' | 'rejected'): void => {
      if (review === undefined || review.state === verdict) return;
      actions.push({
        face,
        label,
        act: () => {
          this.reviewer.decide([scene], verdict);
        },
      });
    };
    decide('check', 'Good', 'approved');
    decide('dice', 'Again', 'rejected');
    const isLocked = state === 'locked';
    actions.push({
      face: isLocked ? 'unlock' : 'lock',
      label: isLocked ? 'Unlock' : 'Lock',
      act: () => {
        this.reviewer.lock([scene], !isLocked);
      },
    });
    const buttons = actions.map(({ face, label, act }) => {
      const name = label.replace(/ …$/, '');
      return iconButton(face, `${name}: ${title}`, act, { class: 'card-tool', title: name });
    });
    return el('span', { class: 'card-tools' }, ...buttons);
  }

  /** All that can be done with the open scene. */
  ofOpen(scene: SceneCard, details: SceneDetails): HTMLElement {
    const { id, title } = scene;
    const { changes, store } = this;
    const isChosen = store.chosen.has(id);
    const turnChoice = (): void => {
      store.choose([id], !store.chosen.has(id));
    };
    const lock = (): void => {
      const word = details.locked ? 'Unlock' : 'Lock';
      changes.show(`${word} “${title}”`, { kind: 'lock', scene: id, locked: !details.locked });
    };
    const roll = (): void => {
      changes.show(`Roll “${title}” again`, { kind: 'reroll', scene: id });
    };
    const reject = (): void => {
      askForNote(changes, scene);
    };
    const { ownPrompt } = details;
    const edit = (): void => {
      if (ownPrompt === undefined) showSources(changes, scene, details);
      else askForPrompt(changes, scene, ownPrompt);
    };
    const pressed = { class: 'choose', 'aria-pressed': String(isChosen) };
    return el(
      'div',
      { class: 'actions', role: 'group', 'aria-label': 'Changes' },
      ...this.#urgent(scene).map(({ face, label, act }) => button(face, label, act)),
      isToBeMade(scene) ? button('plus', 'Choose for a run', turnChoice, pressed) : undefined,
      details.locked ? button('unlock', 'Unlock', lock) : button('lock', 'Lock', lock),
      button('dice', 'Roll again', roll),
      scene.picture === undefined ? undefined : button('cross', 'Reject …', reject),
      button('pen', ownPrompt === undefined ? 'Where to edit the prompt …' : 'Edit prompt …', edit),
    );
  }
}

/** A request of its own costs twice what it costs in a batch. */
function priceOf({ estimatedUsd }: SceneCard): string {
  return estimatedUsd === null || estimatedUsd === 0 ? '' : `, about ${dollars(2 * estimatedUsd)}`;
}
