import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeFolder, onEnd } from './world.js';

const BIN = fileURLToPath(new URL('../../bin/gemini-emulator.mjs', import.meta.url));

export interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  /** Sends a signal and answers the exit code, or the signal's name when it killed the process. */
  stop(signal: NodeJS.Signals): Promise<number | string | null>;
}

/** Starts the command as a process of its own on a free port. */
export const serve = (...args: readonly string[]): Promise<Served> => serveWith({}, ...args);

/** The same with more in its environment. */
export async function serveWith(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Served> {
  const child = spawn(process.execPath, [BIN, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A killed emulator leaves its temporary folder behind: it lies where the test cleans up.
    env: { ...process.env, TMPDIR: await makeFolder(), ...env },
  });
  const stop = async (signal: NodeJS.Signals): Promise<number | string | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode ?? child.signalCode;
  };
  onEnd(async () => {
    await stop('SIGKILL');
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listens on (http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) return { url, child, stop };
  }
  throw new Error('the emulator ended before it listened');
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command to its end. */
export async function run(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}
