/** Processes that the sweep starts: the emulator, with its state on disk, and the engine. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
export const REPOSITORY = join(HERE, '..', '..');
export const PRELOAD = join(HERE, 'kill-at.mjs');
const EMULATOR = join(REPOSITORY, 'libs', 'gemini-emulator', 'bin', 'gemini-emulator.mjs');
const CHILD = join(HERE, 'engine-child.mjs');

/** What still runs when the sweep itself is stopped. */
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

function watched(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** The emulator in a process of its own, which can be killed and started again on the same state and port. */
export class EmulatorProcess {
  constructor(folder) {
    this.folder = folder;
    this.ledgerFile = join(folder, 'ledger.ndjson');
    this.port = 0;
    this.args = [];
  }

  async start() {
    const args = [EMULATOR, '--port', String(this.port), '--state', join(this.folder, 'state')];
    const options = { stdio: ['ignore', 'pipe', 'inherit'] };
    this.child = watched(
      spawn(process.execPath, [...args, ...this.args, '--ledger', this.ledgerFile], options),
    );
    this.url = await new Promise((resolve, reject) => {
      let text = '';
      this.child.on('exit', (code) => reject(new Error(`The emulator ended with ${code}.`)));
      this.child.stdout.on('data', (piece) => {
        text += String(piece);
        const url = /listens on (http\S+)/.exec(text)?.[1];
        if (url !== undefined) resolve(url);
      });
    });
    this.port = Number(new URL(this.url).port);
  }

  /** As a power cut would end it. */
  async kill() {
    const { child } = this;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async restart() {
    await this.kill();
    await this.start();
  }
}

/**
 * Runs the engine once; `killAt` 0 lets it live. `now` is a scene for `chargen now` in place of a run, `shared` the
 * folder of a shared store. Answers how it ended.
 */
export function runEngine({
  root,
  url,
  key,
  killAt = 0,
  fullAt = 0,
  countFile,
  traceFile,
  waitMs = 30_000,
  settleMs = 15,
  now,
  shared,
  author,
  limitMs = 90_000,
}) {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      SWEEP_KILL_AT: String(killAt),
      SWEEP_FULL_AT: String(fullAt),
    };
    for (const name of Object.keys(env))
      if (/^(GEMINI|GOOGLE|CHARGEN|MYTHICINDEX)_/.test(name)) delete env[name];
    if (countFile !== undefined) env.SWEEP_COUNT_FILE = countFile;
    if (traceFile !== undefined) env.SWEEP_TRACE_FILE = traceFile;
    if (author !== undefined) env.SWEEP_AUTHOR = JSON.stringify({ ...author, root });
    if (now !== undefined) env.SWEEP_NOW = now;
    if (shared !== undefined) env.SWEEP_SHARED = shared;
    const args = ['--import', PRELOAD, CHILD, root, url, key, String(waitMs), String(settleMs)];
    const child = watched(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
    let output = '';
    let errors = '';
    child.stdout.on('data', (piece) => (output += String(piece)));
    child.stderr.on('data', (piece) => (errors += String(piece)));
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      resolve({ kind: 'hang', output, errors });
    }, limitMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      if (signal === 'SIGKILL') resolve({ kind: 'killed', output, errors });
      else resolve({ kind: code === 0 ? 'done' : 'open', code, output, errors });
    });
  });
}

/** Done, or ended with something that is open and said so; an error that nobody caught ends with another code. */
export function isInOrder({ kind, code }) {
  return kind === 'done' || (kind === 'open' && code === 2);
}

/** How often a run that leaves something open is run again before it counts as never done. */
const MAX_RUNS = 4;

/** Runs the engine until it is done; what hangs is not run again. `onEnd` is told of each end. */
export async function runUntilDone(call, onEnd = () => undefined) {
  let ended;
  let runs = 0;
  do {
    ended = await runEngine(call);
    runs += 1;
    await onEnd(ended);
  } while (ended.kind === 'open' && runs < MAX_RUNS);
  const never = `never done: ${ended.kind} ${ended.output}${ended.errors}`;
  return { runs, wrong: ended.kind === 'done' ? [] : [never] };
}
