/** Takes the lock of a folder, says so, holds it for a while (or for ever), and counts who is in at once. */
import { appendFileSync } from 'node:fs';
import { WorkspaceLock } from '../../dist/run/journal/lock.js';
import { SYSTEM_CLOCK } from '../../dist/util/clock.js';

const [folder, journal, holdMs, times = '1'] = process.argv.slice(2);
const lock = new WorkspaceLock(folder, SYSTEM_CLOCK);
const request = {
  what: 'generate',
  signal: new AbortController().signal,
  until: Number.POSITIVE_INFINITY,
  onWait: (holder) => appendFileSync(journal, `${process.pid} waits for ${holder.pid}\n`),
};
for (let n = 0; n < Number(times); n += 1) {
  await lock.hold(request, async () => {
    appendFileSync(journal, `${process.pid} in\n`);
    process.stdout.write('held\n');
    await new Promise((resolve) => setTimeout(resolve, holdMs === 'ever' ? 2 ** 30 : Number(holdMs)));
    appendFileSync(journal, `${process.pid} out\n`);
  });
}
