import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CliError } from '../cli/cli-error.js';

const nxPackage = z.object({ version: z.string(), bin: z.object({ nx: z.string() }) });

/** The Nx of a workspace. */
export interface InstalledNx {
  readonly bin: string;
  readonly version: string;
}

export function findNx(workspaceRoot: string): InstalledNx | undefined {
  try {
    const path = createRequire(join(workspaceRoot, 'package.json')).resolve('nx/package.json');
    const { bin, version } = nxPackage.parse(JSON.parse(readFileSync(path, 'utf8')));
    return { bin: join(dirname(path), bin.nx), version };
  } catch {
    return undefined;
  }
}

export interface NxCall {
  readonly workspaceRoot: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What Nx prints, as it comes. */
  readonly onOutput: (text: string) => void;
}

export interface NxResult {
  readonly code: number;
  /** Both streams, in the order in which they came; only the end of very long ones. */
  readonly output: string;
}

/** Nx prints a screen for each task; what explains a failure stands at the end. */
const MAX_OUTPUT = 200_000;

/** Runs Nx to its end. Ctrl-C reaches it by itself, and it is waited for, so that every task is reported. */
export function runNx(call: NxCall): Promise<NxResult> {
  const nx = findNx(call.workspaceRoot);
  if (nx === undefined) {
    throw new CliError(`Nx is not installed in ${call.workspaceRoot}. Run there: npm install`);
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [nx.bin, ...call.args], {
      cwd: call.workspaceRoot,
      // The screen of Nx and chargen's own block would draw over each other.
      env: { ...call.env, NX_TUI: 'false' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (text: string): void => {
      output = (output + text).slice(-MAX_OUTPUT);
      call.onOutput(text);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    // A terminal sends Ctrl-C to Nx too. This process only has to live until Nx has wound everything down.
    const onInterrupt = (): void => undefined;
    const onTerminate = (): void => {
      child.kill('SIGTERM');
    };
    process.on('SIGINT', onInterrupt);
    process.on('SIGTERM', onTerminate);
    const settle = (): void => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code, signal) => {
      settle();
      resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 1), output });
    });
  });
}
