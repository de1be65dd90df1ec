/**
 * Two machines with API keys of their own, so that neither sees the jobs of the other, and one shared store: the first
 * is killed at each boundary in turn, the second runs, the first runs until it is done, and then the second. Only
 * what stands in the shared store can keep them from paying for the same.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkWorld, listUploads, readLedger } from './check.mjs';
import { isInOrder, runEngine, runUntilDone } from './processes.mjs';
import { makeWorld } from './world.mjs';

export async function crashShared(emulator, folder, { kills: [killAt], mark }) {
  const base = join(folder, `shared-${mark}`);
  const machine = (name) => ({
    root: join(base, name),
    url: emulator.url,
    key: `key-of-${name}-${mark}`,
    shared: join(base, 'store'),
  });
  const [first, second] = [machine('first'), machine('second')];
  const itemsBefore = (await readLedger(emulator.ledgerFile)).length;
  const wrong = [];
  let reruns = 0;
  try {
    // A share that is there and empty; one that is not there is taken for one that is not mounted.
    await mkdir(first.shared, { recursive: true });
    const files = new Map();
    for (const { root } of [first, second]) files.set(root, await makeWorld(root, mark));
    const killed = await runEngine({ ...first, killAt });
    // It makes what is free, and leaves what the first one has claimed.
    const beside = await runEngine({ ...second, waitMs: 0 });
    if (!isInOrder(beside))
      wrong.push(`the second machine ended ${beside.kind} ${beside.code}: ${beside.errors}`);
    for (const call of [first, second]) {
      const done = await runUntilDone(call);
      reruns += done.runs;
      for (const what of done.wrong) wrong.push(`${call.root.slice(base.length + 1)} ${what}`);
    }
    for (const { root, key } of wrong.length === 0 ? [first, second] : []) {
      const uploads = await listUploads(emulator.url, key);
      const { ledgerFile } = emulator;
      const isStateLost = false;
      wrong.push(
        ...(await checkWorld({
          root,
          files: files.get(root),
          ledgerFile,
          itemsBefore,
          isStateLost,
          uploads,
        })),
      );
    }
    return { died: killed.kind === 'killed' ? 1 : 0, reruns, wrong };
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}
