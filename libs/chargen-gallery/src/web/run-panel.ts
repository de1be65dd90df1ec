import type { RunStatus } from '../protocol.js';
import { ask } from './api.js';
import { choiceBar } from './choice-bar.js';
import { messageOf } from './dialog.js';
import { button, el, icon, iconButton, replaceChildren } from './dom.js';
import { isRefused, isToBeMade, type SceneActions } from './scene-actions.js';
import type { Store } from './store.js';
import { plural } from './words.js';

const MAX_LINES = 400;

const UNWATCHED =
  'The server was started again and no longer watches the run. What was sent to Google stays there: a run of the same pictures fetches it, and pays for nothing twice.';

/** The bar at the foot: what is chosen, what was just done, and the run that goes on. */
export class RunPanel {
  readonly element: HTMLElement;
  readonly #bar = el('div', { class: 'run-bar' });
  readonly #log = el('pre', {
    class: 'run-log',
    tabindex: '0',
    role: 'group',
    'aria-label': 'Output of the run',
  });
  readonly #output: HTMLDetailsElement;
  readonly #said = el('p', { class: 'said', role: 'status' });
  readonly #spoken = el('p', { class: 'unseen', role: 'status' });
  readonly #sayLine: HTMLElement;
  #actions: SceneActions | undefined;
  #status: RunStatus = { kind: 'idle' };
  /** The end of a run that was read and closed. */
  #closed = '';
  #isLost = false;

  constructor(readonly store: Store) {
    this.#output = el('details', { class: 'run-details' }, el('summary', 'Output'), this.#log);
    const close = iconButton('cross', 'Close the message', () => this.say(''));
    this.#sayLine = el('div', { class: 'said-line', hidden: true }, this.#said, close);
    const parts = [this.#sayLine, this.#bar, this.#output, this.#spoken];
    this.element = el('aside', { class: 'run', 'aria-label': 'Run' }, parts);
    store.on(['choice', 'data', 'scenes'], () => this.#draw());
    this.#draw();
  }

  allow(actions: SceneActions): void {
    this.#actions = actions;
    this.#draw();
  }

  showStatus(status: RunStatus): void {
    const before = this.#status;
    if (status.kind === 'running' && before.kind !== 'running') this.#log.replaceChildren();
    this.#status = status;
    if (status.kind === 'running') this.#closed = '';
    if (status.kind === 'idle' && before.kind === 'running') this.say(UNWATCHED);
    if (status.kind !== before.kind) {
      this.#spoken.textContent = spoken(status);
      // Why it failed is read without a click.
      if (status.kind === 'ended') this.#output.open = status.code !== 0;
    }
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

  /** A sentence about what was just done; it stays until the next one, or until it is closed. */
  say(message: string): void {
    replaceChildren(this.#said, message);
    this.#sayLine.hidden = message === '';
    this.#draw();
  }

  #draw(): void {
    const status = this.#status;
    const actions = this.#actions;
    const isEndShown = status.kind === 'ended' && status.summary !== this.#closed;
    const gone = 'The server is gone. Start it again: chargen gallery --serve';
    const parts = [
      this.#isLost && el('p', { class: 'warning' }, icon('alert'), gone),
      actions && choiceBar(actions, status.kind === 'running'),
      this.#rejected(),
      status.kind === 'running' && this.#running(status),
      isEndShown && this.#ended(status),
    ].filter((part) => part !== undefined && part !== false);
    replaceChildren(this.#bar, parts);
    this.element.hidden = parts.length === 0 && this.#sayLine.hidden;
    this.#output.hidden = status.kind === 'idle' || (status.kind === 'ended' && !isEndShown);
  }

  #running({ command, phase, done, total }: Extract<RunStatus, { kind: 'running' }>): HTMLElement {
    const share = total > 0 ? { max: total, value: done } : {};
    const title = 'Stops waiting. What was sent stays sent, and the next run collects it.';
    const stop = (): void => void ask('stop', {}).catch((error: unknown) => this.say(messageOf(error)));
    return el(
      'div',
      { class: 'run-progress' },
      el('p', el('strong', phase), total > 0 && ` ${done} of ${total}`),
      el('progress', { 'aria-label': 'Answered requests', ...share }),
      el('code', command),
      button(undefined, 'Stop waiting', stop, { title }),
    );
  }

  #ended({ code, summary }: Extract<RunStatus, { kind: 'ended' }>): HTMLElement {
    const close = (): void => {
      this.#closed = summary;
      this.#draw();
    };
    const showFailed = (): void => this.store.show({ marks: ['failed', 'refused', 'unusable'], scene: '' });
    const hasFailed = this.store.all.some(({ scene }) => scene.state === 'failed' || isRefused(scene));
    const isGood = code === 0;
    return el(
      'div',
      { class: `run-choice run-ended ${isGood ? 'good' : 'bad'}` },
      el('p', icon(isGood ? 'check' : 'alert'), summary),
      hasFailed && button('filter', 'Show what failed', showFailed, { class: 'small' }),
      iconButton('cross', 'Close the result', close),
    );
  }

  /** Pictures that are to be made again, and that no change has made pending yet. */
  #rejected(): HTMLElement | undefined {
    const rejected = this.store.all.flatMap(({ scene }) =>
      scene.review?.state === 'rejected' && !isToBeMade(scene) ? [scene] : [],
    );
    if (rejected.length === 0 || this.#status.kind === 'running') return undefined;
    return el(
      'div',
      { class: 'run-choice' },
      el('span', `${plural(rejected.length, 'picture')} to be made again`),
      button('dice', `Ask again for ${rejected.length === 1 ? 'it' : 'them'} …`, () =>
        this.#actions?.again(rejected),
      ),
    );
  }
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
