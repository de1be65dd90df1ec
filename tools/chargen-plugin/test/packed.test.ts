import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CELLS, cellsOf } from '../../../test/support/foreign-cells.js';
import {
  ForeignWorkspace,
  lockedVersions,
  namedVersions,
  ofEarlierVersion,
  outputOf,
  quickStart,
  wantedIn,
} from '../../../test/support/foreign-workspace.js';
import { installPacked, packAll, type Packed } from '../../../test/support/packages.js';
import { Registry, repacked } from '../../../test/support/registry.js';
import { QUICK_NX, REPOSITORY, run } from '../../../test/support/workspace.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Manifest {
  name: string;
  version: string;
  main?: string;
  exports?: Record<string, unknown>;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  executors?: string;
  generators?: string;
  'nx-migrations'?: unknown;
}

let base: string;
let packed: Packed[];

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'chargen-packed-')));
  packed = await packAll(base);
}, 120_000);

afterAll(() => rm(base, { recursive: true, force: true }));

describe('the packages as they are published', () => {
  it('hold what runs and no tests, sources or build records', () => {
    expect(packed.map((one) => one.name)).toEqual(expect.arrayContaining(['chargen-core', 'chargen-plugin']));
    for (const { name, files } of packed) {
      expect(files, name).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(?:test|src|bench)\/|\.tsbuildinfo$|\.test\./)]),
      );
      expect(files.some((file) => file.startsWith('dist/'))).toBe(true);
    }
  });

  it('have every file that their manifests name', async () => {
    for (const { folder, files } of packed) {
      const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
      const named = JSON.stringify([
        manifest.main,
        manifest.exports,
        Object.values(manifest.bin ?? {}),
        manifest.executors,
        manifest.generators,
        manifest['nx-migrations'],
        // What Nx loads by these files of the package.
        ...(await Promise.all(
          ['executors.json', 'generators.json', 'migrations.json']
            .filter((file) => files.includes(file))
            .map(async (file): Promise<unknown> => JSON.parse(await readFile(join(folder, file), 'utf8'))),
        )),
      ]).match(/"(?:\.\/)?[\w./-]+\.(?:js|mjs|json|d\.ts)"/g);
      for (const path of named ?? []) expect(files).toContain(path.slice(1, -1).replace(/^\.\//, ''));
    }
  });

  // npm makes them executable where git does not, and a fresh clone then has a changed file.
  it.runIf(existsSync(join(REPOSITORY, '.git')))('have commands that git keeps executable', async () => {
    for (const { folder } of packed) {
      const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
      for (const command of Object.values(manifest.bin ?? {})) {
        const { output } = await run('git', ['ls-files', '--stage', command], folder, process.env);
        expect(output, `${manifest.name}: ${command}`).toMatch(/^100755 /);
      }
    }
  });

  it('depend on each other by exact versions, and on nothing that is not installed', async () => {
    for (const { folder } of packed) {
      const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
      for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
        // The kit of Nx follows the Nx of the workspace.
        const form = name === '@nx/devkit' ? /^>=23\.0\.0 <25\.0\.0$/ : /^\d+\.\d+\.\d+$/;
        expect(version, `${manifest.name}: ${name}`).toMatch(form);
      }
    }
  });

  it('are clean for publint and attw', async () => {
    for (const { name, tarball, folder } of packed) {
      const data = Uint8Array.from(await readFile(tarball));
      const { messages } = await publint({ pack: { tarball: data.buffer }, strict: true });
      expect({ name, messages }).toEqual({ name, messages: [] });
      const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
      if (manifest.exports === undefined) continue;
      const checked = await checkPackage(createPackageFromTarballData(data), {
        excludeEntrypoints: ['schema'],
      });
      // ESM for Node and nothing else: what CommonJS of old Node versions sees is no concern.
      const problems = (checked.types === false ? [] : checked.problems).filter(
        (one) => !('resolutionKind' in one && ['node10', 'node16-cjs'].includes(one.resolutionKind)),
      );
      expect({ name, problems }).toEqual({ name, problems: [] });
    }
  }, 120_000);
});

describe('a workspace that is not this one', () => {
  it('is each one of the table in docs/nx.md, which npm run test:foreign prints', async () => {
    const docs = (await readFile(join(REPOSITORY, 'docs/nx.md'), 'utf8')).replace(/ +/g, ' ').split('\n');
    for (const cell of CELLS) {
      const row = `${cellsOf(cell)} | ${cell.node}.`;
      expect(
        docs.filter((line) => line.startsWith(row)),
        row,
      ).toHaveLength(1);
    }
  });

  it('runs the quick start of the plugin, and nx migrate moves all packages to one version', async () => {
    const registry = await Registry.start({ isOffline: true });
    onTestFinished(() => registry.close());
    const version = packed[0]?.version ?? '';
    const earlier = await repacked(packed, '0.0.9', base);
    await registry.publish(earlier, 'latest');
    await registry.publish(packed, 'next');
    const foreign = new ForeignWorkspace(join(base, 'tales'), undefined, {
      ...registry.environment,
      ...QUICK_NX,
      NX_MIGRATE_USE_LOCAL: 'true',
    });
    const nx = JSON.parse(
      await readFile(join(REPOSITORY, 'node_modules/nx/package.json'), 'utf8'),
    ) as Manifest;
    await foreign.create({ nx: nx.version });
    await installPacked(foreign.root, earlier);
    await foreign.did('nx', 'g', 'chargen-plugin:init', '--skipPackageJson');
    await quickStart(foreign);
    expect(await foreign.did('chargen-cache-server', '--help')).toContain('CHARGEN_CACHE_TOKEN');

    await ofEarlierVersion(foreign, '0.0.9');
    await foreign.did('nx', 'migrate', 'chargen-plugin@next');
    expect(await namedVersions(foreign)).toEqual(wantedIn(version));
    outputOf('npm', await foreign.start('npm', 'install', '--package-lock-only'));
    expect([...(await lockedVersions(foreign))].filter((one) => !one.endsWith(` ${version}`))).toEqual([]);
    expect(await foreign.read('migrations.json')).toContain('"name-the-workspace"');
  }, 240_000);
});
