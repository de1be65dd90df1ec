import type { Place } from './command.js';

/** What the steps need to know of the service whose job they run in. */
export interface CiService {
  /** The branch of the job; undefined outside of a job. */
  readonly branch: string | undefined;
  /** Who commits pictures. */
  readonly author: { readonly name: string; readonly email: string };
  /** `gh`: GitHub's command opens the pull request. `push`: the push itself asks for it. */
  readonly opensBy: 'gh' | 'push';
}

const GITHUB_ACTIONS = {
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com',
};

/** GitLab CI by its own variable, else GitHub Actions. */
export function ciServiceOf(env: Place['env']): CiService {
  const stated = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  if (env['GITLAB_CI'] !== 'true')
    return { branch: stated('GITHUB_REF_NAME'), author: GITHUB_ACTIONS, opensBy: 'gh' };
  return {
    branch: stated('CI_COMMIT_BRANCH'),
    // Whose pipeline it is; of a schedule, its owner.
    author: {
      name: stated('GITLAB_USER_NAME') ?? 'chargen',
      email: stated('GITLAB_USER_EMAIL') ?? 'chargen@noreply.invalid',
    },
    opensBy: 'push',
  };
}

/**
 * Options of the push by which GitLab opens a merge request, or leaves the open one as it is
 * (https://docs.gitlab.com/topics/git/commit/#push-options-for-merge-requests).
 */
export function mergeRequestOptions(base: string, title: string): string[] {
  const options = ['merge_request.create', `merge_request.target=${base}`, `merge_request.title=${title}`];
  return options.map((option) => `--push-option=${option}`);
}
