import { readdir, rm } from 'node:fs/promises';
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

/** Another plugin of the workspace, which has something to say about the folder of an entity. */
const OTHER_PLUGIN = `export const createNodes = ['**/notes.md', (files) => files.map((file) => [file, {
  projects: { [file.replace('/notes.md', '')]: { targets: { publish: { command: 'echo published' } } } },
}])];
`;

/** What Nx hashes byte by byte has the same line ends on every machine; imagery.yaml has those of the machine. */
const ATTRIBUTES =
  '/nx.json text eol=lf\n/.gitignore text eol=lf\n/content/style.yaml text eol=lf\n*.png binary\n';

/** One entity is a package, one has a name and a target of its own, and one is a project of another plugin too. */
const OTHERS = {
  'nx.json': JSON.stringify({
    analytics: false,
    defaultBase: 'main',
    plugins: [
      './plugins/notes.mjs',
      { plugin: 'chargen-plugin', options: { contentRoot: 'content', workspaceId: 'test-world' } },
    ],
  }),
  'package.json': JSON.stringify({ name: 'test-world', private: true, workspaces: ['content/*/*'] }),
  'plugins/notes.mjs': OTHER_PLUGIN,
  '.gitattributes': ATTRIBUTES,
  'content/characters/ione/package.json': JSON.stringify({
    name: '@world/ione',
    version: '1.0.0',
    scripts: { build: 'echo built' },
  }),
  'content/characters/lock-keeper/project.json': JSON.stringify({
    name: 'keeper',
    tags: ['minor'],
    targets: { build: { command: 'echo built' } },
  }),
  'content/locations/low-quay/notes.md': 'Low water at noon.\n',
};

describe('clones with caches of their own, one remote cache, and pictures that are not in git', () => {
  let first: TestWorkspace;
  let second: TestWorkspace;
  let third: TestWorkspace;
  let service: Service;
  let cache: RemoteCache;

  beforeAll(async () => {
    service = await Service.start();
    cache = await RemoteCache.start();
    const files = await smallWorld();
    const keys = `${String(files[PATHS.loner])}    takes: 3\n`;
    first = await TestWorkspace.create({
      files: { ...files, ...OTHERS, [PATHS.loner]: keys },
      gitignore: ['content/*/*/images/*', '!content/*/*/images/portrait.png'],
    });
    service.serve(first);
    cache.serve(first);
  });

  afterAll(async () => {
    await third.remove();
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

  it('hit everything in a clone of another user with other line ends, without a key and without a call', async () => {
    second = await first.clone();
    await second.git('config', 'core.autocrlf', 'true');
    await rm(second.path('.git/index'));
    await second.git('reset', '-q', '--hard');
    expect(await second.read(PATHS.chapter)).toContain('\r\n');
    Object.assign(second.env, { HOME: second.base, USER: 'ben', LOGNAME: 'ben' });
    cache.serve(second);
    second.env['GOOGLE_GEMINI_BASE_URL'] = service.emulator.url;
    const before = service.requests();
    const { code, output } = await second.nx(GENERATE);
    expect(output).toContain(ALL);
    expect(code).toBe(0);
    expect(service.requests()).toBe(before);
  });

  it('hit everything in another working tree of the repository', async () => {
    third = await first.worktree();
    cache.serve(third);
    third.env['GOOGLE_GEMINI_BASE_URL'] = service.emulator.url;
    const before = service.requests();
    expect((await third.nx(GENERATE)).output).toContain(ALL);
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
    const there = (await second.read(PATHS.chapter)).replaceAll('\r\n', '\n');
    expect(there).toBe(await first.read(PATHS.chapter));
    expect(await second.read(PATHS.chapter)).toContain('generated_images:');
    expect(await second.git('status', '--short')).toBe('');
  });
});
