import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chargen } from '../../chargen-cli/test/support/run.js';
import { Service } from '../../../test/support/service.js';
import { drawnPicture, PATHS, smallWorld } from '../../../test/support/small-world.js';
import { REPOSITORY, run, TestWorkspace } from '../../../test/support/workspace.js';

const GENERATE = ['run-many', '-t', 'generate', 'paint'];
const MODEL = 'gemini-3.1-flash-lite-image';

/** A second world with a character of the same name, drawn by another model in another style. */
const SAGA = {
  'saga/style.yaml': 'style: Oil on dark wood.\n',
  'saga/characters/ione/imagery.yaml': `entity_type: character
name: Ione of the Saga
scenes:
  - id: at-the-oar
    title: At the oar
    prompt: Ione pulls one long oar through ice.
    aspect_ratio: "3:4"
`,
};

const OURS = 'content/characters/ione/images/at-the-oar';
const THEIRS = 'saga/characters/ione/images/at-the-oar';

describe('two entries of the plugin, each with its model, style and identity', () => {
  let workspace: TestWorkspace;
  let service: Service;
  const command = (...args: string[]): ReturnType<typeof chargen> =>
    chargen(args, { cwd: workspace.root, env: workspace.environment() });

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: { ...(await smallWorld()), ...SAGA } });
    service.serve(workspace);
    const nx = JSON.parse(await workspace.read('nx.json')) as { plugins: unknown[] };
    nx.plugins.push({
      plugin: 'chargen-plugin',
      options: {
        contentRoot: 'saga',
        workspaceId: 'the-saga',
        generationModel: MODEL,
        maxCost: 3,
        generateTargetName: 'paint',
        analyzeTargetName: 'look',
      },
    });
    await workspace.write('nx.json', JSON.stringify(nx));
    await workspace.commit('a second world');
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it('check, plan and status look at both, and name each', async () => {
    const plan = await command('plan', '--json');
    const { worlds } = JSON.parse(plan.stdout) as {
      worlds: Record<string, { items: { name: string; model: string }[] }>;
    };
    expect(worlds['content']?.items).toHaveLength(6);
    expect(worlds['saga']?.items).toMatchObject([{ model: MODEL }]);
    const one = await command('plan', '--scene', 'ione/lamp', '--all');
    expect(one.stdout).toContain('Ione lifts a lamp');
    const both = await command('status');
    expect(both.stderr).toMatch(/World content\n[\s\S]*World saga\n/);
    expect(both.stdout).toMatch(/6 scenes: 4 pending, 2 waiting[\s\S]*1 scene: 1 pending/);
    const checked = await command('check');
    expect(checked.code).toBe(0);
    expect(checked.stdout).not.toContain('is not read');
    const unclear = await command('why', 'ione/at-the-oar');
    expect(unclear.code).toBe(2);
    expect(unclear.stderr).toContain('content, saga. Choose one with: --world content');
    const named = await command('why', 'ione/at-the-oar', '--world', 'saga');
    expect(named.code).toBe(0);
  });

  it('are made in one Nx run, each by its own model, in its own style and under its own identity', async () => {
    // As users load it: each entry is a plugin of its own, in a process of its own.
    const { code, output } = await workspace.nx(GENERATE, { NX_ISOLATE_PLUGINS: 'true' });
    expect(output).toMatch(/World content\nchargen: 6 scenes[\s\S]*6 generated/);
    expect(output).toMatch(/World saga\nchargen: 1 scene[\s\S]*1 generated/);
    expect(code).toBe(0);
    const ours = JSON.parse(await workspace.read(`${OURS}.recipe.json`)) as Recipe;
    const theirs = JSON.parse(await workspace.read(`${THEIRS}.recipe.json`)) as Recipe;
    expect(ours.request.model).not.toBe(MODEL);
    expect(theirs.request.model).toBe(MODEL);
    expect(JSON.stringify(ours.request)).toContain('Ink and watercolour');
    expect(JSON.stringify(theirs.request)).toContain('Oil on dark wood');
    const jobs = service.emulator.ledger.requests().flatMap(({ displayName = '' }) => displayName);
    expect(jobs.filter((name) => /^chargen\/the-saga\/generate\/[^/]+\/1$/.test(name))).not.toEqual([]);
    expect(service.billed()).toHaveLength(7);
    const report = JSON.parse(await workspace.read('.chargen/batch/last-report.json')) as {
      totals: { generated: number };
    };
    expect(report.totals.generated).toBe(7);
    expect(await workspace.read('saga/characters/ione/imagery.yaml')).toContain('at-the-oar.');
  });

  it('have a gallery each, and costs of their own or in one sum, wherever the command is called', async () => {
    for (const [world, folder, pictures] of [
      ['content', 'gallery-content', 6],
      ['saga', 'gallery-saga', 1],
    ] as const) {
      const made = await command('gallery', '--json', '--world', world);
      const page = `.chargen/${folder}/index.html`;
      expect(JSON.parse(made.stdout)).toMatchObject({ page, scenes: pictures });
      expect((await readdir(workspace.path('.chargen', folder, 'runs'))).sort()).toHaveLength(2);
      const cost = await command('cost', '--json', '--world', world);
      expect(JSON.parse(cost.stdout)).toMatchObject({ total: { answers: pictures } });
    }
    expect(await workspace.read('.chargen/gallery-content/data.js')).not.toContain('Ione of the Saga');
    expect(JSON.parse((await command('cost', '--json')).stdout)).toMatchObject({ total: { answers: 7 } });
    const sheet = await command('gallery', '--run', 'last', '--json', '--world', 'saga');
    expect(sheet.stdout).toContain('.chargen/gallery-saga/runs/');
    const survey = JSON.stringify(JSON.parse((await command('store', 'gc', '--dry-run', '--json')).stdout));
    const env = workspace.environment();
    const inside = await chargen(['store', 'gc', '--dry-run', '--json'], {
      cwd: workspace.path('saga'),
      env,
    });
    expect(JSON.stringify(JSON.parse(inside.stdout))).toBe(survey);
  });

  it('are both in the cache: nothing is asked again, and the guard knows the pictures of both', async () => {
    const before = service.posts();
    const again = await workspace.nx(GENERATE);
    expect(again.output).toContain('5/5 hit');
    expect(service.posts()).toBe(before);
    const recipe = JSON.parse(await workspace.read(`${THEIRS}.recipe.json`)) as Recipe;
    await workspace.write(`${THEIRS}.${recipe.picture.extension}`, await drawnPicture('#123456'));
    const guarded = await workspace.nx(GENERATE);
    expect(guarded.code).toBe(1);
    expect(guarded.output).toContain(`${THEIRS}.`);
    const discarded = await command('discard', 'ione/at-the-oar', '--world', 'saga');
    expect(discarded.stdout).toContain(`${THEIRS}.`);
  });

  it('do not let one project have settings of its own, and say where these belong', async () => {
    const before = service.posts();
    await workspace.edit(PATHS.ione, 'pulls one long oar', 'pulls one short oar');
    await workspace.write(
      'content/characters/ione/project.json',
      JSON.stringify({ targets: { generate: { options: { settings: { generationModel: MODEL } } } } }),
    );
    const { code, output } = await workspace.nx(['run', 'ione:generate']);
    expect(code).toBe(1);
    expect(output).toContain('differ from those of chargen-plugin in nx.json: generationModel');
    expect(service.posts()).toBe(before);
  });

  it('keep the names that their targets were given, in the steps of CI and in what is to be typed next', async () => {
    await workspace.edit('nx.json', '"analytics"', '"targetDefaults":{"pai*":{"outputs":[]}},"analytics"');
    const checked = await command('check');
    expect(checked.stdout).toContain('nx.json:1:');
    expect(checked.stdout).toContain('nx.json sets outputs for the target "pai*"');
    expect(checked.stdout).toContain('ione/project.json sets options for the target "generate"');
    await rm(workspace.path('content/characters/ione/project.json'));
    await workspace.edit('saga/characters/ione/imagery.yaml', 'through ice', 'through slush');
    const ci = join(REPOSITORY, 'tools/chargen-plugin/bin/chargen-ci.mjs');
    const { output } = await run(process.execPath, [ci, 'generate'], workspace.root, {
      ...workspace.environment(),
      GEMINI_API_KEY: '',
    });
    expect(output).toContain('npx nx run-many -t paint -c preview');
    expect(output).toContain('Warning: nx.json sets outputs for the target "pai*"');
  });
});

interface Recipe {
  readonly request: { readonly model: string };
  readonly picture: { readonly extension: string };
}
