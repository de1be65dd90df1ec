import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { runChild, type ChildEnd } from './run-child.js';

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
  readonly onInterrupt: () => void;
}

/** Runs Nx to its end. Ctrl-C reaches it by itself, so that every task is reported. */
export function runNx({ workspaceRoot, args, env, onInterrupt }: NxCall): Promise<ChildEnd> {
  const nx = findNx(workspaceRoot);
  if (nx === undefined) {
    throw new CliError(`Nx is not installed in ${workspaceRoot}. Run there: npm install`);
  }
  return runChild({
    command: process.execPath,
    args: [nx.bin, ...args],
    cwd: workspaceRoot,
    // The screen of Nx and chargen's own block would draw over each other.
    env: { ...env, NX_TUI: 'false' },
    onInterrupt,
  });
}
