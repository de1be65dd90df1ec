import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

// Loaded with NODE_OPTIONS=--import into every process of an Nx run: notes each file of the world that
// JavaScript opens to read, one path a line, in a file of the process's own. Appends at once: Nx kills workers.
const folder = process.env['CHARGEN_BENCH_READS'];
const world = process.env['CHARGEN_BENCH_WORLD'];
if (folder !== undefined && world !== undefined) {
  const append = fs.appendFileSync;
  const log = `${folder}/${String(process.pid)}.txt`;
  let isNoting = false;
  const note = (path: unknown): void => {
    if (isNoting || typeof path !== 'string' || !path.startsWith(world)) return;
    isNoting = true;
    append(log, `${path.slice(world.length + 1)}\n`);
    isNoting = false;
  };
  const { readFileSync, createReadStream } = fs;
  const { readFile, open } = fs.promises;
  Object.assign(fs, {
    readFileSync: (...given: Parameters<typeof readFileSync>) => {
      note(given[0]);
      return readFileSync(...given);
    },
    createReadStream: (...given: Parameters<typeof createReadStream>) => {
      note(given[0]);
      return createReadStream(...given);
    },
  });
  Object.assign(fs.promises, {
    readFile: (...given: Parameters<typeof readFile>) => {
      note(given[0]);
      return readFile(...given);
    },
    open: (...given: Parameters<typeof open>) => {
      // Opened to write, or a folder opened to be synced, is not read.
      if (given[1] === 'r' && /\.[a-z]+$/.test(String(given[0]))) note(given[0]);
      return open(...given);
    },
  });
  syncBuiltinESMExports();
}
