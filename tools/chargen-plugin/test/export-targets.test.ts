import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FileDigests, reviewScene } from 'chargen-core';
import { loadManifest } from 'chargen-export/manifest';
import { FILES, generatedWorld, worldOf } from '../../../libs/chargen-export/test/support/world.js';
import { RemoteCache } from '../../../test/support/remote-cache.js';
import { drawnPicture, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { createNodes } from '../src/graph/create-nodes.js';
import { exportSchema } from '../src/export-options.js';
import { worldEntries } from '../src/world-entries.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ALL = ['run-many', '-t', 'export-manifest', '--output-style=static'];
const WIDTHS = { widths: [64] };

/** Which tasks of a run were not taken from the cache, sorted. */
function ranIn(output: string): string[] {
  const tasks = [...output.matchAll(/(?:> nx run|[✔✖]) +([\w.-]+:export(?:-manifest)?)(.*)$/gm)];
  const fresh = tasks.filter(([, , rest = '']) => !/cache|existing outputs/.test(rest));
  return [...new Set(fresh.map(([, task = '']) => task))].sort();
}

describe('the target export, when it is asked for', () => {
  let files: TestWorkspace;
  let remove: () => Promise<void>;
  let cache: RemoteCache;

  beforeAll(async () => {
    ({ files, remove } = await generatedWorld({
      pluginOptions: { export: WIDTHS },
      // The pictures of Ione are outside of git, those of the chapters are in it.
      gitignore: ['dist', 'content/characters/*/images/'],
    }));
    await files.commit('the pictures of the chapters');
    cache = await RemoteCache.start();
    cache.serve(files);
  });

  afterAll(async () => {
    await remove();
    await cache.close();
  });

  it('makes copies and one manifest, and a second run takes all of it from the cache', async () => {
    const first = await files.nx(ALL);
    expect(first.output).toContain('3 pictures, 6 copies in dist/pictures/character/ione. Missing:');
    expect(first.output).toContain('toll: the model declined it');
    expect(first.code).toBe(0);
    expect(ranIn(first.output)).toHaveLength(4);
    const manifest = await loadManifest(files.path('dist/pictures/manifest.json'));
    expect([manifest.entities.length, manifest.scenes.length, manifest.missing.length]).toEqual([3, 5, 1]);
    const second = await files.nx(ALL);
    expect([second.code, ranIn(second.output)]).toEqual([0, []]);
  });

  it('runs again for the entity alone whose approval or picture changed, in git or not', async () => {
    const entity = (await worldOf(files)).find('chapter', 'crossing')?.entity;
    const [departure] = entity?.scenes ?? [];
    if (entity === undefined || departure === undefined) throw new Error('There is no scene.');
    const context = { workspaceRoot: files.root, digests: await FileDigests.open(files.root) };
    await reviewScene(context, entity, departure, { state: 'rejected' }, Date.now());
    const rejected = await files.nx(ALL);
    expect(ranIn(rejected.output)).toEqual(['crossing:export', 'pictures:export-manifest']);
    expect(rejected.output).toContain('departure: a person rejected its picture');

    await files.write(`${FILES.images}/drawn.png`, await drawnPicture('#33cc11', 300, 200));
    await files.write(
      'content/chapters/ch01-before-the-ferry/images/ford.png',
      await drawnPicture('#112233'),
    );
    const changed = await files.nx(ALL);
    expect(ranIn(changed.output)).toEqual([
      'ch01-before-the-ferry:export',
      'ione:export',
      'pictures:export-manifest',
    ]);
    expect(changed.output).toContain(
      '3 pictures, 6 copies in dist/pictures/character/ione, 4 of them as before.',
    );
    expect(changed.output).toContain('ford: its picture was changed by hand');
  });

  it('brings the copies of pictures in git to a teammate, and refuses flags', async () => {
    await files.commit('approvals');
    const other = await files.clone();
    try {
      cache.serve(other);
      const teammate = await other.nx(['run', 'crossing:export']);
      expect(teammate.output).toMatch(/crossing:export +\[remote cache\]/);
      expect(await other.read('dist/pictures/chapter/crossing/entity.json')).toBe(
        await files.read('dist/pictures/chapter/crossing/entity.json'),
      );
      const flags = await other.nx(['run', 'crossing:export', '--width=300']);
      expect(flags.code).not.toBe(0);
      expect(flags.output).toContain('This target takes no flags: --width');
    } finally {
      await other.remove();
    }
  });
});

describe('the graph with the option export', () => {
  const context = (root: string, options: unknown) => ({
    workspaceRoot: root,
    nxJsonConfiguration: { plugins: [{ plugin: 'chargen-plugin', options }] },
  });

  async function targetsOf(
    root: string,
    options: { contentRoot: string; export?: true | { formats: 'avif'[] } },
  ) {
    const paths = [
      'characters/ione',
      'characters/lock-keeper',
      'locations/low-quay',
      'chapters/first-crossing',
    ];
    const files = paths.map((path) => `content/${path}/imagery.yaml`);
    const nodes = await createNodes[1](files, options, context(root, options));
    return new Map(nodes.flatMap(([, { projects = {} }]) => Object.entries(projects)));
  }

  it('reads pictures by patterns alone, those that a scene shows too, and depends on nothing', async () => {
    const workspace = await TestWorkspace.create({ files: await smallWorld() });
    try {
      expect((await targetsOf(workspace.root, { contentRoot: 'content' })).get('content')).toBeUndefined();
      const projects = await targetsOf(workspace.root, { contentRoot: 'content', export: true });
      const chapter = projects.get('content/chapters/first-crossing')?.targets?.['export'];
      expect(chapter).toMatchObject({
        cache: true,
        outputs: ['{workspaceRoot}/dist/pictures/chapter/first-crossing'],
      });
      expect(chapter?.dependsOn).toBeUndefined();
      expect(chapter?.inputs).toContainEqual({ fileset: '{projectRoot}/images/*.png', includeIgnored: true });
      const shown = '{workspaceRoot}/content/locations/low-quay/images/establishing.png';
      expect(chapter?.inputs).toContainEqual({ fileset: shown, includeIgnored: true });
      expect(projects.get('content')).toMatchObject({
        name: 'pictures',
        targets: { 'export-manifest': { dependsOn: [{ target: 'export', projects: { length: 4 } }] } },
      });
      await workspace.write('content/package.json', '{"name":"our-world"}');
      const named = await targetsOf(workspace.root, {
        contentRoot: 'content',
        export: { formats: ['avif'] },
      });
      expect(named.get('content')).not.toHaveProperty('name');
      await rm(workspace.path('content/package.json'));
    } finally {
      await workspace.remove();
    }
  });

  it.each(['..', '../out', '/srv/www', '.', './', 'C:\\out', 'a/../..', '\\out', ''])(
    'takes no folder outside of the workspace, such as "%s"',
    (folder) => {
      expect(exportSchema.safeParse({ folder }).success).toBe(false);
    },
  );

  it('takes a folder in any way of writing it, and two worlds only with a folder each', () => {
    expect(exportSchema.parse({ folder: 'site\\public/./pictures/' })).toMatchObject({
      folder: 'site/public/pictures',
    });
    const entry = (contentRoot: string, folder: string): unknown => ({
      plugin: 'chargen-plugin',
      options: { contentRoot, workspaceId: contentRoot, export: { folder } },
    });
    expect(() => worldEntries([entry('content', 'dist/a'), entry('saga', 'dist/a/b')])).toThrow(
      'export to "dist/a" and "dist/a/b". Give each a folder of its own',
    );
    expect(worldEntries([entry('content', 'dist/a'), entry('saga', 'dist/ab')])).toHaveLength(2);
  });
});
