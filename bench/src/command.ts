import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const CPU = pathToFileURL(fileURLToPath(new URL('./preload-cpu.js', import.meta.url))).href;

export interface CommandRun {
  readonly ms: number;
  /** Processor time of all its Node processes together, in milliseconds. */
  readonly cpuMs: number;
  /** The largest peak of resident memory among them, in MB. */
  readonly peakMb: number;
  readonly output: string;
}

export interface Command {
  /** For Node: a program and its arguments. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** A folder for what its processes note. */
  readonly scratch: string;
  /** Modules for each of its processes. */
  readonly preload?: readonly string[];
  /** How long its processes may outlive it, in milliseconds. */
  readonly lingers?: number;
  /** Exit codes that are no failure. Default: 0. */
  readonly codes?: readonly number[];
}

/** Runs a program of Node with the processor time of all its processes; rejects if it ends with a code of a failure. */
export async function runCommand({
  args,
  cwd,
  env,
  scratch,
  preload = [],
  lingers = 0,
  codes = [0],
}: Command): Promise<CommandRun> {
  const notes = await mkdtemp(join(scratch, 'cpu-'));
  const begin = performance.now();
  const { code, output } = await launch(process.execPath, args, cwd, {
    ...env,
    CHARGEN_BENCH_CPU: notes,
    NODE_OPTIONS: [CPU, ...preload].map((url) => `--import=${url}`).join(' '),
  });
  const ms = performance.now() - begin;
  if (code === null || !codes.includes(code))
    throw new Error(`${args.join(' ')} ended with ${String(code)}:\n${output}`);
  await wait(lingers);
  let cpuMs = 0;
  let peakMb = 0;
  for (const pid of await readdir(notes)) {
    const [cpu = 0, peak = 0] = (await readFile(join(notes, pid), 'utf8')).split(' ').map(Number);
    cpuMs += cpu;
    peakMb = Math.max(peakMb, peak);
  }
  await rm(notes, { recursive: true, force: true, maxRetries: 3 });
  return { ms, cpuMs, peakMb, output };
}

/** The variables of this process without those that would change what is measured. */
export function plainEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(NX_|CHARGEN_|VITEST|NODE_OPTIONS|GOOGLE_|GEMINI_|MYTHICINDEX_)/.test(name)
        ? []
        : [[name, value]],
    ),
  );
}

export function launch(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}
