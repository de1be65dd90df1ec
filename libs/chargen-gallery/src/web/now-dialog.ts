import { ask } from './api.js';
import { mainButton, type Asker } from './dialog.js';
import { el } from './dom.js';
import { list } from './run-dialog.js';
import { plural } from './words.js';

/** Makes pictures at once, each by a request of its own at full price, which is stated before. */
export function askForNow({ dialog, store }: Asker, scenes: readonly string[], onStarted: () => void): void {
  dialog.open(
    'Make now',
    async (turn) => {
      const { pictures, cost } = await ask('plan-now', { scenes });
      const possible = pictures.filter(({ isPossible }) => isPossible).map(({ scene }) => scene);
      const start = async (): Promise<void> => {
        await ask('now', { scenes: possible, cost });
        turn.close();
        onStarted();
      };
      const label = `Make ${plural(possible.length, 'picture')} now, ${cost}`;
      const how =
        'Each is one request of its own: its answer comes in a minute, and costs twice the batch price.';
      const rows = pictures.map(
        ({ scene, says }) => [store.find(scene)?.scene.title ?? scene, says] as const,
      );
      return {
        body: [el('p', how), list(rows)],
        buttons: possible.length === 0 ? [] : [mainButton(turn, label, start, 'play')],
      };
    },
    'Asking for the price …',
  );
}
