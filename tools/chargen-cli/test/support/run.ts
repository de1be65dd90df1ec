import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { main } from '../../dist/index.js';

export const BIN = join(import.meta.dirname, '../../bin/chargen.mjs');
export const REPOSITORY = join(import.meta.dirname, '../../../..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables of the machine that runs the tests must not decide what chargen does. */
const OWN = /^(CHARGEN_|GEMINI_|GOOGLE_|MYTHICINDEX_|CI$|NO_COLOR$|FORCE_COLOR$|GITHUB_|NX_|npm_)/;

export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
    value === undefined || OWN.test(name) ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(kept), ...extra };
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A stream that keeps what it is given. */
class Kept extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * The built command in this process, without a terminal: most of the time of a process of its own is spent on loading
 * the same modules again. One at a time, since it takes the folder and the environment of this process.
 */
export function chargen(args: readonly string[], options: RunOptions): Promise<Ran> {
  const ran = turn.then(() => inThisProcess(args, options));
  turn = ran.catch(() => undefined);
  return ran;
}

async function inThisProcess(args: readonly string[], options: RunOptions): Promise<Ran> {
  const before = { folder: process.cwd(), env: process.env };
  const env = cleanEnvironment(options.env);
  const [stdout, stderr] = [new Kept(), new Kept()];
  process.chdir(options.cwd);
  // What is started from here has the environment of the command too.
  process.env = { ...env };
  try {
    const code = await main(args, env, { stdin: {}, stdout, stderr });
    return { code, stdout: stdout.text, stderr: stderr.text };
  } finally {
    process.env = before.env;
    process.chdir(before.folder);
  }
}

/** The built command as a process of its own, without a terminal. */
export function chargenProcess(args: readonly string[], options: RunOptions): Promise<Ran> {
  return run(process.execPath, [BIN, ...args], options);
}

export function run(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: cleanEnvironment(options.env) });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
    child.stdin.end();
  });
}

/** For commands that go on until somebody stops them: Ctrl-C as soon as they have said something. */
export function chargenUntilItSpeaks(args: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: options.cwd,
      env: cleanEnvironment(options.env),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      child.kill('SIGINT');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
