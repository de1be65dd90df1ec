import { el, icon, replaceChildren } from './dom.js';
import { withCode } from './panels.js';
import type { Store } from './store.js';

/** Jobs that Google has had for too long, above the pictures; hidden if there are none. */
export function stuckJobs(store: Store): HTMLElement {
  const element = el('aside', { class: 'stuck', 'aria-label': 'Stuck jobs' });
  const draw = (): void => {
    const { stuck } = store.index;
    element.hidden = stuck.length === 0;
    replaceChildren(
      element,
      stuck.map((line) => el('p', { class: 'warning' }, icon('alert'), el('span', ...withCode(line)))),
    );
  };
  draw();
  store.on(['data'], draw);
  return element;
}
