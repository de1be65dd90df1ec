import type { RunPlan } from '../protocol.js';
import { planRun, startRun } from './api.js';
import { mainButton, type Dialog } from './dialog.js';
import { el, type Child } from './dom.js';
import { settleEditedPicture } from './edited-picture.js';
import type { Store } from './store.js';
import { dollars, plural, sentence } from './words.js';

/** Shows the plan of exactly the run that is started by its button. `onStarted` is called when it has begun. */
export async function askForRun(
  dialog: Dialog,
  store: Store,
  scenes: readonly string[],
  onStarted: () => void,
): Promise<void> {
  const turn = dialog.begin('Make pictures', 'Planning …');
  let plan: RunPlan;
  try {
    plan = await planRun(scenes);
  } catch (error) {
    turn.fail(error);
    return;
  }
  const { pictures, edited } = plan;
  const start = mainButton(
    turn,
    'Start the run',
    async () => {
      const outcome = await startRun(scenes);
      if (outcome.kind !== 'started') throw new Error(outcome.message);
      turn.close();
      onStarted();
    },
    'play',
  );
  start.disabled = pictures.length === 0 || edited.length > 0;
  const again = (): void => {
    void askForRun(dialog, store, scenes, onStarted);
  };
  // A run stops at an edited picture, so it is decided here what stays.
  const choices = edited.map(({ scene, path, why }) =>
    el(
      'div',
      { class: 'edited-choice' },
      el('p', {}, `${scene} was edited (`, el('code', {}, path), `: ${why}). The run stops at it.`),
      settleEditedPicture(store, scene, again, turn.fail),
    ),
  );
  turn.draw({ body: [...planned(plan), ...choices], buttons: [start] });
}

function planned({ pictures, requests, cost, causes, later }: RunPlan): Child[] {
  if (pictures.length === 0) {
    const none = 'None of these scenes is pending. Roll a picture again or change its prompt first.';
    return [el('p', {}, none)];
  }
  const along = pictures.filter(({ comesAlong }) => comesAlong).length;
  const made = `This run makes ${plural(pictures.length, 'picture')}`;
  const verbs = later.length === 1 ? ['shows', 'is'] : ['show', 'are'];
  const after = `After it, ${plural(later.length, 'scene')} that ${verbs[0] ?? ''} these pictures ${verbs[1] ?? ''} pending`;
  return [
    el('p', {}, along === 0 ? `${made}:` : `${made}; ${along} of them because a chosen scene shows them:`),
    list(
      pictures.map(({ title, why, estimatedUsd, comesAlong }) => [
        title,
        describe(why, estimatedUsd, comesAlong),
      ]),
    ),
    el('p', {}, el('strong', {}, sentence(cost)), ` ${plural(requests, 'request')} at batch price.`),
    folded('Why', el('ul', { class: 'plain' }, ...causes.map((one) => el('li', {}, one)))),
    later.length === 0 ? undefined : folded(after, list(later.map(({ title }) => [title, '']))),
  ];
}

function folded(summary: string, body: HTMLElement): HTMLElement {
  return el('details', {}, el('summary', {}, summary), body);
}

function describe(why: string, usd: number | null, comesAlong: boolean): string {
  const price = usd === null ? 'price not known' : usd === 0 ? 'paid already, or with another' : dollars(usd);
  return `${price}; ${why}${comesAlong ? '; not chosen, but shown' : ''}`;
}

/** All of them: what is paid for is named. Long lists scroll. */
export function list(rows: readonly (readonly [title: string, more: string])[]): HTMLElement {
  return el(
    'ul',
    { class: 'plain run-list', tabindex: '0', 'aria-label': 'Pictures' },
    ...rows.map(([title, more]) =>
      el('li', {}, title, more === '' ? undefined : el('span', { class: 'hint' }, ` ${more}`)),
    ),
  );
}
