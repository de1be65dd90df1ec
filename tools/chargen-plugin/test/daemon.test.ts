import { rename, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { IS_LONG } from '../../../test/support/long.js';
import { Service } from '../../../test/support/service.js';
import { drawnPicture, PATHS, PROJECTS, smallWorld } from '../../../test/support/small-world.js';
import { NX, run, TestWorkspace } from '../../../test/support/workspace.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const GENERATE = ['run-many', '-t', 'generate'];
const LAMP = 'content/characters/ione/images/lamp.png';
const WRECK = `entity_type: location
name: The Wreck
scenes:
  - id: at-low-tide
    title: At low tide
    prompt: The ribs of a ferry in the mud.
`;

/**
 * Everything in one workspace, without `nx reset` in between: as a writer has it open all day. The same without
 * the daemon is what the other tests show.
 */
describe('a day of work with the daemon', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    workspace.env['NX_DAEMON'] = 'true';
    workspace.env['NX_ISOLATE_PLUGINS'] = 'true';
    service.serve(workspace);
  });

  afterAll(async () => {
    await workspace.nx(['daemon', '--stop']);
    await workspace.remove();
    await service.close();
  });

  async function projects(): Promise<string[]> {
    const { output } = await workspace.nx(['show', 'projects', '--json']);
    return (JSON.parse(output.slice(output.indexOf('['))) as string[]).sort();
  }

  it('makes the pictures and writes the record', async () => {
    const { code, output } = await workspace.nx(GENERATE);
    expect(output).toContain(`generate for ${String(PROJECTS)} projects`);
    expect(code).toBe(0);
    expect(await workspace.read(PATHS.ione)).toContain('generated_images:');
    expect(await workspace.read(PATHS.chapter)).toContain('departure');
    await workspace.commit('pictures');
  });

  it('sees a new entity and a changed prompt at once, and pays for these alone', async () => {
    await workspace.write('content/locations/wreck/imagery.yaml', WRECK);
    await expect.poll(projects, { timeout: 20_000 }).toContain('wreck');
    await workspace.edit(PATHS.loner, 'iron keys', 'brass keys');
    const before = service.billed().length;
    const { code } = await workspace.nx(GENERATE);
    expect(code).toBe(0);
    const paid = service.billed().slice(before).sort();
    expect(paid).toEqual([
      expect.stringContaining('character/lock-keeper/keys@sha256:'),
      expect.stringContaining('location/wreck/at-low-tide@sha256:'),
    ]);
    expect(await workspace.read('content/locations/wreck/imagery.yaml')).toContain('generated_images:');
  });

  it('pays nothing for a renamed entity whose scenes ask for the same', async () => {
    await rename(workspace.path('content/locations/wreck'), workspace.path('content/locations/old-wreck'));
    const names = ['first-crossing', 'ione', 'lock-keeper', 'low-quay', 'old-wreck'];
    await expect.poll(projects, { timeout: 20_000 }).toEqual(names);
    const before = service.billed().length;
    const { code } = await workspace.nx(GENERATE);
    expect(code).toBe(0);
    expect(service.billed()).toHaveLength(before);
  });

  it('forgets a deleted entity, and writes the record again after a checkout, though everything comes from the cache', async () => {
    await rm(workspace.path('content/locations/old-wreck'), { recursive: true });
    await expect.poll(projects, { timeout: 20_000 }).not.toContain('old-wreck');
    const text = await workspace.read(PATHS.loner);
    expect(text).toContain('generated_images:');
    await workspace.write(PATHS.loner, text.slice(0, text.indexOf('# Written by chargen')));
    const { code, output } = await workspace.nx(GENERATE);
    expect(code).toBe(0);
    expect(output).not.toContain('old-wreck');
    expect(output).toContain(`for ${String(PROJECTS)} out of ${String(PROJECTS)} tasks`);
    expect(await workspace.read(PATHS.loner)).toBe(text);
  });

  it('stops over an edited picture with the choice, shown to whoever ran it', async () => {
    const before = await workspace.bytes(LAMP);
    await workspace.write(LAMP, await drawnPicture('#ff00ff'));
    const requests = service.requests();
    const { code, output } = await workspace.nx(GENERATE);
    expect(code).toBe(1);
    expect(output).toContain('npx chargen keep character/ione/lamp');
    expect(service.requests()).toBe(requests);
    await workspace.write(LAMP, before);
  });

  it('shows what is wrong with a file that was just broken, and mends itself with the file', async () => {
    await workspace.edit(PATHS.quay, 'scenes:', 'scenes: [');
    const broken = await workspace.nx(GENERATE);
    expect(broken.code).toBe(1);
    expect(broken.output).toContain(PATHS.quay);
    await workspace.edit(PATHS.quay, 'scenes: [', 'scenes:');
    expect((await workspace.nx(GENERATE)).code).toBe(0);
  });

  it.runIf(IS_LONG)(
    'makes what is saved by nx watch, once, and is not set off for ever by its own files',
    async () => {
      const command = `"${process.execPath}" "${NX}" run lock-keeper:generate`;
      expect((await workspace.nx(['run', 'lock-keeper:generate'])).code).toBe(0);
      const { child } = workspace.start(['watch', '--projects=lock-keeper', '--', command]);
      let said = '';
      child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
      const before = service.billed().length;
      // What is saved before the watch is on goes unseen, and Nx does not say when it is: a comment asks for nothing.
      const save = async (): Promise<string> => {
        await workspace.write(PATHS.loner, `${await workspace.read(PATHS.loner)}# saved\n`);
        return said;
      };
      await expect
        .poll(save, { interval: 2000, timeout: 60_000 })
        .toContain('Successfully ran target generate');
      expect(service.billed()).toHaveLength(before);
      await workspace.edit(PATHS.loner, 'keys on a nail', 'keys on a hook');
      await expect.poll(() => service.billed().length - before, { timeout: 60_000 }).toBe(1);
      const { length } = said;
      // The picture and the record were saved too: the run that these set off comes from the cache.
      await expect
        .poll(() => said.slice(length), { timeout: 60_000 })
        .toContain('existing outputs match the cache');
      child.kill();
      expect(service.billed()).toHaveLength(before + 1);
    },
  );

  it.runIf(IS_LONG)('is shown by the interface of Nx in a terminal, which ends by itself', async () => {
    const line = `stty rows 40 cols 120; "${process.execPath}" "${NX}" ${GENERATE.join(' ')} -c preview`;
    const env = {
      ...workspace.environment(),
      CI: '',
      NX_TUI: 'true',
      TERM: 'xterm-256color',
      SHELL: '/bin/sh',
    };
    const { code, output } = await run('script', ['-qfec', line, '/dev/null'], workspace.root, env);
    expect(code, output).toBe(0);
    expect(output).toContain('lock-keeper:generate');
    expect(output).toContain(`Successfully ran target generate for ${String(PROJECTS)} projects`);
  });
});
