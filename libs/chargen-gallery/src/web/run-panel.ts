import type { SceneCard, SceneState } from '../model.js';
import type { RunStatus } from '../protocol.js';
import { stopRun } from './api.js';
import { AgainDialog } from './again-dialog.js';
import { el, icon, replaceChildren } from './dom.js';
import { RunDialog } from './run-dialog.js';
import type { Store } from './store.js';
import { plural } from './words.js';

const MAX_LINES = 400;

const TO_BE_MADE: readonly SceneState[] = ['pending', 'waits', 'failed', 'reused'];

/** Whether a run would lay a picture into its place. */
export function isToBeMade({ state }: SceneCard): boolean {
  return TO_BE_MADE.includes(state);
}

/** The bar at the foot: what is chosen, and the run that goes on. */
export class RunPanel {
  readonly element: HTMLElement;
  readonly dialog: RunDialog;
  readonly again: AgainDialog;
  readonly #store: Store;
  readonly #bar: HTMLElement;
  readonly #log: HTMLElement;
  readonly #said: HTMLElement;
  #status: RunStatus = { kind: 'idle' };
  #isLost = false;
  /** Scenes that were just changed, whose plan is to be shown. */
  #awaited: ReadonlySet<string> = new Set();

  constructor(store: Store) {
    this.#store = store;
    this.#bar = el('div', { class: 'run-bar' });
    this.#log = el('pre', { class: 'run-log', tabindex: '0', 'aria-label': 'Output of the run' });
    this.#said = el('p', { class: 'unseen', role: 'status' });
    this.element = el(
      'aside',
      { class: 'run', 'aria-label': 'Run' },
      this.#bar,
      el('details', { class: 'run-details' }, el('summary', {}, 'Output'), this.#log),
      this.#said,
    );
    // What was chosen for a run ends with its start.
    this.dialog = new RunDialog(() => {
      store.clearChoice();
    });
    this.again = new AgainDialog(store, (scenes) => {
      this.#askWhenKnown(scenes);
    });
    const draw = (): void => {
      this.#draw();
    };
    store.onChoice(draw);
    store.onData(draw);
    store.onScene(draw);
    this.#draw();
  }

  showStatus(status: RunStatus): void {
    const before = this.#status;
    if (status.kind === 'running' && before.kind !== 'running') this.#log.replaceChildren();
    this.#status = status;
    if (status.kind !== before.kind) this.#said.textContent = spoken(status);
    this.#draw();
  }

  line(text: string): void {
    this.#log.append(`${text}\n`);
    while (this.#log.childNodes.length > MAX_LINES) this.#log.firstChild?.remove();
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  lost(isLost: boolean): void {
    this.#isLost = isLost;
    this.#draw();
  }

  say(message: string): void {
    this.#said.textContent = message;
    this.#draw();
  }

  #draw(): void {
    this.#askIfKnown();
    const { chosen } = this.#store;
    const status = this.#status;
    const parts: Node[] = [];
    if (this.#isLost) {
      parts.push(
        el(
          'p',
          { class: 'warning' },
          icon('alert'),
          'The server is gone. Start it again: chargen gallery --serve',
        ),
      );
    }
    if (chosen.size > 0) parts.push(this.#choice(chosen));
    const rejected = this.#rejected();
    if (rejected.length > 0 && status.kind !== 'running') parts.push(this.#rejectedChoice(rejected));
    if (status.kind === 'running') parts.push(running(status));
    if (status.kind === 'ended') {
      parts.push(
        el(
          'p',
          { class: status.code === 0 ? 'run-ended good' : 'run-ended bad' },
          icon(status.code === 0 ? 'check' : 'alert'),
          status.summary,
        ),
      );
    }
    replaceChildren(this.#bar, ...parts);
    this.element.hidden = parts.length === 0;
    const log = this.element.querySelector('.run-details');
    if (log instanceof HTMLElement) log.hidden = status.kind === 'idle';
  }

  /** Pictures that are to be made again, and that no change has made pending yet. */
  #rejected(): readonly SceneCard[] {
    return this.#store.all.flatMap(({ scene }) =>
      scene.review?.state === 'rejected' && !isToBeMade(scene) ? [scene] : [],
    );
  }

  #rejectedChoice(rejected: readonly SceneCard[]): HTMLElement {
    return el(
      'div',
      { class: 'run-choice' },
      el('span', {}, `${plural(rejected.length, 'picture')} to be made again`),
      el(
        'button',
        {
          type: 'button',
          onclick: () => {
            void this.again.show(rejected);
          },
        },
        icon('dice'),
        'Ask again for them …',
      ),
    );
  }

  /** What a run costs is known when the page's data were made again. */
  #askWhenKnown(scenes: readonly string[]): void {
    this.#awaited = new Set(scenes);
    for (const scene of scenes) this.#store.choose(scene, true);
    this.#askIfKnown();
  }

  #askIfKnown(): void {
    const awaited = [...this.#awaited];
    const isKnown = (id: string): boolean => {
      const found = this.#store.find(id);
      return found === undefined || isToBeMade(found.scene);
    };
    if (awaited.length === 0 || !awaited.every(isKnown)) return;
    this.#awaited = new Set();
    this.#ask();
  }

  #choice(chosen: ReadonlySet<string>): HTMLElement {
    return el(
      'div',
      { class: 'run-choice' },
      el('strong', {}, `${plural(chosen.size, 'scene')} chosen`),
      el(
        'button',
        {
          type: 'button',
          class: 'main',
          disabled: this.#status.kind === 'running',
          onclick: () => {
            this.#ask();
          },
        },
        icon('play'),
        'Make their pictures …',
      ),
      el(
        'button',
        {
          type: 'button',
          onclick: () => {
            this.#store.clearChoice();
          },
        },
        'Choose none',
      ),
    );
  }

  /** What is made and what it costs is shown before anything is paid. */
  #ask(): void {
    void this.dialog.show([...this.#store.chosen]);
  }
}

function running({ command, phase, done, total }: Extract<RunStatus, { kind: 'running' }>): HTMLElement {
  const bar = el('progress', {
    'aria-label': 'Answered requests',
    ...(total > 0 ? { max: total, value: done } : {}),
  });
  return el(
    'div',
    { class: 'run-progress' },
    el('p', {}, el('strong', {}, phase), total > 0 ? ` ${done} of ${total}` : ''),
    bar,
    el('code', {}, command),
    el(
      'button',
      {
        type: 'button',
        title: 'Stops waiting. What was sent stays sent, and the next run collects it.',
        onclick: () => {
          void stopRun();
        },
      },
      'Stop waiting',
    ),
  );
}

function spoken(status: RunStatus): string {
  switch (status.kind) {
    case 'idle':
      return '';
    case 'running':
      return 'The run has started.';
    case 'ended':
      return status.summary;
  }
}
