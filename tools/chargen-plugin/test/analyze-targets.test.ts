import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { drawnPicture, PATHS, PROJECTS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { tasksHere } from './support/tasks-here.js';

const ANALYZE = ['run-many', '-t', 'analyze'];
const SIDECAR = 'content/characters/ione/images/portrait.analysis.json';

describe('nx run-many -t analyze', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    // Sidecars travel in the cache of Nx here, not in git.
    workspace = await TestWorkspace.create({ files: await smallWorld(), gitignore: ['*.analysis.json'] });
    service.serve(workspace);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it('analyzes in one batch, and the prompts of the scenes then know it', async () => {
    const before = await workspace.read(PATHS.ione);
    const { code, output } = await workspace.nx(ANALYZE);
    expect(output).toContain('Analysis Complete');
    expect(output).toContain('Pictures: 1 total');
    expect(output).toMatch(/Cost: \$0\.000/);
    expect(code).toBe(0);
    const after = await workspace.read(PATHS.ione);
    expect(after.startsWith(before)).toBe(true);
    expect(after).toContain('picture_analysis:');
    expect(await workspace.git('status', '--short')).toBe(` M ${PATHS.ione}\n`);
    await workspace.commit('what is in the portrait');

    const generated = await tasksHere(workspace, 'generate');
    expect(generated.output).toContain('6 generated');
    expect(generated.output).toMatch(/Cost: \$0\.\d/);
    const recipe = PATHS.ione.replace('imagery.yaml', 'images/at-the-oar.recipe.json');
    expect(await workspace.read(recipe)).toContain('0 of character/ione/portrait');
    expect(service.billed()).toHaveLength(7);
  });

  it('is a cache hit although its own findings lie in the file now, and brings a lost sidecar back', async () => {
    await workspace.commit('pictures');
    const requests = service.requests();
    await rm(workspace.path(SIDECAR));
    const { output } = await workspace.nx(ANALYZE);
    expect(output).toContain(`for ${String(PROJECTS)} out of ${String(PROJECTS)} tasks`);
    expect(await workspace.read(SIDECAR)).toContain('"kind": "analyzed"');
    expect(service.requests()).toBe(requests);
    expect(await workspace.git('status', '--short')).toBe('');
  });

  it('asks again for a replaced portrait alone, and its users alone are made again', async () => {
    await workspace.write(PATHS.portrait, await drawnPicture('#226644'));
    expect((await tasksHere(workspace, 'analyze')).output).toContain('1 analyzed');
    const { output } = await tasksHere(workspace, 'generate');
    // Ione's two scenes, and the two of the chapter that show her.
    expect(output).toContain('4 generated');
    expect(service.billed()).toHaveLength(7 + 1 + 4);
  });

  it('ends as a failure with the reason where an answer cannot be used, and writes nothing of it', async () => {
    await workspace.commit('a new portrait');
    const id = service.emulator.faults.arm({ fault: { kind: 'schema-garbage' }, times: 'always' });
    await workspace.write(PATHS.portrait, await drawnPicture('#772266'));
    const { status, output } = await tasksHere(workspace, 'analyze');
    service.emulator.faults.disarm(id);
    expect(status['ione']).toBe('failure');
    expect(output).toContain('The answer cannot be used');
    expect(await workspace.git('status', '--short')).toBe(` M ${PATHS.portrait}\n`);
    // It is not paid for again and again: a person raises `take`.
    const billed = service.billed().length;
    expect((await tasksHere(workspace, 'analyze')).status['ione']).toBe('failure');
    expect(service.billed()).toHaveLength(billed);
    await workspace.edit(PATHS.ione, 'role: portrait', 'role: portrait\n    take: 2');
    expect((await tasksHere(workspace, 'analyze')).status['ione']).toBe('success');
    expect(service.billed()).toHaveLength(billed + 1);
  });
});
