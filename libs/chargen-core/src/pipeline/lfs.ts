import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type PullOutcome =
  | { readonly kind: 'pulled' }
  /** The command to run by hand, and why it was not done here. */
  | { readonly kind: 'failed'; readonly why: string; readonly command: string };

/** The command that fetches just these pictures from Git LFS. */
export function pullCommand(paths: readonly string[]): string {
  return `git lfs pull --include="${[...paths].sort().join(',')}"`;
}

/** Fetches pictures that are still pointers. Without git-lfs, or a remote, the message names the command. */
export async function pullPictures(workspaceRoot: string, paths: readonly string[]): Promise<PullOutcome> {
  const command = pullCommand(paths);
  try {
    await run('git', ['lfs', 'pull', `--include=${[...paths].sort().join(',')}`], {
      cwd: workspaceRoot,
      timeout: 600_000,
    });
    return { kind: 'pulled' };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const why = /is not a git command/.test(text)
      ? 'git-lfs is not installed'
      : (text.split('\n')[1] ?? text);
    return { kind: 'failed', why: why.trim(), command };
  }
}
