import type { Candidate } from '../model.js';
import { adopt } from './api.js';
import type { Dialog } from './dialog.js';
import { detailsOf } from './data.js';
import { button, el } from './dom.js';
import { figure } from './edited-picture.js';
import type { Store } from './store.js';

/** Shows pictures that lie in the folder of a scene without one, to make one of them its picture. Pays nothing. */
export async function askForAdoption(
  dialog: Dialog,
  store: Store,
  id: string,
  say: (message: string) => void,
): Promise<void> {
  const one = store.find(id);
  if (one === undefined) return;
  const turn = dialog.begin('Adopt a picture');
  try {
    const candidates = (await detailsOf(one))?.candidates ?? [];
    const use = async (path: string): Promise<void> => {
      const outcome = await adopt(id, path);
      if (outcome.kind === 'refused') throw new Error(outcome.message);
      turn.close();
      say(outcome.message);
    };
    const why = `No scene has these pictures. The one that you choose is copied to “${one.scene.title}”, which is then done.`;
    turn.draw({
      body: [
        el('p', {}, why),
        candidateList(candidates, (path) => {
          use(path).catch(turn.fail);
        }),
      ],
    });
  } catch (error) {
    turn.fail(error);
  }
}

/** Candidates with a button each. */
export function candidateList(candidates: readonly Candidate[], onUse: (path: string) => void): HTMLElement {
  const items = candidates.map(({ path, picture }) => {
    const use = (): void => {
      onUse(path);
    };
    const label = { class: 'small', 'aria-label': `Use it: ${path}` };
    return el('li', {}, figure(path, picture), button('check', 'Use it', use, label));
  });
  return el('ul', { class: 'beside' }, ...items);
}
