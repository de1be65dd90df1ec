import type { PictureLink } from '../model.js';
import { ask } from './api.js';
import { detailsOf } from './data.js';
import type { Asker } from './dialog.js';
import { button, el, fileLink } from './dom.js';
import type { Store } from './store.js';

/** The picture that a person edited beside the one that was made, and the choice which of them stays. */
export function settleEditedPicture(
  store: Store,
  scene: string,
  onSettled: (message: string) => void,
  onFailed: (error: unknown) => void,
): HTMLElement {
  const pictures = el('div', { class: 'beside' });
  const show = async (): Promise<void> => {
    const one = store.find(scene);
    const details = one && (await detailsOf(one));
    const made = details?.versions.find(({ current }) => current)?.picture;
    if (one?.scene.picture !== undefined) pictures.append(figure('Yours, as it is now', one.scene.picture));
    if (made !== undefined) pictures.append(figure('As it was made', made));
  };
  show().catch(onFailed);
  const decide = (choice: 'keep' | 'discard') => (): void => {
    ask('edited', { scene, choice }).then(({ message }) => onSettled(message), onFailed);
  };
  return el(
    'div',
    { class: 'settle' },
    pictures,
    el(
      'div',
      { class: 'buttons' },
      button('lock', 'Keep it and lock the scene', decide('keep')),
      button('cross', 'Discard it (a copy is kept)', decide('discard')),
    ),
  );
}

export function askForEdited({ dialog, store, say }: Asker, scene: string): void {
  dialog.open('A picture that was edited', (turn) => {
    const settled = (message: string): void => {
      turn.close();
      say(message);
    };
    const title = store.find(scene)?.scene.title ?? scene;
    const why = `The picture of “${title}” is not the one that was made. Every run stops until you decide which one stays.`;
    return { body: [el('p', why), settleEditedPicture(store, scene, settled, turn.fail)] };
  });
}

export function figure(label: string, { thumb, href }: PictureLink): HTMLElement {
  const image = el('img', { src: thumb ?? href, alt: label });
  return el('figure', fileLink(href, {}, image), el('figcaption', label));
}
