import { writeFileSync } from 'node:fs';

// Loaded with NODE_OPTIONS=--import into every process of an Nx run: keeps the processor time and the peak memory of this process in a
// file. Again and again, since Nx kills its plugin workers; wall time says little on a machine that others use.
const folder = process.env['CHARGEN_BENCH_CPU'];
if (folder !== undefined) {
  const note = (): void => {
    const { user, system } = process.cpuUsage();
    try {
      writeFileSync(
        `${folder}/${String(process.pid)}`,
        `${String((user + system) / 1000)} ${String(process.resourceUsage().maxRSS / 1024)}`,
      );
    } catch {
      // A plugin worker may outlive the command, and the folder with it.
    }
  };
  setInterval(note, 50).unref();
  process.on('exit', note);
}
