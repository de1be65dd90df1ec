/** What `chargen cancel` does: a person says that what is uncertain came to nothing. */
import { join } from 'node:path';

const core = await import(process.env.SWEEP_CORE ?? '../../libs/chargen-core/dist/bundle/index.js');

export async function giveUp(root, baseUrl, runId, apiKey) {
  await core.cancelRun({
    workspaceRoot: root,
    batchFolder: join(root, '.chargen', 'batch'),
    runId,
    settings: { ...core.DEFAULT_SETTINGS, workspaceId: 'sweep' },
    store: new core.ResultStore(join(root, '.chargen', 'store')),
    openDoor: () => core.openGemini({ apiKey, baseUrl }),
    listener: () => undefined,
    signal: new AbortController().signal,
    clock: core.SYSTEM_CLOCK,
    settleMs: 10,
    retryPause: 1,
  });
}
