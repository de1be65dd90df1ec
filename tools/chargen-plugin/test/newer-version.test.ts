import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NewerBuild, NEWER_PLUGIN } from '../../../test/support/newer-build.js';
import { RemoteCache } from '../../../test/support/remote-cache.js';
import { Service } from '../../../test/support/service.js';
import { PATHS, PROJECTS, SCENES, smallWorld } from '../../../test/support/small-world.js';
import { run, TestWorkspace } from '../../../test/support/workspace.js';

/** In the order of the tests. */
describe('a clone with a later version, and nothing but the remote cache of Nx', { timeout: 240_000 }, () => {
  let first: TestWorkspace;
  let clone: TestWorkspace;
  let service: Service;
  let cache: RemoteCache;
  let build: NewerBuild;

  beforeAll(async () => {
    service = await Service.start();
    cache = await RemoteCache.start();
    build = await NewerBuild.make();
    first = await TestWorkspace.create({
      files: await smallWorld(),
      gitignore: ['content/*/*/images/*', '!content/*/*/images/portrait.png'],
    });
    service.serve(first);
    cache.serve(first);
  }, 120_000);

  afterAll(async () => {
    await Promise.all([first, clone].map((one) => one.remove()));
    await build.remove();
    await service.close();
    await cache.close();
  });

  it('is preceded by a run of one project, whose plan names what comes along before it is paid', async () => {
    const { code, output } = await first.nx(['run-many', '-t', 'generate', '-p', 'first-crossing']);
    expect(code, output).toBe(0);
    const named = output.indexOf('of them are made because others of this run show them');
    expect(output.slice(named).split('\n')[0]).toContain('character/ione/at-the-oar');
    expect(output.slice(named).split('\n')[0]).toContain('location/low-quay/establishing');
    expect(output.indexOf('Submitted')).toBeGreaterThan(named);
    expect(named).toBeGreaterThan(0);
  });

  it('gets every picture and analysis from the cache, and asks for nothing', async () => {
    const all = await first.nx(['run-many', '-t', 'generate', 'analyze']);
    expect(all.code, all.output).toBe(0);
    await first.commit('records');
    clone = await first.clone();
    await rm(clone.path('node_modules'));
    await symlink(build.nodeModules, clone.path('node_modules'));
    service.serve(clone);
    cache.serve(clone);
    const requests = service.requests();
    const { code, output } = await clone.nx(['run-many', '-t', 'generate', 'analyze']);
    expect(code, output).toBe(0);
    expect(output).toContain(NEWER_PLUGIN);
    expect(output).toContain(`for ${String(2 * PROJECTS)} out of ${String(2 * PROJECTS)} tasks`);
    expect(service.requests()).toBe(requests);
    const picture = PATHS.portrait.replace('portrait.png', 'lamp.png');
    expect(await clone.bytes(picture)).toEqual(await first.bytes(picture));
    expect((await clone.git('status', '--short')).trim()).toBe('');
  });

  it('words every request differently, and makes nothing pending', async () => {
    const chargen = join(build.nodeModules, 'chargen-cli/bin/chargen.mjs');
    const { code, output } = await run(
      process.execPath,
      [chargen, 'plan', '--json'],
      clone.root,
      clone.environment(),
    );
    expect(code, output).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      totals: { requests: 0, done: SCENES, askedOtherwise: { scenes: SCENES } },
    });
  });
});
