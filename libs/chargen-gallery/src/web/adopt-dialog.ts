import { ask } from './api.js';
import { detailsOf } from './data.js';
import type { Asker } from './dialog.js';
import { button, el } from './dom.js';
import { figure } from './edited-picture.js';

/** Shows pictures that lie in the folder of a scene without one, to make one of them its picture. Pays nothing. */
export function askForAdoption({ dialog, store, say }: Asker, id: string): void {
  const one = store.find(id);
  if (one === undefined) return;
  dialog.open('Adopt a picture', async (turn) => {
    const use = async (path: string): Promise<void> => {
      const { message } = await ask('adopt', { scene: id, picture: path });
      turn.close();
      say(message);
    };
    const items = ((await detailsOf(one))?.candidates ?? []).map(({ path, picture }) => {
      const label = { class: 'small', 'aria-label': `Use it: ${path}` };
      const press = (): void => void use(path).catch(turn.fail);
      return el('li', figure(path, picture), button('check', 'Use it', press, label));
    });
    const why = `No scene has these pictures. The one that you choose is copied to “${one.scene.title}”, which is then done.`;
    return { body: [el('p', why), el('ul', { class: 'beside' }, items)] };
  });
}
