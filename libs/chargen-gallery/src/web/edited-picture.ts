import type { PictureLink, SceneDetails } from '../model.js';
import { settleEdited } from './api.js';
import type { Dialog } from './dialog.js';
import { button, el } from './dom.js';
import { detailsOf } from './data.js';
import type { Store } from './store.js';

/** The picture that a person edited beside the one that was made, and the choice which of them stays. */
export function settleEditedPicture(
  store: Store,
  scene: string,
  onSettled: (message: string) => void,
  onFailed: (error: unknown) => void,
): HTMLElement {
  const pictures = el('div', { class: 'beside' });
  const one = store.find(scene);
  const own = one?.scene.picture;
  const show = (details: SceneDetails | undefined): void => {
    const made = details?.versions.find(({ current }) => current)?.picture;
    if (own !== undefined) pictures.append(figure('Yours, as it is now', own));
    if (made !== undefined) pictures.append(figure('As it was made', made));
  };
  if (one !== undefined) detailsOf(one).then(show, onFailed);
  const decide = (choice: 'keep' | 'discard') => (): void => {
    settleEdited(scene, choice).then((outcome) => {
      if (outcome.kind === 'settled') onSettled(outcome.message);
      else onFailed(outcome.message);
    }, onFailed);
  };
  return el(
    'div',
    { class: 'settle' },
    pictures,
    el(
      'div',
      { class: 'choice-buttons' },
      button('lock', 'Keep it and lock the scene', decide('keep')),
      button('cross', 'Discard it (a copy is kept)', decide('discard')),
    ),
  );
}

export function askForEdited(
  dialog: Dialog,
  store: Store,
  scene: string,
  say: (message: string) => void,
): void {
  const turn = dialog.begin('A picture that was edited');
  const settled = (message: string): void => {
    turn.close();
    say(message);
  };
  const title = store.find(scene)?.scene.title ?? scene;
  const why = `The picture of “${title}” is not the one that was made. Every run stops until you decide which one stays.`;
  turn.draw({ body: [el('p', {}, why), settleEditedPicture(store, scene, settled, turn.fail)] });
}

export function figure(label: string, { thumb, href }: PictureLink): HTMLElement {
  return el(
    'figure',
    {},
    el('a', { href, target: '_blank', rel: 'noreferrer' }, el('img', { src: thumb ?? href, alt: label })),
    el('figcaption', {}, label),
  );
}
