import type { RunPlan } from '../protocol.js';
import { ask } from './api.js';
import { mainButton, type Asker } from './dialog.js';
import { el, type Child } from './dom.js';
import { settleEditedPicture } from './edited-picture.js';
import { dollars, plural, sentence } from './words.js';

/** Shows the plan of exactly the run that is started by its button. `onStarted` is called when it has begun. */
export function askForRun(asker: Asker, scenes: readonly string[], onStarted: () => void): void {
  asker.dialog.open(
    'Make pictures',
    async (turn) => {
      const plan = await ask('plan', { scenes });
      const { pictures, edited } = plan;
      const start = mainButton(
        turn,
        'Start the run',
        async () => {
          await ask('run', { scenes, plan: plan.digest });
          turn.close();
          onStarted();
        },
        'play',
      );
      start.disabled = pictures.length === 0 || edited.length > 0;
      const planAgain = (): void => askForRun(asker, scenes, onStarted);
      // A run stops at an edited picture, so it is decided here what stays.
      const choices = edited.map(({ scene, path, why }) =>
        el(
          'div',
          { class: 'edited-choice' },
          el('p', `${scene} was edited (`, el('code', path), `: ${why}). The run stops at it.`),
          settleEditedPicture(asker.store, scene, planAgain, turn.fail),
        ),
      );
      return { body: [...planned(plan), ...choices], buttons: [start] };
    },
    'Planning …',
  );
}

function planned({ pictures, requests, cost, causes, later }: RunPlan): Child[] {
  if (pictures.length === 0) {
    return [el('p', 'None of these scenes is pending. Roll a picture again or change its prompt first.')];
  }
  const along = pictures.filter(({ comesAlong }) => comesAlong).length;
  const made = `This run makes ${plural(pictures.length, 'picture')}`;
  const [show, are] = later.length === 1 ? ['shows', 'is'] : ['show', 'are'];
  const after = `After it, ${plural(later.length, 'scene')} that ${show} these pictures ${are} pending`;
  return [
    el('p', along === 0 ? `${made}:` : `${made}; ${along} of them because a chosen scene shows them:`),
    list(pictures.map((one) => [one.title, describe(one)])),
    el('p', el('strong', sentence(cost)), ` ${plural(requests, 'request')} at batch price.`),
    folded('Why', el('ul', { class: 'plain' }, ...causes.map((one) => el('li', one)))),
    later.length > 0 && folded(after, list(later.map(({ title }) => [title, '']))),
  ];
}

function folded(summary: string, body: HTMLElement): HTMLElement {
  return el('details', el('summary', summary), body);
}

function describe({ why, estimatedUsd: usd, comesAlong }: RunPlan['pictures'][number]): string {
  const price = usd === null ? 'price not known' : usd === 0 ? 'paid already, or with another' : dollars(usd);
  return `${price}; ${why}${comesAlong ? '; not chosen, but shown' : ''}`;
}

/** All of them: what is paid for is named. Long lists scroll. */
export function list(rows: readonly (readonly [title: string, more: string])[]): HTMLElement {
  const items = rows.map(([title, more]) =>
    el('li', title, more !== '' && el('span', { class: 'hint' }, ` ${more}`)),
  );
  return el('ul', { class: 'plain run-list', tabindex: '0', 'aria-label': 'Pictures' }, items);
}
