import type { RunPlan } from '../protocol.js';
import { planRun, settleEdited, startRun } from './api.js';
import { messageOf } from './change-dialog.js';
import { el, icon, replaceChildren } from './dom.js';
import { dollars, plural, sentence } from './words.js';

/** Shows the plan of exactly the run that is started by its button. */
export class RunDialog {
  readonly element = el('dialog', { class: 'small-dialog', 'aria-labelledby': 'run-title' });
  /** The last question: an answer to an earlier one is not shown. */
  #asked = 0;

  /** `onStarted` is called when the run has begun. */
  constructor(readonly onStarted: () => void) {}

  async show(scenes: readonly string[]): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.#draw([el('p', {}, 'Planning …')], [this.#cancel()]);
    if (!this.element.open) this.element.showModal();
    try {
      const plan = await planRun(scenes);
      if (asked === this.#asked && this.element.open) this.#showPlan(scenes, plan);
    } catch (error) {
      this.#draw([el('p', { class: 'warning', role: 'alert' }, messageOf(error))], [this.#cancel()]);
    }
  }

  #draw(body: readonly (HTMLElement | undefined)[], buttons: readonly HTMLElement[]): void {
    replaceChildren(
      this.element,
      el('h2', { id: 'run-title' }, 'Make pictures'),
      ...body,
      el('div', { class: 'buttons' }, ...buttons),
    );
  }

  #showPlan(scenes: readonly string[], plan: RunPlan): void {
    const { pictures, requests, cost, causes, later, edited } = plan;
    const problem = el('p', { class: 'warning', role: 'alert', hidden: true });
    const start = this.#startButton(scenes, problem);
    start.disabled = pictures.length === 0 || edited.length > 0;
    if (pictures.length === 0) {
      const none = 'None of these scenes is pending. Roll a picture again or change its prompt first.';
      this.#draw([el('p', {}, none), ...this.#edited(scenes, edited)], [start, this.#cancel()]);
      return;
    }
    const along = pictures.filter(({ comesAlong }) => comesAlong).length;
    const made = `This run makes ${plural(pictures.length, 'picture')}`;
    this.#draw(
      [
        el(
          'p',
          {},
          along === 0 ? `${made}:` : `${made}; ${along} of them because a chosen scene shows them:`,
        ),
        list(
          pictures.map(({ title, why, estimatedUsd, comesAlong }) => [
            title,
            describe(why, estimatedUsd, comesAlong),
          ]),
        ),
        el('p', {}, el('strong', {}, sentence(cost)), ` ${plural(requests, 'request')} at batch price.`),
        el(
          'details',
          {},
          el('summary', {}, 'Why'),
          el('ul', { class: 'plain' }, ...causes.map((one) => el('li', {}, one))),
        ),
        later.length === 0
          ? undefined
          : el(
              'details',
              {},
              el(
                'summary',
                {},
                `After it, ${plural(later.length, 'scene')} that ${later.length === 1 ? 'shows' : 'show'} these pictures ${later.length === 1 ? 'is' : 'are'} pending`,
              ),
              list(later.map(({ title }) => [title, ''])),
            ),
        ...this.#edited(scenes, edited),
        problem,
      ],
      [start, this.#cancel()],
    );
    if (start.disabled) return;
    start.focus();
  }

  /** A run stops at an edited picture, so it is decided here what stays. */
  #edited(scenes: readonly string[], edited: RunPlan['edited']): HTMLElement[] {
    return edited.map(({ scene, path, why }) => {
      const said = el('p', { class: 'warning', role: 'alert', hidden: true });
      const decide = (choice: 'keep' | 'discard'): void => {
        settleEdited(scene, choice).then(
          (outcome) => {
            if (outcome.kind === 'settled') void this.show(scenes);
            else fail(outcome.message);
          },
          (error: unknown) => {
            fail(messageOf(error));
          },
        );
      };
      const fail = (message: string): void => {
        said.hidden = false;
        said.textContent = message;
      };
      const button = (label: string, choice: 'keep' | 'discard'): HTMLElement =>
        el(
          'button',
          {
            type: 'button',
            onclick: () => {
              decide(choice);
            },
          },
          label,
        );
      return el(
        'div',
        { class: 'edited-choice' },
        el(
          'p',
          {},
          icon('pen'),
          ` ${scene} was edited (`,
          el('code', {}, path),
          `: ${why}). The run stops at it.`,
        ),
        el(
          'div',
          { class: 'buttons' },
          button('Keep it and lock the scene', 'keep'),
          button('Discard it (a copy is kept)', 'discard'),
        ),
        said,
      );
    });
  }

  #startButton(scenes: readonly string[], problem: HTMLElement): HTMLButtonElement {
    const fail = (message: string): void => {
      problem.hidden = false;
      problem.textContent = message;
    };
    const onclick = (): void => {
      button.disabled = true;
      startRun(scenes).then(
        (outcome) => {
          if (outcome.kind !== 'started') {
            fail(outcome.message);
            return;
          }
          this.element.close();
          this.onStarted();
        },
        (reason: unknown) => {
          fail(messageOf(reason));
        },
      );
    };
    const button = el('button', { type: 'button', class: 'main', onclick }, icon('play'), 'Start the run');
    return button;
  }

  #cancel(): HTMLElement {
    return el(
      'button',
      {
        type: 'button',
        onclick: () => {
          this.element.close();
        },
      },
      'Cancel',
    );
  }
}

function describe(why: string, usd: number | null, comesAlong: boolean): string {
  const price = usd === null ? 'price not known' : usd === 0 ? 'paid already, or with another' : dollars(usd);
  return `${price}; ${why}${comesAlong ? '; not chosen, but shown' : ''}`;
}

/** All of them: what is paid for is named. Long lists scroll. */
function list(rows: readonly (readonly [title: string, more: string])[]): HTMLElement {
  return el(
    'ul',
    { class: 'plain run-list', tabindex: '0', 'aria-label': 'Pictures' },
    ...rows.map(([title, more]) =>
      el('li', {}, title, more === '' ? undefined : el('span', { class: 'hint' }, ` ${more}`)),
    ),
  );
}
