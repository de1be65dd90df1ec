import { openSync, writeSync } from 'node:fs';

// Loaded with NODE_OPTIONS=--import into every process of an Nx run: keeps the processor time and the peak memory of this process in a
// file. Again and again, since Nx kills its plugin workers; wall time says little on a machine that others use. A process
// that waits writes nothing: writing would be most of its time, and one side may have more processes than the other.
const folder = process.env['CHARGEN_BENCH_CPU'];
/** Milliseconds that have to be added before the file is written again. */
const STEP = 5;
if (folder !== undefined) {
  let noted = 0;
  // Held open: to make and open it each time took a fifteenth of a long process.
  let file: number | undefined;
  const note = (step: number): void => {
    const { user, system } = process.cpuUsage();
    if ((user + system) / 1000 < noted + step) return;
    noted = (user + system) / 1000;
    try {
      file ??= openSync(`${folder}/${String(process.pid)}`, 'w');
      writeSync(file, `${String(noted)} ${String(process.resourceUsage().maxRSS / 1024)}`.padEnd(60), 0);
    } catch {
      // A plugin worker may outlive the command, and the folder with it.
    }
  };
  setInterval(note, 50, STEP).unref();
  process.on('exit', () => {
    note(0);
  });
}
