/**
 * `chargen now`, killed at each of its boundaries, or with its answer lost on the way. The next run takes up what it
 * paid for. If it died between its request and the answer on its disk, or the answer was lost, that answer cannot be
 * had again: the next run says that it may be billed and does not ask, until the run is cancelled as a person would.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkWorld, listUploads, readLedger } from './check.mjs';
import { giveUp } from './give-up.mjs';
import { isInOrder, runEngine, runUntilDone } from './processes.mjs';
import { makeWorld } from './world.mjs';

export const NOW_SCENE = 'harbour/dawn';
/** What the stop of a run says about it. */
const RUN_TO_CANCEL = /"stop":\{"kind":"uncertain","runId":"([^"]+)"/;

export async function crashNow(emulator, folder, { kills: [killAt], mark }) {
  const root = join(folder, `world-${mark}`);
  const key = `key-of-now-${mark}`;
  const call = { root, url: emulator.url, key };
  const files = await makeWorld(root, mark);
  const itemsBefore = (await readLedger(emulator.ledgerFile)).length;
  try {
    const first = await runEngine({ ...call, now: NOW_SCENE, killAt });
    const died = first.kind === 'killed' ? 1 : 0;
    const isOnDisk = await hasAnswer(root);
    const disorder = [];
    let said = 0;
    const { runs, wrong } = await runUntilDone(call, async (ended) => {
      if (!isInOrder(ended)) disorder.push(`a run ended ${ended.kind} ${ended.code}: ${ended.errors}`);
      const held = RUN_TO_CANCEL.exec(ended.output)?.[1];
      if (held === undefined) return;
      said += 1;
      const asked = await timesAsked(emulator);
      const again = await runEngine({ ...call, now: NOW_SCENE });
      if (again.kind !== 'open') disorder.push(`now ended ${again.kind} beside a request that may be billed`);
      if ((await timesAsked(emulator)) !== asked)
        disorder.push('now asked beside a request that may be billed');
      await giveUp(root, emulator.url, held, key);
    });
    if (wrong.length > 0) return { died, reruns: runs, wrong };
    const uploads = await listUploads(emulator.url, key);
    const { ledgerFile } = emulator;
    const isStateLost = false;
    wrong.push(
      ...(await checkWorld({
        root,
        files,
        ledgerFile,
        itemsBefore,
        isStateLost,
        uploads,
        // It also says so where the process died before its request left: nobody could know.
        lostAnswers: said,
        syncScene: `content/locations/${NOW_SCENE}`,
      })),
    );
    if (said > 1) wrong.push(`it was said ${said} times that the picture may be billed`);
    if (said > 0 && isOnDisk) wrong.push('its answer was on the disk, and was not taken');
    return { died, reruns: runs, wrong: [...disorder, ...wrong] };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Whether the answer lay on the disk when the process died. */
async function hasAnswer(root) {
  const files = await readdir(join(root, '.chargen'), { recursive: true }).catch(() => []);
  return files.some((path) => path.endsWith('/results-1.jsonl'));
}

/** Items that were billed to any key so far. */
async function timesAsked(emulator) {
  return (await readLedger(emulator.ledgerFile)).length;
}
