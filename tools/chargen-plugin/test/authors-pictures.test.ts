import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RemoteCache } from '../../../test/support/remote-cache.js';
import { Service } from '../../../test/support/service.js';
import { drawnPicture, PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { projectsHere, tasksHere } from './support/tasks-here.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const GENERATE = ['run-many', '-t', 'generate'];
const LAMP = 'content/characters/ione/images/lamp.png';
const OAR = 'content/characters/ione/images/at-the-oar.png';

describe('pictures that an author edited, locked or keeps in Git LFS', () => {
  let workspace: TestWorkspace;
  let service: Service;
  let cache: RemoteCache;
  let edited: Buffer;

  beforeAll(async () => {
    service = await Service.start();
    cache = await RemoteCache.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    service.serve(workspace);
    cache.serve(workspace);
    await workspace.nx(GENERATE);
    await workspace.commit('pictures');
    edited = await drawnPicture('#ff00ff', 100, 60);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
    await cache.close();
  });

  it('stops before anything is run over an edited picture, keeps its bytes and offers the choice', async () => {
    await workspace.write(LAMP, edited);
    const before = service.requests();
    const { code, output } = await workspace.nx(GENERATE);
    expect(code).toBe(1);
    expect(output).toContain(`${LAMP}: its bytes are no longer those that the recipe names`);
    expect(output).toContain('npx chargen keep character/ione/lamp');
    expect(output).toContain('npx chargen discard character/ione/lamp');
    expect(await workspace.bytes(LAMP)).toEqual(edited);
    const kept = `.chargen/store/edited/${createHash('sha256').update(edited).digest('hex')}.png`;
    expect(await workspace.bytes(kept)).toEqual(edited);
    expect(service.requests()).toBe(before);
  });

  it('does so too where another target leads there and the remote cache alone could restore over it, and lets all other runs of Nx alone', async () => {
    await rm(workspace.path('..', 'nx-cache'), { recursive: true, force: true });
    const targets = {
      pages: { command: 'echo pages', dependsOn: [{ target: 'generate', projects: '*' }] },
      book: { command: 'echo book', dependsOn: ['pages'] },
      lint: { command: 'echo nothing to do with pictures' },
    };
    await workspace.write('site/project.json', JSON.stringify({ name: 'site', targets }));
    const built = await workspace.nx(['book', 'site']);
    expect(built.code).toBe(1);
    expect(built.output).toContain('npx chargen keep character/ione/lamp');
    expect(await workspace.bytes(LAMP)).toEqual(edited);
    const linted = await workspace.nx(['lint', 'site']);
    expect(linted.code, linted.output).toBe(0);
    await rm(workspace.path('site'), { recursive: true });
  });

  it('leaves a locked scene alone, whatever its picture is, through runs and branches', async () => {
    await workspace.edit(PATHS.ione, 'title: The lamp', 'title: The lamp\n    locked: true');
    const { code, output } = await workspace.nx(GENERATE);
    expect(output).not.toContain('changed by hand');
    expect(code).toBe(0);
    expect(await workspace.bytes(LAMP)).toEqual(edited);
    await workspace.commit('my lamp');
    await workspace.git('checkout', '-q', '-b', 'elsewhere', 'HEAD~1');
    await workspace.nx(GENERATE);
    await workspace.git('checkout', '-q', 'main');
    await tasksHere(workspace, 'generate');
    await workspace.nx(GENERATE);
    expect(await workspace.bytes(LAMP)).toEqual(edited);
    const { ione } = await projectsHere(workspace);
    expect(JSON.stringify(ione?.targets)).toContain('at-the-oar.{png');
    expect(JSON.stringify(ione?.targets)).not.toContain('lamp.{png');
  });

  it('takes a Git LFS pointer with the right oid for done, and says how to fetch it rather than cache it', async () => {
    const real = await workspace.bytes(OAR);
    const oid = createHash('sha256').update(real).digest('hex');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${String(real.byteLength)}\n`;
    await workspace.write(OAR, pointer);
    const before = service.posts();
    const entries = cache.entries.size;
    const { code, output } = await workspace.nx([...GENERATE, '--skip-nx-cache']);
    expect(code).toBe(1);
    expect(output).toContain(`git lfs pull --include="${OAR}"`);
    expect(await workspace.read(OAR)).toBe(pointer);
    expect(service.posts()).toBe(before);
    expect(cache.entries.size).toBe(entries);
    await workspace.write(OAR, real);
  });

  it('tells a picture that nobody made in the place of a scene, and does not touch it', async () => {
    const drawing = await drawnPicture('#123456');
    await workspace.edit(
      PATHS.loner,
      'scenes:',
      'scenes:\n  - id: door\n    title: Door\n    prompt: An iron door.',
    );
    await workspace.write('content/characters/lock-keeper/images/door.png', drawing);
    await expect(tasksHere(workspace, 'generate')).rejects.toThrow(
      'door.png: there is no recipe that made it',
    );
    expect(await workspace.bytes('content/characters/lock-keeper/images/door.png')).toEqual(drawing);
  });
});
