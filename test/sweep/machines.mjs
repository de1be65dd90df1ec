/**
 * Two machines without shared state and with one API key. At once: the race that is left, counted. One after the
 * other: nothing may be paid twice.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLedger } from './check.mjs';
import { EmulatorProcess, runEngine } from './processes.mjs';
import { KEYS, makeWorld } from './world.mjs';

export async function sweepMachines({ rounds }) {
  const wrong = [];
  for (const isLater of [false, true]) {
    const twice = [];
    for (let round = 0; round < rounds; round += 1) {
      const items = await raceOnce(round, isLater, wrong);
      const counts = new Map();
      for (const { hash } of items) counts.set(hash, (counts.get(hash) ?? 0) + 1);
      twice.push(items.length - counts.size);
      if (counts.size !== KEYS) wrong.push(`round ${round}: ${counts.size} keys were billed, not ${KEYS}`);
    }
    const rounded = twice.filter((count) => count > 0).length;
    const most = Math.max(...twice);
    const when = isLater ? "while the other's job ran" : 'at the same moment';
    process.stdout.write(
      `Started ${when}: ${rounds} rounds, ${rounded} with double payment, at most ${most} of ${KEYS} items.\n`,
    );
    if (isLater && rounded > 0) wrong.push('a machine that started later paid again');
  }
  for (const what of wrong) process.stdout.write(`WRONG ${what}\n`);
  return wrong.length === 0 ? 0 : 1;
}

async function raceOnce(round, isLater, wrong) {
  const folder = await mkdtemp(join(tmpdir(), 'sweep-machines-'));
  const emulator = new EmulatorProcess(folder);
  // A job that takes a while, as Google's do: else the first machine is done before the second begins.
  emulator.args = ['--job-duration', '1500'];
  await emulator.start();
  try {
    const machines = ['a', 'b'].map((name) => join(folder, name));
    for (const root of machines) await makeWorld(root, `race ${round}`);
    const first = runEngine({ root: machines[0], url: emulator.url, key: 'race', settleMs: 400 });
    if (isLater) await submitted(emulator);
    const second = runEngine({ root: machines[1], url: emulator.url, key: 'race', settleMs: 400 });
    for (const ended of [await first, await second]) {
      if (ended.kind !== 'done')
        wrong.push(`round ${round}: a machine ended ${ended.kind}: ${ended.output}${ended.errors}`);
    }
    return await readLedger(emulator.ledgerFile);
  } finally {
    await emulator.kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Resolves when the first job exists. */
async function submitted(emulator) {
  for (;;) {
    const response = await fetch(`${emulator.url}/v1beta/batches`, { headers: { 'x-goog-api-key': 'race' } });
    if ((await response.json()).operations?.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
