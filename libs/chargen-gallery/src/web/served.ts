import type { ServerEvent } from '../protocol.js';
import { hasServer, listen } from './api.js';
import { galleryIndex, reloadData } from './data.js';
import { isServed, store } from './page.js';
import { watchPresses, whenReleased } from './press.js';
import { byScene } from './reviewer.js';
import { isLost, showLine, showStatus } from './run-panel.js';

/** Turns on what needs a server, if one stands behind the page; a page from the file system is for looking only. */
export async function serve(): Promise<void> {
  if (!(await hasServer())) return;
  watchPresses();
  isServed.value = true;
  listen(
    (event) => whenReleased(() => show(event)),
    (lost) => whenReleased(() => showLost(lost)),
  );
  document.documentElement.dataset['served'] = 'true';
}

/** Shows what the server reports. */
function show(event: ServerEvent): void {
  switch (event.kind) {
    case 'status':
      showStatus(event.status);
      return;
    case 'line':
      showLine(event.text);
      return;
    case 'review':
      store.reviewed(byScene(event.reviews), event.at);
      return;
    case 'data':
      void refresh();
      return;
  }
}

function showLost(lost: boolean): void {
  // What happened meanwhile was sent to no page.
  if (isLost.value && !lost) void refresh();
  isLost.value = lost;
}

async function refresh(): Promise<void> {
  await reloadData();
  const index = galleryIndex();
  if (index !== undefined) whenReleased(() => store.replaceData(index));
}
