import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, plainEnvironment, runCommand, type CommandRun } from '../command.js';
import { REPOSITORY } from '../place.js';

const NX = join(REPOSITORY, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
/** Plain JavaScript, taken as it is: compiled, this file lies in bench/dist/make. */
const TRIVIAL = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'trivial-plugin');

export type Plugin = 'chargen-plugin' | 'trivial-plugin' | 'none';

/** A workspace with an Nx cache of its own, in `<base>/workspace`. */
export class NxWorkspace {
  constructor(readonly base: string) {}

  get root(): string {
    return join(this.base, 'workspace');
  }

  /** What Nx and its plugins keep for the next process. */
  get dataFolder(): string {
    return join(this.base, 'nx-data');
  }

  /** Makes a git repository of the folder, with one plugin, and the packages of this repository. */
  async prepare(plugin: Plugin): Promise<void> {
    const options = plugin === 'chargen-plugin' ? { contentRoot: 'content', workspaceId: 'bench' } : {};
    const plugins = plugin === 'none' ? [] : [{ plugin, options }];
    await mkdir(this.root, { recursive: true });
    await this.#write('nx.json', { analytics: false, defaultBase: 'main', plugins });
    await this.#write('package.json', { name: 'bench-world', private: true });
    await writeFile(join(this.root, '.gitignore'), 'node_modules\n.nx\n.chargen\n');
    await linkPackages(this.root);
    await cp(TRIVIAL, join(this.root, 'node_modules', 'trivial-plugin'), { recursive: true });
    await this.#git('init', '-q', '-b', 'main');
    await this.#git('add', '-A');
    await this.#git(
      '-c',
      'user.email=bench@example.invalid',
      '-c',
      'user.name=Bench',
      'commit',
      '-q',
      '-m',
      'world',
    );
  }

  /** Runs Nx without a daemon and rejects where it fails. `preload` is a module for each of its processes. */
  async nx(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    preload: readonly string[] = [],
  ): Promise<CommandRun> {
    return runCommand({
      args: [NX, ...args],
      cwd: this.root,
      env: { ...this.environment(), ...env },
      scratch: this.base,
      preload,
      // Nx's plugin workers end when they see that it is gone, and write their last word then.
      lingers: 200,
    });
  }

  environment(): Record<string, string> {
    return {
      ...plainEnvironment(),
      CI: 'true',
      NX_DAEMON: 'false',
      NX_TUI: 'false',
      NX_CACHE_DIRECTORY: join(this.base, 'nx-cache'),
      NX_WORKSPACE_DATA_DIRECTORY: this.dataFolder,
      NO_COLOR: '1',
    };
  }

  async #write(path: string, data: unknown): Promise<void> {
    await writeFile(join(this.root, path), `${JSON.stringify(data, undefined, 2)}\n`);
  }

  async #git(...args: string[]): Promise<void> {
    const { code, output } = await launch('git', args, this.root, process.env);
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${output}`);
  }
}

/** A workspace for the command alone, so that the plugin's options are known and the packages can be found. */
export async function prepareForCommand(root: string): Promise<void> {
  const plugins = [{ plugin: 'chargen-plugin', options: { contentRoot: 'content', workspaceId: 'bench' } }];
  await writeFile(join(root, 'nx.json'), JSON.stringify({ analytics: false, plugins }));
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'bench-world', private: true }));
  await linkPackages(root);
}

async function linkPackages(root: string): Promise<void> {
  const from = join(REPOSITORY, 'node_modules');
  const to = join(root, 'node_modules');
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) await symlink(join(from, name), join(to, name));
}
