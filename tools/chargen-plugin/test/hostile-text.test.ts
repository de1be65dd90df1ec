import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkWorld,
  ContentReader,
  DEFAULT_SETTINGS,
  findImageryFiles,
  planWorld,
  REAL_PLACES,
} from 'chargen-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { launch, REPOSITORY, TestWorkspace } from '../../../test/support/workspace.js';

// Each test starts Nx; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const BIN = join(REPOSITORY, 'tools/chargen-plugin/bin/chargen-ci.mjs');

/** All controls but line feed and tab, and what turns the direction of writing. */
const ACTIVE = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
/** What a runner of GitHub or Azure takes for a command. Nx itself begins and ends groups. */
const COMMAND = /^\s*::(?!group::|endgroup::)|##(?:\[|vso)/m;

const ADA =
  'entity_type: character\nname: Ada\nscenes:\n  - id: one\n    title: One\n    prompt: Ada at sea.\n';
const HOSTILE = `entity_type: character
name: "Mara \\e]0;owned\\a"
scenes:
  - id: one
    title: "One \\u202e \\e[31m"
    prompt: "A pier.\\n::set-output name=a::owned\\n##[error]owned \\x9b2J"
`;
const BROKEN = `entity_type: location
name: Pier
scenes:
  - id: one
    title: One
    prompt: A pier.
    references:
      - character: "nobody\\e[8m\\n::error::owned"
`;
const OF_SERVICE =
  'The project \u001b]0;owned\u0007 is closed.\n::error::owned\n##[error]owned \u202e \u009b31m';

/**
 * The world lies at the root of the workspace, which has two linked worktrees: an ignored one and one that is not.
 * A folder, the YAML and the service say what a terminal or the runner of a CI job would act on.
 */
describe('worktrees and hostile text', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({
      pluginOptions: { contentRoot: '' },
      gitignore: ['.worktrees/'],
      files: {
        'world/characters/ada/imagery.yaml': ADA,
        'world/characters/mara\u001b[2J ::error::owned/imagery.yaml': HOSTILE,
        'world/locations/pier/imagery.yaml': BROKEN,
      },
    });
    await workspace.git('worktree', 'add', '-q', '-b', 'ignored', '.worktrees/one');
    await workspace.git('worktree', 'add', '-q', '-b', 'seen', 'trees/two');
    service.serve(workspace);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  /** Standard output and error as they came, with their escapes. */
  async function raw(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const [program = '', ...rest] = args;
    const { child, finished } = launch(process.execPath, [program, ...rest], workspace.root, {
      ...workspace.environment(),
      ...env,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    const { code } = await finished;
    return { code, text };
  }

  const NX = join(REPOSITORY, 'node_modules/nx/dist/bin/nx.js');

  it('reach no terminal by a real run of Nx, whatever the service says; the world is one', async () => {
    service.emulator.faults.arm({
      fault: { kind: 'http-error', status: 403, message: OF_SERVICE },
      match: { route: 'batches.create' },
      times: 'always',
    });
    const { text } = await raw([NX, 'run-many', '-t', 'generate', '--output-style=stream'], {
      GITHUB_ACTIONS: 'true',
    });
    service.emulator.faults.clear();
    expect(text).toContain('is closed.');
    expect(text).not.toMatch(ACTIVE);
    expect(text).not.toMatch(COMMAND);
    expect(service.billed()).toEqual([]);
  });

  it('reach neither the log nor the pages of a real run of chargen-ci, which pays once for one world', async () => {
    service.emulator.faults.arm({
      fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY', finishMessage: OF_SERVICE },
      match: { key: 'character/mara*' },
    });
    const [summary, output] = ['summary.md', 'outputs'].map((name) => join(workspace.base, name));
    const { text } = await raw([BIN, 'generate'], {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary ?? '',
      GITHUB_OUTPUT: output ?? '',
    });
    const pages = [await readFile(summary ?? '', 'utf8'), await readFile(output ?? '', 'utf8')];
    for (const page of [text, ...pages]) {
      expect(page).not.toMatch(ACTIVE);
      expect(page).not.toMatch(COMMAND);
    }
    expect(text).toContain('refused by the model');
    expect(service.billed().filter((key) => key.startsWith('character/ada/'))).toHaveLength(1);
    expect(service.billed()).toHaveLength(2);
  });

  it('leave Nx, check and plan with the same three entities, and the worktrees as they were', async () => {
    const files = await findImageryFiles(workspace.root, '');
    expect(files).toHaveLength(3);
    const context = {
      workspaceRoot: workspace.root,
      world: new ContentReader(workspace.root).load(files, undefined),
      settings: { ...DEFAULT_SETTINGS, workspaceId: 'test-world' },
      places: REAL_PLACES,
      contentRoot: '',
    };
    expect((await planWorld(context)).totals).toMatchObject({ entities: 3, done: 1, refused: 1, pending: 0 });
    const places = (await checkWorld(context)).map(({ file }) => file);
    expect(places.filter((file) => !file.startsWith('world/'))).toEqual([]);
    for (const tree of ['.worktrees/one', 'trees/two']) {
      expect(await readdir(workspace.path(tree, 'world/characters/ada'))).toEqual(['imagery.yaml']);
    }
    expect(await readdir(workspace.path('world/characters/ada'))).toContain('images');
  });
});
