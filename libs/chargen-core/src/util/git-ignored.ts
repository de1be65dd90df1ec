import { spawn } from 'node:child_process';
import { isInRepository } from './in-repository.js';

/**
 * Those of the paths (relative to `root`) that git ignores: `git clean -fdx` deletes them, and no commit holds them. A
 * tracked file is never among them. Undefined if there are no paths, there is no git, or `root` is in no repository.
 */
export function ignoredByGit(
  root: string,
  paths: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  // A process costs more than all else of a run that finds nothing to do.
  if (paths.length === 0 || !isInRepository(root)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const child = spawn('git', ['check-ignore', '-z', '--stdin'], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => {
      resolve(undefined);
    });
    child.on('close', (code) => {
      // 1: none of them is ignored.
      if (code !== 0 && code !== 1) resolve(undefined);
      else resolve(new Set(Buffer.concat(chunks).toString('utf8').split('\0').filter(Boolean)));
    });
    // Git that ends early leaves the rest of the list unread.
    child.stdin.on('error', () => undefined);
    child.stdin.end(paths.map((path) => `${path}\0`).join(''));
  });
}
