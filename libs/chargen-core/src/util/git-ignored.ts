import { spawn } from 'node:child_process';
import { isInRepository } from './in-repository.js';

/**
 * Those of the paths (relative to `root`) that git ignores: `git clean -fdx` deletes them, and no commit holds them. A
 * tracked file is never among them. Undefined if there are no paths, there is no git, or `root` is in no repository.
 */
export async function ignoredByGit(
  root: string,
  paths: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  // A process costs more than all else of a run that finds nothing to do.
  if (paths.length === 0 || !isInRepository(root)) return undefined;
  const input = paths.map((path) => `${path}\0`).join('');
  // 1: none of them is ignored.
  const answer = await git(root, ['check-ignore', '-z', '--stdin'], input, [0, 1]);
  return answer === undefined ? undefined : new Set(answer.split('\0').filter(Boolean));
}

/**
 * Those of the paths (relative to `root`) whose bytes git has in its objects, under whatever name: a commit held them,
 * or they were added once. Empty if there is no git. Reads each file.
 */
export async function knownToGit(root: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  if (paths.length === 0 || !isInRepository(root)) return known;
  const ids = lines(
    await git(root, ['hash-object', '--stdin-paths'], paths.map((path) => `${path}\n`).join('')),
  );
  if (ids.length !== paths.length) return known;
  const found = lines(await git(root, ['cat-file', '--batch-check'], ids.map((id) => `${id}\n`).join('')));
  for (const [n, path] of paths.entries()) if (found[n]?.includes(' blob ') === true) known.add(path);
  return known;
}

function lines(text = ''): string[] {
  return text.split('\n').filter(Boolean);
}

/** What git answers; undefined if it ends with another code than these, or is not there. */
function git(
  root: string,
  args: readonly string[],
  input: string,
  codes: readonly number[] = [0],
): Promise<string | undefined> {
  return new Promise((resolve) => {
    // A partial clone would fetch each object that it is asked about.
    const env = { ...process.env, GIT_NO_LAZY_FETCH: '1' };
    const child = spawn('git', args, { cwd: root, stdio: ['pipe', 'pipe', 'ignore'], env });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => {
      resolve(undefined);
    });
    child.on('close', (code) => {
      resolve(codes.includes(code ?? -1) ? Buffer.concat(chunks).toString('utf8') : undefined);
    });
    // Git that ends early leaves the rest of the list unread.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
