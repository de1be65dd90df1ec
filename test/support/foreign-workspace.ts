import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { launch, run, type Finished } from './workspace.js';

const ENVIRONMENT = {
  CI: 'true',
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NO_COLOR: '1',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
};

/** A workspace of somebody else: no TypeScript, no ESLint, no vitest, and nothing of this repository's set-up. */
export class ForeignWorkspace {
  constructor(
    readonly root: string,
    /** How a command of an installed package is called; by default it is in `node_modules/.bin`. */
    readonly caller: (command: string) => readonly string[] = (command) => [
      join(root, 'node_modules', '.bin', command),
    ],
    readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  async create(dependencies: Readonly<Record<string, string>>, more: object = {}): Promise<void> {
    await mkdir(this.root, { recursive: true });
    await this.write('package.json', {
      name: 'tales',
      private: true,
      devDependencies: dependencies,
      ...more,
    });
    await this.write('nx.json', { analytics: false });
    await this.write('.gitignore', 'node_modules\n');
    await run('git', ['init', '-q', '-b', 'main'], this.root, process.env);
  }

  write(path: string, data: unknown): Promise<void> {
    const text = typeof data === 'string' ? data : JSON.stringify(data, undefined, 2);
    return writeFile(join(this.root, path), text);
  }

  read(path: string): Promise<string> {
    return readFile(join(this.root, path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** Runs a command that a package brings. */
  run(command: string, ...args: string[]): Promise<Finished> {
    const [program = command, ...before] = this.caller(command);
    return this.start(program, ...before, ...args);
  }

  /** Runs any program as this workspace's people would. */
  start(program: string, ...args: string[]): Promise<Finished> {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(NX_|CHARGEN_|VITEST|NODE_OPTIONS|GOOGLE_|GEMINI_|MYTHICINDEX_)/.test(name),
    );
    const env = {
      ...Object.fromEntries(kept),
      ...ENVIRONMENT,
      NX_CACHE_DIRECTORY: join(this.root, '.nx', 'cache'),
      NX_WORKSPACE_DATA_DIRECTORY: join(this.root, '.nx', 'data'),
      ...this.environment,
    };
    return launch(program, args, this.root, env).finished;
  }

  /** The same, which must succeed; its output. */
  async did(command: string, ...args: string[]): Promise<string> {
    return outputOf(`${command} ${args.join(' ')}`, await this.run(command, ...args));
  }
}

/** What a workspace names of chargen. */
export const WANTED = ['chargen-cli', 'chargen-core', 'chargen-plugin'] as const;

export function wantedIn(version: string): Record<string, string> {
  return Object.fromEntries(WANTED.map((name) => [name, version]));
}

/** The packages of chargen in package.json, with their versions. */
export async function namedVersions(foreign: ForeignWorkspace): Promise<Record<string, string>> {
  const manifest = JSON.parse(await foreign.read('package.json')) as Record<string, Record<string, string>>;
  const all = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] });
  return Object.fromEntries(all.filter(([name]) => name.startsWith('chargen-')));
}

/** Every version of our packages that npm resolved, however deep. */
export async function lockedVersions(foreign: ForeignWorkspace): Promise<ReadonlySet<string>> {
  const lock = JSON.parse(await foreign.read('package-lock.json')) as {
    packages: Record<string, { version: string }>;
  };
  const ours = /node_modules\/(chargen-[a-z-]+|gemini-emulator|yaml-splice)$/;
  return new Set(
    Object.entries(lock.packages).flatMap(([path, { version }]) => {
      const name = ours.exec(path)?.[1];
      return name === undefined ? [] : [`${name} ${version}`];
    }),
  );
}

/** As a workspace of the first days was set up: named packages, and an entry without an identity. */
export async function ofEarlierVersion(foreign: ForeignWorkspace, version: string): Promise<void> {
  const manifest = JSON.parse(await foreign.read('package.json')) as { devDependencies: object };
  const devDependencies = { ...manifest.devDependencies, ...wantedIn(version) };
  await foreign.write('package.json', { ...manifest, devDependencies });
  await foreign.write('nx.json', {
    analytics: false,
    plugins: [{ plugin: 'chargen-plugin', options: { contentRoot: 'content' } }],
  });
}

export function outputOf(what: string, { code, output }: Finished): string {
  if (code !== 0) throw new Error(`${what} ended with ${String(code)}: ${output}`);
  return output;
}

/** What docs/nx.md tells to do in a workspace of one's own, once the plugin is registered. */
export async function quickStart(foreign: ForeignWorkspace): Promise<void> {
  await foreign.did('nx', 'g', 'chargen-plugin:entity', 'Ada Fenwick', '--type=character');
  await foreign.did(
    'nx',
    'g',
    'chargen-plugin:scene',
    'ada-fenwick',
    'At the window',
    '--prompt=Ada looks at the rain.',
  );
  expect(await foreign.did('nx', 'run-many', '-t', 'generate', '-c', 'preview')).toContain('generate');
  const picture = 'content/characters/ada-fenwick/images/preview/at-the-window.png';
  expect(foreign.has(picture), picture).toBe(true);
  expect(await foreign.did('nx', 'run-many', '-t', 'generate', '-c', 'preview')).toMatch(
    /1 out of 1|read the output from the cache|existing outputs match the cache/,
  );
}

/** Without a key the run ends with the name of the variable, whatever the version of Nx makes of it. */
export async function needsKey(foreign: ForeignWorkspace): Promise<void> {
  const real = await foreign.run('nx', 'run-many', '-t', 'generate');
  expect(real.code).not.toBe(0);
  expect(real.output).toContain('MYTHICINDEX_GOOGLE_API_KEY');
}
