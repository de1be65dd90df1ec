import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RemoteCache } from '../../../test/support/remote-cache.js';
import { Service } from '../../../test/support/service.js';
import { PATHS, PROJECTS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';

const GENERATE = ['run-many', '-t', 'generate'];
const ALL = `for ${String(PROJECTS)} out of ${String(PROJECTS)} tasks`;

/** Paths below a folder, the takes of scenes among them. */
async function filesIn(workspace: TestWorkspace, folder: string): Promise<string[]> {
  const entries = await readdir(workspace.path(folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(workspace.path(folder), join(entry.parentPath, entry.name)))
    .sort();
}

describe('two clones with caches of their own, one remote cache, and pictures that are not in git', () => {
  let first: TestWorkspace;
  let second: TestWorkspace;
  let service: Service;
  let cache: RemoteCache;

  beforeAll(async () => {
    service = await Service.start();
    cache = await RemoteCache.start();
    const files = await smallWorld();
    const keys = `${String(files[PATHS.loner])}    takes: 3\n`;
    first = await TestWorkspace.create({
      files: { ...files, [PATHS.loner]: keys },
      gitignore: ['content/*/*/images/*', '!content/*/*/images/portrait.png'],
    });
    service.serve(first);
    cache.serve(first);
  });

  afterAll(async () => {
    await first.remove();
    await second.remove();
    await service.close();
    await cache.close();
  });

  it('hit everything in the first clone at its second run', async () => {
    expect((await first.nx(GENERATE)).code).toBe(0);
    await first.commit('records');
    const { output } = await first.nx(GENERATE);
    expect(output).toContain(ALL);
  });

  it('hit everything in the second clone at its first run, without a key and without a call', async () => {
    second = await first.clone();
    cache.serve(second);
    second.env['GOOGLE_GEMINI_BASE_URL'] = service.emulator.url;
    const before = service.requests();
    const { code, output } = await second.nx(GENERATE);
    expect(output).toContain(ALL);
    expect(code).toBe(0);
    expect(service.requests()).toBe(before);
  });

  it('end with the same pictures, recipes and records', async () => {
    for (const folder of [
      'characters/ione',
      'chapters/first-crossing',
      'locations/low-quay',
      'characters/lock-keeper',
    ]) {
      const images = `content/${folder}/images`;
      const names = await filesIn(first, images);
      expect(await filesIn(second, images)).toEqual(names);
      for (const name of names)
        expect(await second.bytes(`${images}/${name}`)).toEqual(await first.bytes(`${images}/${name}`));
    }
    expect(await filesIn(second, 'content/characters/lock-keeper/images')).toContain('takes/keys@3.png');
    expect(await second.read(PATHS.chapter)).toBe(await first.read(PATHS.chapter));
    expect(await second.read(PATHS.chapter)).toContain('generated_images:');
    expect(await second.git('status', '--short')).toBe('');
  });
});
