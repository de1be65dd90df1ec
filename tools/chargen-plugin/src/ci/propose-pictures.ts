import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ciServiceOf, mergeRequestOptions } from './ci-service.js';
import { askGit, git, lines, runCommand, type Place } from './command.js';
import { imageryFileOf, isProposable } from './picture-paths.js';
import { complain, say, setOutput } from './output.js';

export interface ProposeOptions {
  /** Where pictures are proposed from; rewritten by each run. */
  readonly branch: string;
  /** Where they are to go. */
  readonly base: string;
}

const TITLE = 'Pictures made by chargen';

const BODY = `Pictures, their recipes and the records in imagery.yaml, as the imagery.yaml files ask for them.

Merging this starts no second round: every picture is the one that its recipe names. To have one made again,
change its scene or raise its \`take\`; to keep one as it is, lock its scene.
`;

/**
 * Commits pictures and records (and nothing else) to a branch of their own, and opens a pull request (of GitLab, a
 * merge request) for it or renews the one that is open. Answers the exit code.
 */
export async function proposePictures(place: Place, options: ProposeOptions): Promise<number> {
  const { branch, base } = options;
  if (branch === base || !(await isBranchName(place, branch)) || !(await isBranchName(place, base))) {
    complain(`"${branch}" and "${base}" cannot be the branch of pictures and its goal.`);
    return 2;
  }
  const changed = await changedFiles(place);
  const proposed = changed.filter((path) => isProposable(path) && isOfAnEntity(place, path));
  const others = changed.filter((path) => !proposed.includes(path));
  if (others.length > 0) {
    say(`left alone, since they are no pictures of an entity: ${others.join(', ')}`);
  }
  if (proposed.length === 0) {
    say('nothing to propose; every picture is here already.');
    await setOutput(place, 'proposed', 'false');
    return 0;
  }
  const remote = `refs/remotes/origin/${branch}`;
  await askGit(place, ['fetch', '--quiet', 'origin', `+refs/heads/${branch}:${remote}`]);
  const before = (await askGit(place, ['rev-parse', '--verify', '--quiet', remote]))?.trim() ?? '';
  await git(place, ['switch', '--quiet', '--force-create', branch]);
  await git(place, ['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'], proposed.join('\0'));
  const { author, opensBy } = ciServiceOf(place.env);
  const who = ['-c', `user.name=${author.name}`, '-c', `user.email=${author.email}`];
  await git(place, [...who, 'commit', '--quiet', '-m', `${TITLE}\n\n${proposed.length} files.`]);
  if (before !== '' && (await sameTree(place, before))) {
    say('the open pull request holds exactly this already.');
  } else {
    // The lease: a push to the branch in between is not overwritten.
    await git(place, [
      'push',
      '--quiet',
      `--force-with-lease=refs/heads/${branch}:${before}`,
      ...(opensBy === 'push' ? mergeRequestOptions(base, TITLE) : []),
      'origin',
      `HEAD:refs/heads/${branch}`,
    ]);
  }
  await setOutput(place, 'proposed', 'true');
  return opensBy === 'push' ? 0 : openPullRequest(place, options);
}

/** An entity that was deleted or renamed while its pictures were proposed leaves them behind; they belong to no entity. */
function isOfAnEntity(place: Place, path: string): boolean {
  return existsSync(join(place.cwd, imageryFileOf(path)));
}

async function isBranchName(place: Place, name: string): Promise<boolean> {
  return !name.startsWith('-') && (await askGit(place, ['check-ref-format', '--branch', name])) !== undefined;
}

/** Changed, new and deleted files; paths as they are, with any characters. */
async function changedFiles(place: Place): Promise<string[]> {
  const status = await git(place, ['status', '--porcelain', '--untracked-files=all', '--no-renames', '-z']);
  return lines(status).map((entry) => entry.slice(3));
}

async function sameTree(place: Place, commit: string): Promise<boolean> {
  return (await askGit(place, ['diff', '--quiet', commit, 'HEAD'])) !== undefined;
}

async function openPullRequest(place: Place, { branch, base }: ProposeOptions): Promise<number> {
  const list = ['pr', 'list', '--head', branch, '--base', base, '--state', 'open', '--json', 'number'];
  try {
    const open = await runCommand(place, 'gh', list);
    if (open.code === 0 && open.stdout.trim() !== '[]') return 0;
    const create = ['pr', 'create', '--head', branch, '--base', base, '--title', TITLE, '--body-file', '-'];
    const created = await runCommand(place, 'gh', create, { show: true, input: BODY });
    if (created.code === 0) return 0;
  } catch {
    // Not on GitHub's own runner.
  }
  complain(
    `the pictures are on the branch ${branch}, but no pull request could be opened. Open it by hand, or ` +
      'allow it: "Allow GitHub Actions to create and approve pull requests" in the settings of the repository.',
  );
  return 1;
}
