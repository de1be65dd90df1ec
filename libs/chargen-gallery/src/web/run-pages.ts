import type { VNode } from 'preact';
import type { PictureLink } from '../model.js';
import type { RunPlan } from '../protocol.js';
import { askForRun } from './actions.js';
import { ask } from './api.js';
import { useSceneDetails } from './details.js';
import { act, page } from './dialog-page.js';
import { store } from './page.js';
import { close, type Question, type QuestionOf } from './question.js';
import { el, fileLink, folded, part, warning, type Child } from './ui.js';
import { dollars, plural, sentence } from './words.js';

/** The plan of exactly the run that is started by its button. What was chosen for a run ends with its start. */
export function runPage(own: QuestionOf<'run'>): Child {
  const { scenes, plan } = own;
  const run = async (): Promise<void> => {
    await ask('run', { scenes, plan: plan.digest });
    close(own);
    store.choose(scenes, false);
  };
  // A run stops at an edited picture, so it is decided here what stays.
  const choices = plan.edited.map(({ scene, path, why }) =>
    el(
      'div.edited-choice',
      { key: scene },
      el('p', `${scene} was edited (`, el('code', path), `: ${why}). The run stops at it.`),
      part(Settle, { own, scene, onSettled: () => askForRun(scenes) }),
    ),
  );
  const disabled = plan.pictures.length === 0 || choices.length > 0;
  const start = act(own, 'play', 'Start the run', run, { class: 'main', disabled });
  return page(own, { title: 'Make pictures', body: [planned(plan), choices], buttons: start });
}

function planned({ pictures, requests, cost, causes, later }: RunPlan): Child {
  if (pictures.length === 0)
    return el('p', 'None of these scenes is pending. Roll a picture again or change its prompt first.');
  const along = pictures.filter(({ comesAlong }) => comesAlong).length;
  const made = `This run makes ${plural(pictures.length, 'picture')}`;
  const [show, are] = later.length === 1 ? ['shows', 'is'] : ['show', 'are'];
  const after = `After it, ${plural(later.length, 'scene')} that ${show} these pictures ${are} pending`;
  return [
    el('p', along === 0 ? `${made}:` : `${made}; ${along} of them because a chosen scene shows them:`),
    list(pictures.map((one) => [one.title, describe(one)])),
    el('p', el('strong', sentence(cost)), ` ${plural(requests, 'request')} at batch price.`),
    folded(
      'Why',
      el(
        'ul.plain',
        causes.map((one) => el('li', one)),
      ),
    ),
    later.length > 0 && folded(after, list(later.map(({ title }) => [title, '']))),
  ];
}

function describe({ why, estimatedUsd: usd, comesAlong }: RunPlan['pictures'][number]): string {
  const price = usd === null ? 'price not known' : usd === 0 ? 'paid already, or with another' : dollars(usd);
  return `${price}; ${why}${comesAlong ? '; not chosen, but shown' : ''}`;
}

/** All of them: what is paid for is named. Long lists scroll. */
function list(rows: readonly (readonly [title: string, more: string])[]): VNode {
  const items = rows.map(([title, more]) => el('li', title, more !== '' && el('span.hint', ` ${more}`)));
  return el('ul.plain.run-list', { tabIndex: 0, 'aria-label': 'Pictures' }, items);
}

/** Makes pictures at once, each by a request of its own at full price, which is stated before. */
export function nowPage(own: QuestionOf<'now'>): Child {
  const { scenes, plan } = own;
  const { pictures, cost } = plan;
  const possible = pictures.filter(({ isPossible }) => isPossible).map(({ scene }) => scene);
  const make = async (): Promise<void> => {
    await ask('now', { scenes: possible, cost });
    close(own);
    store.choose(scenes, false);
  };
  const label = `Make ${plural(possible.length, 'picture')} now, ${cost}`;
  const how =
    'Each is one request of its own: its answer comes in a minute, and costs twice the batch price.';
  const rows = pictures.map(({ scene, says }) => [store.find(scene)?.scene.title ?? scene, says] as const);
  const buttons = possible.length > 0 && act(own, 'play', label, make);
  return page(own, { title: 'Make now', body: [el('p', how), list(rows)], buttons });
}

interface Settled {
  readonly own: Question;
  readonly scene: string;
  readonly onSettled: (message: string) => void;
}

/** The picture that a person edited beside the one that was made, and the choice which of them stays. */
export function Settle({ own, scene, onSettled }: Settled): VNode {
  const { details, problem } = useSceneDetails(scene);
  const yours = store.find(scene)?.scene.picture;
  const made = details?.versions.find(({ current }) => current)?.picture;
  const decide = (choice: 'keep' | 'discard') => async (): Promise<void> => {
    const { message } = await ask('edited', { scene, choice });
    onSettled(message);
  };
  return el(
    'div.settle',
    el(
      'div.beside',
      yours && figure('Yours, as it is now', yours),
      made && figure('As it was made', made),
      problem !== '' && warning(problem),
    ),
    el(
      'div.buttons',
      act(own, 'lock', 'Keep it and lock the scene', decide('keep'), {}),
      act(own, 'cross', 'Discard it (a copy is kept)', decide('discard'), {}),
    ),
  );
}

export function figure(label: string, { thumb, href }: PictureLink): VNode {
  const image = el('img', { src: thumb ?? href, alt: label });
  return el('figure', fileLink(href, {}, image), el('figcaption', label));
}
