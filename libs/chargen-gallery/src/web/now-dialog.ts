import { makeNow, planNow } from './api.js';
import { mainButton, type Dialog } from './dialog.js';
import { el } from './dom.js';
import { list } from './run-dialog.js';
import type { Store } from './store.js';
import { plural } from './words.js';

/** Makes pictures at once, each by a request of its own at full price, which is stated before. */
export async function askForNow(
  dialog: Dialog,
  store: Store,
  scenes: readonly string[],
  onStarted: () => void,
): Promise<void> {
  const turn = dialog.begin('Make now', 'Asking for the price …');
  try {
    const { pictures, cost } = await planNow(scenes);
    const possible = pictures.filter(({ isPossible }) => isPossible).map(({ scene }) => scene);
    const make = mainButton(
      turn,
      `Make ${plural(possible.length, 'picture')} now, ${cost}`,
      async () => {
        const outcome = await makeNow(possible, cost);
        if (outcome.kind !== 'started') throw new Error(outcome.message);
        turn.close();
        onStarted();
      },
      'play',
    );
    turn.draw({
      body: [
        el(
          'p',
          {},
          'Each is one request of its own: its answer comes in a minute, and costs twice the batch price.',
        ),
        list(pictures.map(({ scene, says }) => [store.find(scene)?.scene.title ?? scene, says])),
      ],
      buttons: possible.length === 0 ? [] : [make],
    });
  } catch (error) {
    turn.fail(error);
  }
}
