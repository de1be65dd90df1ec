/**
 * Loaded with `node --import` before the engine: counts every boundary at which a process may die (before and in
 * the middle of each change of a file; before, during and after each request) and kills the process with SIGKILL
 * at number SWEEP_KILL_AT. The state after one change is that before the next, so it is counted once. Calls that
 * change nothing that outlives the process (a sync, a folder that was there) are not counted. Without that number it only counts, and writes the count to SWEEP_COUNT_FILE
 * at the end. Nothing of it is part of the product.
 */
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';

import { actAuthor } from './act-at.mjs';

const killAt = Number(process.env.SWEEP_KILL_AT ?? '0');
/** From this boundary on the disk is full: what needs room fails, and nobody is killed. */
const fullAt = Number(process.env.SWEEP_FULL_AT ?? '0');
/** At this boundary, or the first later one that lets it, an author acts in place of a kill. */
let author = process.env.SWEEP_AUTHOR === undefined ? undefined : JSON.parse(process.env.SWEEP_AUTHOR);
const countFile = process.env.SWEEP_COUNT_FILE;
const traceFile = process.env.SWEEP_TRACE_FILE;
/** Where the engine is a child of another Node process (Nx), only that child counts. */
const only = process.env.SWEEP_ONLY;
const isMine = only === undefined || process.argv.some((word) => word.includes(only));

const original = {
  mkdirSync: fs.mkdirSync,
  existsSync: fs.existsSync,
  renameSync: fs.renameSync,
  readFileSync: fs.readFileSync,
  openSync: fs.openSync,
  writeSync: fs.writeSync,
  closeSync: fs.closeSync,
  rmSync: fs.rmSync,
  writeFileSync: fs.writeFileSync,
  open: fsPromises.open,
  fetch: globalThis.fetch,
};
let count = 0;
const trace = traceFile === undefined ? undefined : fs.openSync(traceFile, 'a');

/** One boundary. Does not come back from the one that was asked for. */
function point(what) {
  count += 1;
  if (trace !== undefined) fs.writeSync(trace, `${count} ${what}\n`);
  if (author !== undefined && count >= author.at) {
    const acting = author;
    // What the author does is no boundary of the engine.
    author = undefined;
    if (actAuthor(original, acting.root, acting.act, acting.desk) === false) author = acting;
  }
  if (count === killAt) process.kill(process.pid, 'SIGKILL');
}

const isNext = () => count + 1 === killAt;

/** What the system says of a write for which there is no room. */
function noRoom() {
  if (fullAt === 0 || count < fullAt) return undefined;
  const error = new Error('ENOSPC: no space left on device, write');
  return Object.assign(error, { code: 'ENOSPC', errno: -28, syscall: 'write' });
}

/** Calls that change something on the disk; reading cannot leave anything behind. */
const PROMISES = [
  'writeFile',
  'appendFile',
  'rename',
  'rm',
  'rmdir',
  'unlink',
  'link',
  'symlink',
  'copyFile',
  'truncate',
];
const SYNC = ['appendFileSync', 'renameSync', 'rmSync', 'unlinkSync', 'linkSync'];
const NEED_ROOM = new Set([
  'writeFile',
  'appendFile',
  'link',
  'symlink',
  'copyFile',
  'appendFileSync',
  'linkSync',
]);
/** What file streams call. */
const CALLBACKS = ['write', 'writev', 'rename'];

function patchPromises() {
  for (const name of PROMISES) {
    const real = fsPromises[name];
    fsPromises[name] = async (...args) => {
      point(`before ${name} ${String(args[0])}`);
      if (NEED_ROOM.has(name) && noRoom() !== undefined) throw noRoom();
      return real.apply(fsPromises, args);
    };
  }
  const { mkdir } = fsPromises;
  fsPromises.mkdir = async (...args) => {
    const made = await mkdir.apply(fsPromises, args);
    if (made !== undefined) point(`after mkdir ${made}`);
    return made;
  };
}

function patchSync() {
  for (const name of SYNC) {
    const real = fs[name];
    fs[name] = (...args) => {
      point(`before ${name} ${String(args[0])}`);
      if (NEED_ROOM.has(name) && noRoom() !== undefined) throw noRoom();
      return real.apply(fs, args);
    };
  }
}

/** The bytes of a temporary file, which the engine opens and syncs by its number. */
function patchWriteFileSync() {
  fs.writeFileSync = (file, data, ...rest) => {
    point('before writeFileSync');
    if (noRoom() !== undefined) throw noRoom();
    if (isNext()) {
      // A file that is half there, as a cut of the power leaves it.
      const bytes = Buffer.from(data);
      original.writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length / 2)));
    }
    point('in the middle of writeFileSync');
    return original.writeFileSync(file, data, ...rest);
  };
}

function patchCallbacks() {
  for (const name of CALLBACKS) {
    const real = fs[name];
    fs[name] = (...args) => {
      point(`before stream ${name}`);
      if (name !== 'rename' && noRoom() !== undefined) return args.at(-1)(noRoom());
      return real.apply(fs, args);
    };
  }
}

async function patchHandles() {
  const handle = await original.open(fileURLToPath(import.meta.url), 'r');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  for (const name of ['writeFile', 'write', 'appendFile', 'truncate']) {
    const real = prototype[name];
    prototype[name] = async function (...args) {
      point(`before handle.${name}`);
      if (name !== 'truncate' && noRoom() !== undefined) throw noRoom();
      if (name === 'writeFile' && isNext()) {
        // A file that is half there, as a cut of the power leaves it.
        const bytes = Buffer.from(args[0]);
        await real.call(this, bytes.subarray(0, Math.floor(bytes.length / 2)));
      }
      if (name === 'writeFile') point('in the middle of handle.writeFile');
      return real.apply(this, args);
    };
  }
}

function patchFetch() {
  globalThis.fetch = async (input, init) => {
    const method = init?.method ?? input?.method ?? 'GET';
    const what = `${method} ${String(input?.url ?? input)
      .replace(/^https?:\/\/[^/]+/, '')
      .slice(0, 80)}`;
    point(`before ${what}`);
    const answer = original.fetch(input, init);
    if (method !== 'GET') {
      // The request has left, and its answer has not come.
      if (isNext()) await new Promise((resolve) => setTimeout(resolve, 4));
      point(`during ${what}`);
    }
    const response = await answer;
    point(`after ${what}`);
    return response;
  };
}

if (isMine) {
  patchPromises();
  patchSync();
  patchWriteFileSync();
  patchCallbacks();
  await patchHandles();
  patchFetch();
  syncBuiltinESMExports();
  if (countFile !== undefined) {
    process.on('exit', () => {
      original.writeFileSync(countFile, String(count));
    });
  }
}
