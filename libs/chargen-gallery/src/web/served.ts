import { hasServer, listen } from './api.js';
import { ChangeDialog } from './change-dialog.js';
import { galleryIndex, reloadData } from './data.js';
import { Desk } from './desk.js';
import type { Dialog } from './dialog.js';
import { Drafts } from './drafts.js';
import { askForScene } from './forms.js';
import type { Grid } from './grid.js';
import type { Lightbox, OpenActions } from './lightbox.js';
import type { ServerEvent } from '../protocol.js';
import { watchPresses, whenReleased } from './press.js';
import { byScene, Reviewer } from './reviewer.js';
import { RunPanel } from './run-panel.js';
import { SceneActions } from './scene-actions.js';
import type { Store } from './store.js';

/** Turns on what needs a server, if one stands behind the page; a page from the file system is for looking only. */
export async function serve(store: Store, grid: Grid, lightbox: Lightbox, dialog: Dialog): Promise<void> {
  if (!(await hasServer())) return;
  const run = new RunPanel(store);
  watchPresses();
  const say = (message: string): void => whenReleased(() => run.say(message));
  const drafts = new Drafts();
  const changes = new ChangeDialog(dialog, drafts, say);
  const reviewer = new Reviewer(store, say);
  const actions = new SceneActions(store, reviewer, dialog, changes, say);
  document.body.append(run.element);
  run.allow(actions);
  new Desk(store, lightbox, reviewer, drafts, say);
  grid.allow({
    addScene: (entity) => askForScene(changes, entity),
    tools: (scene) => actions.ofCard(scene),
  });
  const open: OpenActions = {
    actions: (scene, details) => actions.ofOpen(scene, details),
    use: (scene, take) => reviewer.use(scene, take),
  };
  lightbox.allow(open, run.element);
  follow(store, run);
  document.documentElement.dataset['served'] = 'true';
}

/** Shows what the server reports, until the page is closed. */
function follow(store: Store, run: RunPanel): void {
  let wasLost = false;
  const show = (event: ServerEvent): void => {
    switch (event.kind) {
      case 'status':
        run.showStatus(event.status);
        return;
      case 'line':
        run.line(event.text);
        return;
      case 'review':
        store.reviewed(byScene(event.reviews), event.at);
        return;
      case 'data':
        void refresh(store);
        return;
    }
  };
  const showLost = (isLost: boolean): void => {
    run.lost(isLost);
    // What happened meanwhile was sent to no page.
    if (wasLost && !isLost) void refresh(store);
    wasLost = isLost;
  };
  listen(
    (event) => whenReleased(() => show(event)),
    (isLost) => whenReleased(() => showLost(isLost)),
  );
}

async function refresh(store: Store): Promise<void> {
  await reloadData();
  const index = galleryIndex();
  if (index !== undefined) whenReleased(() => store.replaceData(index));
}
