import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RemoteCache } from '../../../test/support/remote-cache.js';
import { Service } from '../../../test/support/service.js';
import { PATHS, PROJECTS, smallWorld } from '../../../test/support/small-world.js';
import { launch, REPOSITORY, TestWorkspace, type Finished } from '../../../test/support/workspace.js';
import { runCi } from '../src/ci/cli.js';
import { captureOutput } from './support/capture-output.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const BIN = join(REPOSITORY, 'tools/chargen-plugin/bin/chargen-ci.mjs');

/** Stands in for GitHub's command: keeps what it was told, and says that no pull request is open. */
const GH = `#!/bin/sh
printf '%s\\n' "$*" >> "$GH_LOG"
if [ "$2" = list ]; then echo '[]'; else cat >> "$GH_LOG"; fi
`;

/** The pictures are in git here, as the workflow proposes them by pull request. Each runner is a fresh clone. */
describe('the steps of the workflow', () => {
  let origin: TestWorkspace;
  let bare: string;
  let service: Service;
  let cache: RemoteCache;
  const runners: TestWorkspace[] = [];

  beforeAll(async () => {
    service = await Service.start({ jobDuration: 4000 });
    cache = await RemoteCache.start();
    origin = await TestWorkspace.create({ files: await smallWorld() });
    bare = join(origin.base, 'origin.git');
    await origin.git('clone', '-q', '--bare', origin.root, bare);
    await origin.git('remote', 'add', 'origin', bare);
    await mkdir(join(origin.base, 'bin'));
    await writeFile(join(origin.base, 'bin', 'gh'), GH);
    await chmod(join(origin.base, 'bin', 'gh'), 0o755);
  });

  afterAll(async () => {
    await Promise.all([...runners, origin].map((one) => one.remove()));
    await service.close();
    await cache.close();
  });

  async function runner(): Promise<TestWorkspace> {
    const clone = await origin.clone(bare);
    runners.push(clone);
    service.serve(clone);
    cache.serve(clone);
    Object.assign(clone.env, {
      PATH: `${join(origin.base, 'bin')}:${process.env['PATH'] ?? ''}`,
      GH_LOG: join(origin.base, 'gh.log'),
      GITHUB_OUTPUT: join(clone.base, 'outputs'),
      GITHUB_STEP_SUMMARY: join(clone.base, 'summary.md'),
      GITHUB_REF_NAME: 'main',
    });
    return clone;
  }

  function step(clone: TestWorkspace, command: string, env: Record<string, string> = {}): Promise<Finished> {
    return launch(process.execPath, [BIN, command], clone.root, { ...clone.environment(), ...env }).finished;
  }

  /** In this process; what Nx prints is among what the test prints. */
  async function stepHere(
    clone: TestWorkspace,
    command: string,
    env: Record<string, string> = {},
  ): Promise<Finished> {
    const printed = captureOutput();
    try {
      const place = { cwd: clone.root, env: { ...clone.environment(), ...env } };
      const code = await runCi([command], place);
      return { code, output: printed.text() };
    } finally {
      printed.stop();
    }
  }

  async function outputs(clone: TestWorkspace): Promise<Record<string, string>> {
    const text = await readFile(join(clone.base, 'outputs'), 'utf8');
    return Object.fromEntries(
      text
        .trim()
        .split('\n')
        .map((line) => line.split('=') as [string, string]),
    );
  }

  async function head(): Promise<string> {
    return (await origin.git('--git-dir', bare, 'rev-parse', 'main')).trim();
  }

  it('leave a run in good order when the time for waiting is over, and fail no build for it', async () => {
    const first = await runner();
    const made = await step(first, 'generate', {
      CHARGEN_BASE: '0'.repeat(40),
      CHARGEN_WAIT: '1s',
      CHARGEN_MAX_COST: '50',
      CHARGEN_STORE_REMOTE: '',
    });
    expect(made.code, made.output).toBe(0);
    expect(await outputs(first)).toMatchObject({ unfinished: 'true', made: '0' });
    expect((await stepHere(first, 'propose')).output).toContain('nothing to propose');
  });

  it('collect in another runner what Google has finished, and submit nothing', async () => {
    const second = await runner();
    const made = await stepHere(second, 'collect');
    expect(made.code, made.output).toBe(0);
    // The second wave is still to be asked for: a scene that shows another's picture.
    expect(await outputs(second)).toMatchObject({ unfinished: 'true' });
    expect(service.emulator.ledger.duplicates()).toEqual([]);
    expect((await stepHere(second, 'propose')).code).toBe(0);
    expect(await outputs(second)).toMatchObject({ proposed: 'true' });
    const log = await readFile(join(origin.base, 'gh.log'), 'utf8');
    expect(log).toContain('pr create --head chargen/pictures --base main --title Pictures made by chargen');
  });

  it('go on from the pictures of the open pull request, and pay for what is new alone', async () => {
    await origin.git('pull', '-q', 'origin', 'main');
    const base = await head();
    await origin.edit(PATHS.loner, 'iron keys', 'brass keys');
    await origin.write('content/notes.txt', 'notes');
    await origin.commit('"; touch pwned; $(touch pwned) `touch pwned` | # ');
    await origin.git('push', '-q', 'origin', 'main');
    const before = service.billed().length;
    const third = await runner();
    await third.write('content/scratch.txt', 'not a picture');
    const made = await step(third, 'generate', { CHARGEN_BASE: base });
    expect(made.code, made.output).toBe(0);
    const names = service
      .billed()
      .slice(before)
      .map((name) => name.split('@')[0]);
    expect(names).toContain('character/lock-keeper/keys');
    expect(service.emulator.ledger.duplicates()).toEqual([]);
    const rest = await stepHere(third, 'generate');
    expect(rest.code, rest.output).toBe(0);
    const proposed = await stepHere(third, 'propose');
    expect(proposed.code, proposed.output).toBe(0);
    expect(proposed.output).toContain(
      'left alone, since they are no pictures of an entity: content/scratch.txt',
    );
    expect(existsSync(third.path('pwned'))).toBe(false);
    const files = await third.git('diff', '--name-only', 'origin/main', 'HEAD');
    expect(files).toContain('content/chapters/first-crossing/images/midstream.png');
    expect(files).not.toContain('scratch');
    const summary = await readFile(join(third.base, 'summary.md'), 'utf8');
    expect(summary).toContain('| character/lock-keeper/keys | generated |');
  });

  it('start no second round when the pictures are merged', async () => {
    const base = await head();
    await origin.git('fetch', '-q', 'origin', 'chargen/pictures');
    await origin.git('merge', '-q', '--squash', 'FETCH_HEAD');
    await origin.commit('pictures');
    await origin.git('push', '-q', 'origin', 'main');
    const posts = service.posts();
    const fourth = await runner();
    const made = await stepHere(fourth, 'generate', { CHARGEN_BASE: base });
    expect(made.code, made.output).toBe(0);
    expect(await outputs(fourth)).toMatchObject({ unfinished: 'false', made: '0' });
    const proposed = await stepHere(fourth, 'propose');
    expect(proposed.output).toContain('nothing to propose');
    expect(service.posts()).toBe(posts);
  });

  it('leave a teammate whose plain run is all hits, whatever was set in CI', async () => {
    const teammate = await runner();
    delete teammate.env['GEMINI_API_KEY'];
    const before = service.requests();
    const { code, output } = await teammate.nx(['run-many', '-t', 'generate']);
    expect(code, output).toBe(0);
    expect(output).toContain(`for ${String(PROJECTS)} out of ${String(PROJECTS)} tasks`);
    expect(service.requests()).toBe(before);
    expect((await teammate.git('status', '--short')).trim()).toBe('');
  });

  it('fail for a broken file, and propose what the others asked for', async () => {
    await origin.edit(PATHS.quay, 'scenes:', 'scenes: [');
    await origin.edit(PATHS.loner, 'brass keys', 'silver keys');
    await origin.commit('broken');
    await origin.git('push', '-q', 'origin', 'main');
    const fifth = await runner();
    const made = await step(fifth, 'generate', { CHARGEN_BASE: 'a commit that was never made' });
    expect(made.code).toBe(1);
    expect(made.output).toContain(PATHS.quay);
    expect((await stepHere(fifth, 'propose')).code).toBe(0);
    const files = await fifth.git('diff', '--name-only', 'origin/main', 'HEAD');
    expect(files.trim().split('\n').sort()).toEqual([
      'content/characters/lock-keeper/imagery.yaml',
      'content/characters/lock-keeper/images/keys.png',
      'content/characters/lock-keeper/images/keys.recipe.json',
    ]);
  });

  it('say so where no pull request can be opened, with the pictures safe on their branch', async () => {
    const sixth = await runner();
    await rm(join(origin.base, 'bin', 'gh'));
    await sixth.write('content/characters/lock-keeper/images/keys.refused.json', '{}');
    const orphan = 'content/characters/deleted-meanwhile/images/keys.png';
    await sixth.write(orphan, 'a picture of the open pull request');
    const { code, output } = await stepHere(sixth, 'propose', {
      PATH: `${join(origin.base, 'bin')}:/usr/bin:/bin`,
    });
    expect(code).toBe(1);
    expect(output).toContain('no pull request could be opened');
    expect(output).toContain(`left alone, since they are no pictures of an entity: ${orphan}`);
    expect(await sixth.git('diff', '--name-only', 'origin/main', 'HEAD')).not.toContain(orphan);
    expect(await sixth.git('ls-remote', 'origin', 'chargen/pictures')).toContain(
      'refs/heads/chargen/pictures',
    );
  });

  it.each(['--upload-pack=x', 'main', 'a..b'])('take "%s" for no branch of pictures', async (branch) => {
    const { code, output } = await stepHere(origin, 'propose', {
      CHARGEN_PR_BRANCH: branch,
      GITHUB_REF_NAME: 'main',
    });
    expect(code).toBe(2);
    expect(output).toContain('cannot be the branch');
  });
});
