import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { drawnPicture, PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';

const ANALYZE = ['run-many', '-t', 'analyze'];
const GENERATE = ['run-many', '-t', 'generate'];
const SIDECAR = 'content/characters/ione/images/portrait.analysis.json';

describe('nx run-many -t analyze', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    // Sidecars travel in the cache of Nx here, not in git.
    workspace = await TestWorkspace.create({ files: await smallWorld(), gitignore: ['*.analysis.json'] });
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it('previews without a key, by the emulator, and changes no tracked file and no real prompt', async () => {
    const { code, output } = await workspace.nx([...ANALYZE, '-c', 'preview']);
    expect(output).toContain('analyzed by the emulator');
    expect(code).toBe(0);
    expect(await workspace.git('status', '--short')).toBe('');
    expect(await workspace.read('content/characters/ione/images/preview/portrait.analysis.json')).toContain(
      '"preview": true',
    );
    expect(existsSync(workspace.path(SIDECAR))).toBe(false);
  });

  it('says which variable to set where a key is missing', async () => {
    const { code, output } = await workspace.nx(ANALYZE);
    // Nx ends so if tasks were skipped: a missing key is no failure of the work.
    expect(code).toBe(130);
    expect(output).toContain('There is something to analyze, but no API key.');
    expect(output).toContain('npx nx run-many -t analyze -c preview');
    expect(await workspace.git('status', '--short')).toBe('');
  });

  it('needs none where there is nothing to analyze', async () => {
    const { code, output } = await workspace.nx(['run', 'lock-keeper:analyze']);
    expect(output).toContain('no pictures to analyze');
    expect(code).toBe(0);
  });

  it('analyzes in one batch, and the prompts of the scenes then know it', async () => {
    service.serve(workspace);
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

    const generated = await workspace.nx(GENERATE);
    expect(generated.output).toContain('6 generated');
    expect(generated.output).toMatch(/Cost: \$0\.\d/);
    const recipe = PATHS.ione.replace('imagery.yaml', 'images/at-the-oar.recipe.json');
    expect(await workspace.read(recipe)).toContain('0 of character/ione/portrait');
    expect(service.billed()).toHaveLength(7);
  });

  it('is a cache hit although its own findings lie in the file now, and brings a lost sidecar back', async () => {
    await workspace.commit('pictures');
    const requests = service.requests();
    const { output } = await workspace.nx(ANALYZE);
    expect(output).toMatch(/existing outputs match the cache|local cache/);
    await rm(workspace.path(SIDECAR));
    await workspace.nx(ANALYZE);
    expect(await workspace.read(SIDECAR)).toContain('"kind": "analyzed"');
    expect(service.requests()).toBe(requests);
    expect(await workspace.git('status', '--short')).toBe('');
  });

  it('asks again for a replaced portrait alone, and its users alone are made again', async () => {
    await workspace.write(PATHS.portrait, await drawnPicture('#226644'));
    expect((await workspace.nx(ANALYZE)).output).toContain('1 analyzed');
    const { output, code } = await workspace.nx(GENERATE);
    // Ione's two scenes, and the two of the chapter that show her.
    expect(output).toContain('4 generated');
    expect(code).toBe(0);
    expect(service.billed()).toHaveLength(7 + 1 + 4);
  });

  it('ends as a failure with the reason where an answer cannot be used, and writes nothing of it', async () => {
    await workspace.commit('a new portrait');
    const id = service.emulator.faults.arm({ fault: { kind: 'schema-garbage' }, times: 'always' });
    await workspace.write(PATHS.portrait, await drawnPicture('#772266'));
    const { code, output } = await workspace.nx(ANALYZE);
    service.emulator.faults.disarm(id);
    expect(code).toBe(1);
    expect(output).toContain('The answer cannot be used');
    expect(await workspace.git('status', '--short')).toBe(` M ${PATHS.portrait}\n`);
    // It is not paid for again and again: a person raises `take`.
    const billed = service.billed().length;
    expect((await workspace.nx(ANALYZE)).code).toBe(1);
    expect(service.billed()).toHaveLength(billed);
    await workspace.edit(PATHS.ione, 'role: portrait', 'role: portrait\n    take: 2');
    expect((await workspace.nx(ANALYZE)).code).toBe(0);
    expect(service.billed()).toHaveLength(billed + 1);
  });
});
