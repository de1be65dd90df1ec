import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { tasksHere } from './support/tasks-here.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const GENERATE = ['run-many', '-t', 'generate', '-p', 'ione'];
const IONE = { projects: ['ione'] };

describe('two branches that each added a scene and its picture to one entity', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    service.serve(workspace);
    await tasksHere(workspace, 'generate', IONE);
    await workspace.commit('pictures');
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  async function addOnBranch(branch: string, before: string, id: string): Promise<void> {
    await workspace.git('switch', '-q', '-c', branch, 'main');
    const scene = `  - id: ${id}\n    title: ${id}\n    prompt: Ione, ${id}.\n\n`;
    await workspace.edit(PATHS.ione, before, scene + before);
    expect((await tasksHere(workspace, 'generate', IONE)).status).toEqual({ ione: 'success' });
    await workspace.commit(id);
  }

  it('merge, and one command makes the record again, without paying', async () => {
    await addOnBranch('asleep', '  - id: at-the-oar\n', 'asleep');
    await addOnBranch('awake', '  # The lamp is the one from the first chapter.\n', 'awake');
    await workspace.git('tag', 'awake-alone');
    await workspace.git('merge', '-q', '--no-edit', '-X', 'ours', 'asleep');
    const billed = service.billed().length;
    expect(billed).toBe(4);
    expect((await workspace.nx(GENERATE)).code).toBe(0);
    expect(service.billed()).toHaveLength(billed);
    const text = await workspace.read(PATHS.ione);
    const record = text.slice(text.indexOf('generated_images:'));
    const recorded = [...record.matchAll(/custom_id: "?([\w-]+)/g)].map((match) => match[1]);
    expect(recorded).toEqual(['asleep', 'at-the-oar', 'awake', 'lamp']);
    expect(text.match(/^generated_images:/gm)).toHaveLength(1);
  });

  it('give the same bytes in whichever order they are merged', async () => {
    const one = await workspace.read(PATHS.ione);
    await workspace.commit('one order');
    await workspace.git('switch', '-q', '-c', 'other-order', 'asleep');
    await workspace.git('merge', '-q', '--no-edit', '-X', 'ours', 'awake-alone');
    expect((await tasksHere(workspace, 'generate', IONE)).status).toEqual({ ione: 'success' });
    const other = await workspace.read(PATHS.ione);
    expect(other.slice(other.indexOf('generated_images:'))).toBe(one.slice(one.indexOf('generated_images:')));
  });
});
