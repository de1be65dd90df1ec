import { askGit, git, lines, type Place } from './command.js';
import { isPictureFile } from './picture-paths.js';

/**
 * Brings the pictures of a pull request that is still open into this working tree. Without them, a run before the
 * merge would find them missing and, without a shared cache, pay for them again. A file that this branch changed
 * since is left alone. Answers how many files came.
 */
export async function takeProposed(place: Place, branch: string): Promise<number> {
  const remote = `refs/remotes/origin/${branch}`;
  const fetched = await askGit(place, ['fetch', '--quiet', 'origin', `+refs/heads/${branch}:${remote}`]);
  if (fetched === undefined) return 0;
  const base = (await askGit(place, ['merge-base', 'HEAD', remote]))?.trim();
  if (base === undefined) return 0;
  const changed = async (to: string): Promise<string[]> =>
    lines(await git(place, ['diff', '--name-only', '--no-renames', '--diff-filter=d', '-z', base, to]));
  const here = new Set(await changed('HEAD'));
  const wanted = (await changed(remote)).filter((path) => isPictureFile(path) && !here.has(path));
  if (wanted.length === 0) return 0;
  await git(
    place,
    ['restore', `--source=${remote}`, '--worktree', '--pathspec-from-file=-', '--pathspec-file-nul'],
    wanted.join('\0'),
  );
  return wanted.length;
}
