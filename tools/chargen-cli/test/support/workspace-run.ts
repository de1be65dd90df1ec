import { join } from 'node:path';
import { chargen, type Ran } from './run.js';
import type { TestWorkspace } from '../../../../test/support/workspace.js';

/** For `installNx`: has the plugin do what Nx has it do, in less time and without a cache. */
export const PLAIN_NX = join(import.meta.dirname, 'plain-nx');

/** chargen in a test's workspace, without a terminal. */
export function inWorkspace(
  workspace: TestWorkspace,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return chargen(args, { cwd: workspace.root, env: { ...workspace.environment(), ...env } });
}

/** The same with `--json`, its answer read. */
export async function jsonOf<T>(
  workspace: TestWorkspace,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly data: T; readonly stderr: string }> {
  const { code, stdout, stderr } = await inWorkspace(workspace, [...args, '--json'], env);
  try {
    return { code, data: JSON.parse(stdout) as T, stderr };
  } catch {
    throw new Error(`No JSON came of chargen ${args.join(' ')}:\n${stdout}\n${stderr}`);
  }
}
