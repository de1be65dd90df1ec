import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { PATHS, PROJECTS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { preTasksExecution } from '../src/hooks/pre-tasks-execution.js';
import { tasksHere } from './support/tasks-here.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const GENERATE = ['run-many', '-t', 'generate'];
const ACTIONS = { GITHUB_ACTIONS: 'true', NX_CACHE_FAILURES: 'true' };

/** All of them with cached failures and the output style of GitHub Actions, which drops what skipped tasks print. */
describe('a cause outside', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    service.serve(workspace);
    workspace.env['GITHUB_STEP_SUMMARY'] = join(workspace.base, 'summary.md');
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  async function summary(): Promise<string> {
    const text = await readFile(join(workspace.base, 'summary.md'), 'utf8');
    return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  }

  it('skips the tasks, and is read after them and in the step summary', async () => {
    const { code, output } = await workspace.nx(GENERATE, { ...ACTIONS, GEMINI_API_KEY: '' });
    // Nx counts a skipped task as one that did not run, and says "did not complete".
    expect(code, output).toBe(130);
    expect(output).toContain(`chargen: ${String(PROJECTS)} tasks were left undone (skipped): `);
    expect(output.split('but no API key')).toHaveLength(2);
    expect(output).not.toMatch(/flaky/i);
    expect(service.billed()).toHaveLength(0);
    expect(await summary()).toContain('but no API key');
  });

  it.each([
    ['no network', { GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:9' }, 'Gemini could not be used'],
    ['a cap', { CHARGEN_MAX_COST: '0.01' }, 'more than the cap of $0.01'],
    ['a variable that cannot be read', { CHARGEN_WAIT: 'soon' }, 'CHARGEN_WAIT is "soon"'],
    ['nothing is to be submitted', { CHARGEN_SUBMIT: 'never' }, 'Nothing was submitted'],
  ])('%s: skips the tasks, and is read after them and in the step summary', async (_name, env, words) => {
    const { status, output } = await tasksHere(workspace, 'generate', { env: { ...ACTIONS, ...env } });
    expect(Object.values(status)).toEqual(Array.from({ length: PROJECTS }, () => 'skipped'));
    const after = output.slice(output.indexOf('chargen: '));
    expect(after).toContain(`chargen: ${String(PROJECTS)} tasks were left undone (skipped): `);
    expect(after).toContain(words);
    expect(output).not.toContain('Still running at Google');
    if (words.includes('cap')) expect(output).toMatch(/CHARGEN_MAX_COST=\d+\.\d\d/);
    expect(service.billed()).toHaveLength(0);
    expect(await summary()).toContain(words);
  });

  it('is no cached failure: the next run makes everything, and calls nothing flaky', async () => {
    // A run that Nx starts is told of like one of chargen's.
    const told = join(workspace.base, 'told');
    const { code, output } = await workspace.nx(GENERATE, {
      ...ACTIONS,
      CHARGEN_NOTIFY: `f() { { env; echo "report=$1"; } >> "${told}"; }; f`,
    });
    expect(code, output).toBe(0);
    const text = await readFile(told, 'utf8');
    expect(text.match(/^report=.*$/gm)).toEqual([
      expect.stringMatching(/\/\.chargen\/batch\/[^/]+\/report\.json$/),
    ]);
    expect(text).not.toMatch(/^GEMINI_API_KEY=/m);
    expect(output).not.toMatch(/flaky/i);
    expect(new Set(service.billed()).size).toBe(6);
    expect(service.billed()).toHaveLength(6);
  });

  it('lets tasks with nothing unmade succeed, beside one that is skipped', async () => {
    await workspace.edit(PATHS.loner, 'iron keys', 'brass keys');
    const { code, output } = await workspace.nx([...GENERATE, '--skip-nx-cache'], {
      ...ACTIONS,
      GEMINI_API_KEY: '',
    });
    expect(code, output).toBe(130);
    expect(output).toContain('chargen: 1 task was left undone (skipped): ');
    expect(output).toContain('lock-keeper:generate');
    expect(output).toContain('1 skipped');
    expect(output).toContain('✔  nx run first-crossing:generate');
  });

  it('is read after the tasks with the daemon too, whose hooks print to a log file', async () => {
    const daemon = { NX_DAEMON: 'true', NX_ISOLATE_PLUGINS: 'true', GEMINI_API_KEY: '' };
    try {
      const { code, output } = await workspace.nx(GENERATE, { ...ACTIONS, ...daemon });
      expect(code, output).toBe(1);
      expect(output).toContain('chargen: 1 task was left undone (skipped): ');
      expect(output).toContain('but no API key');
    } finally {
      await workspace.nx(['daemon', '--stop'], daemon);
    }
  });
});

/** Without batches a task can only succeed or fail; Nx then calls it flaky, and must not keep the failure. */
describe('a cause outside, without batches', () => {
  it('is no cached failure either: the next run makes the picture', async () => {
    const service = await Service.start();
    const workspace = await TestWorkspace.create({ files: await smallWorld() });
    try {
      service.serve(workspace);
      const env = { ...ACTIONS, NX_BATCH_MODE: 'false' };
      const first = await workspace.nx(['run', 'lock-keeper:generate'], { ...env, GEMINI_API_KEY: '' });
      expect(first.code, first.output).toBe(1);
      expect(first.output).toContain('but no API key');
      const second = await workspace.nx(['run', 'lock-keeper:generate'], env);
      expect(second.code, second.output).toBe(0);
      expect(service.billed()).toHaveLength(1);
    } finally {
      await workspace.remove();
      await service.close();
    }
  });
});

/** The chapter depends on the tasks of Ione and of the quay, which come in the same batch. */
describe('a command line with a flag', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    service.serve(workspace);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  // Nx ends with 130 where a task did not run; without batches, what the refused task depends on fails.
  it.each([
    ['--dry-run', {}, 1],
    // Not one that the hook knows: the executors refuse it, before anything is submitted.
    ['--palette=warm', { NX_BATCH_MODE: 'false' }, 130],
  ])('%s is refused before what the task depends on is paid for (%o)', async (flag, env, exit) => {
    const { code, output } = await workspace.nx(['run', 'first-crossing:generate', flag], env);
    expect(code, output).toBe(exit);
    expect(output).toContain('takes no flags');
    expect(service.posts()).toBe(0);
  });

  it('is refused by the tasks of a batch, what they depend on among them', async () => {
    const { status, output } = await tasksHere(workspace, 'generate', {
      overridden: { 'first-crossing': { palette: 'warm' } },
    });
    expect(status).toEqual({
      'first-crossing': 'failure',
      ione: 'skipped',
      'lock-keeper': 'skipped',
      'low-quay': 'skipped',
    });
    expect(output).toContain(
      'Not run, since first-crossing:generate was refused: This target takes no flags',
    );
    expect(service.posts()).toBe(0);
  });

  it.each(['--scene=departure', '--no-wait', '--max-cost=1'])(
    '%s is refused by the hook before tasks',
    async (flag) => {
      const argv = ['node', 'nx', 'run', 'first-crossing:generate', flag];
      const context = { id: 'a-run', workspaceRoot: workspace.root, nxJsonConfiguration: {}, argv };
      await expect(preTasksExecution({ contentRoot: 'content' }, context)).rejects.toThrow('takes no flags');
    },
  );
});
