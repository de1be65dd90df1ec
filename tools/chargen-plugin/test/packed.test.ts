import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { installPacked, packAll, type Packed } from '../../../test/support/packages.js';
import { REPOSITORY, run, type Finished } from '../../../test/support/workspace.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Manifest {
  name: string;
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

const ENVIRONMENT = {
  CI: 'true',
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NO_COLOR: '1',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
};

class Foreign {
  readonly root: string;

  constructor(readonly name: string) {
    this.root = join(base, name);
  }

  async create(dependencies: Record<string, string>): Promise<void> {
    await run('mkdir', ['-p', this.root], base, process.env);
    await this.write('package.json', { name: 'tales', private: true, devDependencies: dependencies });
    await this.write('nx.json', { analytics: false });
    await this.write('.gitignore', 'node_modules\n');
    await run('git', ['init', '-q', '-b', 'main'], this.root, process.env);
  }

  write(path: string, data: unknown): Promise<void> {
    const text = typeof data === 'string' ? data : JSON.stringify(data, undefined, 2);
    return writeFile(join(this.root, path), text);
  }

  run(command: string, ...args: string[]): Promise<Finished> {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(NX_|CHARGEN_|VITEST|NODE_OPTIONS|GOOGLE_|GEMINI_|MYTHICINDEX_)/.test(name),
    );
    const env = {
      ...Object.fromEntries(kept),
      ...ENVIRONMENT,
      NX_CACHE_DIRECTORY: join(this.root, '.nx', 'cache'),
      NX_WORKSPACE_DATA_DIRECTORY: join(this.root, '.nx', 'data'),
    };
    return run(join(this.root, 'node_modules', '.bin', command), args, this.root, env);
  }
}

/** What the README tells to do in a workspace of one's own, without TypeScript, ESLint or vitest. */
async function quickStart(foreign: Foreign): Promise<void> {
  const did = async (command: string, ...args: string[]): Promise<string> => {
    const { code, output } = await foreign.run(command, ...args);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${output}`);
    return output;
  };
  await did('nx', 'g', 'chargen-plugin:init', '--contentRoot=world', '--skipPackageJson');
  await did('nx', 'g', 'chargen-plugin:entity', 'Ada Fenwick', '--type=character', '--appearance=Red hair.');
  await did(
    'nx',
    'g',
    'chargen-plugin:scene',
    'ada-fenwick',
    'At the window',
    '--prompt=Ada looks at the rain.',
  );
  await did('nx', 'g', 'chargen-plugin:entity', 'The Quay', '--type=location', '--prompt=A quay in fog.');
  expect(await did('nx', 'run-many', '-t', 'generate', '-c', 'preview')).toContain('for 2 projects');
  for (const picture of [
    'world/characters/ada-fenwick/images/preview/at-the-window.png',
    'world/locations/the-quay/images/preview/establishing.png',
  ]) {
    expect(existsSync(join(foreign.root, picture)), picture).toBe(true);
  }
  expect(await did('nx', 'run-many', '-t', 'generate', '-c', 'preview')).toMatch(
    /read the output from the cache.*2 out of 2|2 out of 2 tasks/,
  );
  expect(await did('chargen', 'check')).toBeDefined();
  expect(await did('chargen-cache-server', '--help')).toContain('CHARGEN_CACHE_TOKEN');
  const real = await foreign.run('nx', 'run-many', '-t', 'generate');
  expect(real.code).not.toBe(0);
  expect(real.output).toContain('MYTHICINDEX_GOOGLE_API_KEY');
}

describe('a workspace that is not this one', () => {
  it('runs the quick start of the plugin from the packed packages', async () => {
    const foreign = new Foreign('unpacked');
    await foreign.create({});
    await installPacked(foreign.root, packed);
    await run(
      'ln',
      ['-s', join(REPOSITORY, 'node_modules/nx/dist/bin/nx.js'), 'node_modules/.bin/nx'],
      foreign.root,
      process.env,
    );
    await quickStart(foreign);
  }, 120_000);
});

/** Real installs need a registry, so they are asked for: CHARGEN_REGISTRY=1, as CI does. */
const INSTALLS =
  process.env['CHARGEN_REGISTRY'] === '1'
    ? ([
        ['npm', '24.0.0'],
        ['npm', '23.3.2'],
        ['pnpm', '24.0.0'],
      ] as const)
    : [];

describe.each(INSTALLS)('a workspace made by %s with Nx %s', (manager, version) => {
  it('runs the quick start of the plugin from the packed packages', async () => {
    const foreign = new Foreign(`${manager}-${version}`);
    const tarballs = Object.fromEntries(packed.map((one) => [one.name, `file:${one.tarball}`]));
    await foreign.create({ nx: version, ...tarballs });
    if (manager === 'pnpm') {
      // The tarballs name each other by version; a published set would be found in the registry.
      const lines = packed.map((one) => `  ${one.name}: file:${one.tarball}`);
      await foreign.write('pnpm-workspace.yaml', `packages: []\noverrides:\n${lines.join('\n')}\n`);
    }
    const installed =
      manager === 'npm'
        ? await run('npm', ['install', '--no-audit', '--no-fund'], foreign.root, process.env)
        : await run(join(REPOSITORY, 'node_modules/.bin/pnpm'), ['install'], foreign.root, process.env);
    expect(installed.code, installed.output).toBe(0);
    await quickStart(foreign);
  }, 400_000);
});
