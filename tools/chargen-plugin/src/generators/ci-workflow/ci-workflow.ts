import { logger, readNxJson, type Tree } from '@nx/devkit';
import { writeAuthored } from '../shared/write-authored.js';
import { checkWorkflow, picturesWorkflow } from './github.js';
import { gitlabJobs } from './gitlab.js';
import { packageCommandsOf, type WorkflowSettings } from './workflow-settings.js';

export interface CiWorkflowOptions {
  readonly ci: 'github' | 'gitlab';
  readonly branch?: string;
  readonly wait?: string;
  readonly maxCost?: number;
}

const GITLAB_ROOT = '.gitlab-ci.yml';
const GITLAB_JOBS = '.gitlab/ci/chargen.yml';

/** Writes the workflows of a repository with a world. Rejects, and writes nothing, if one is there that says something else. */
export default async function ciWorkflow(tree: Tree, options: CiWorkflowOptions): Promise<void> {
  const settings: WorkflowSettings = {
    branch: options.branch ?? branchOf(tree),
    wait: options.wait ?? '20m',
    maxCost: options.maxCost ?? 10,
    lfs: tree.read('.gitattributes', 'utf8')?.includes('filter=lfs') === true,
    commands: packageCommandsOf((file) => tree.exists(file)),
    runsByItself: true,
  };
  const files =
    options.ci === 'github'
      ? {
          '.github/workflows/pictures.yml': picturesWorkflow(settings),
          '.github/workflows/check-world.yml': checkWorkflow(settings),
        }
      : { [GITLAB_JOBS]: gitlabJobs(settings), ...gitlabRoot(tree) };
  const edits = Object.entries(files).flatMap(([path, after]) => {
    const before = tree.read(path, 'utf8') ?? undefined;
    return before === after ? [] : [{ path, before, after }];
  });
  const other = edits.find(({ before }) => before !== undefined);
  if (other !== undefined) {
    throw new Error(
      `${other.path} is there already and says something else. Rename or remove it, and run the same again.`,
    );
  }
  await writeAuthored(tree, edits);
  logger.info(
    options.ci === 'github'
      ? 'Put the API key into the secret GEMINI_API_KEY of the repository, and allow in its settings: ' +
          '"Allow GitHub Actions to create and approve pull requests".'
      : 'Put the API key into the variable GEMINI_API_KEY of the project, and allow job tokens to push in its settings.',
  );
}

/** The file that GitLab reads, if there is none; one that is there belongs to people. */
function gitlabRoot(tree: Tree): Readonly<Record<string, string>> {
  const text = tree.read(GITLAB_ROOT, 'utf8') ?? undefined;
  if (text?.includes(GITLAB_JOBS) === true) return {};
  if (text === undefined) return { [GITLAB_ROOT]: `include:\n  - local: ${GITLAB_JOBS}\n` };
  logger.warn(`Add this to \`include\` in ${GITLAB_ROOT}:\n  - local: ${GITLAB_JOBS}`);
  return {};
}

/** `defaultBase` of nx.json may have a remote before it. */
function branchOf(tree: Tree): string {
  return (readNxJson(tree)?.defaultBase ?? 'main').replace(/^origin\//, '');
}
