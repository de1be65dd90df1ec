import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** The root of this repository. */
export const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const MODULES = join(REPOSITORY, 'node_modules');

/** The command of Nx, as a file for Node. */
export const NX = join(MODULES, 'nx', 'dist', 'bin', 'nx.js');
const COMPILE_CACHE = join(REPOSITORY, 'test', 'support', 'compile-cache.cjs');

/** For processes of Nx in tests. */
export const QUICK_NX = {
  // Half of the time of a call; daemon.test.ts loads the plugin as users do, in a process of its own.
  NX_ISOLATE_PLUGINS: 'false',
  NODE_OPTIONS: `--require "${COMPILE_CACHE}"`,
};

export interface Finished {
  readonly code: number | null;
  /** Standard output and standard error, in the order in which they came, without colours. */
  readonly output: string;
}

export interface WorkspaceOptions {
  /** Files by path, as text or bytes; `sample` copies the repository's own content. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly sample?: boolean;
  readonly pluginOptions?: Readonly<Record<string, unknown>>;
  /** Lines added to .gitignore, such as `content/*\/*\/images/*.recipe.json`. */
  readonly gitignore?: readonly string[];
}

/** A content repository in a temporary folder, with its own git history, Nx cache and Nx workspace data. */
export class TestWorkspace {
  readonly env: Record<string, string> = {};
  readonly #children = new Set<ChildProcess>();

  private constructor(
    readonly root: string,
    readonly base: string,
  ) {}

  static async create(options: WorkspaceOptions): Promise<TestWorkspace> {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'chargen-test-')));
    const workspace = new TestWorkspace(join(base, 'workspace'), base);
    await mkdir(workspace.root, { recursive: true });
    if (options.sample === true) {
      await cp(join(REPOSITORY, 'content'), join(workspace.root, 'content'), {
        recursive: true,
        filter: (source) => !source.includes('/images/preview'),
      });
    }
    const plugin = {
      plugin: 'chargen-plugin',
      options: { contentRoot: 'content', workspaceId: 'test-world', ...options.pluginOptions },
    };
    await workspace.write(
      'nx.json',
      JSON.stringify({ analytics: false, defaultBase: 'main', plugins: [plugin] }),
    );
    await workspace.write('package.json', JSON.stringify({ name: 'test-world', private: true }));
    const ignored = [
      'node_modules',
      '.nx',
      '.chargen',
      '**/images/preview/',
      '.env',
      ...(options.gitignore ?? []),
    ];
    await workspace.write('.gitignore', `${ignored.join('\n')}\n`);
    for (const [path, data] of Object.entries(options.files ?? {})) await workspace.write(path, data);
    await symlink(MODULES, join(workspace.root, 'node_modules'));
    await workspace.git('init', '-q', '-b', 'main');
    await workspace.commit('the world');
    return workspace;
  }

  /** From now on a folder stands in the place of Nx among the packages; without one, Nx again. */
  async installNx(folder = join(MODULES, 'nx')): Promise<void> {
    const own = this.path('node_modules');
    await rm(own, { recursive: true });
    await mkdir(own);
    for (const name of await readdir(MODULES)) {
      await symlink(name === 'nx' ? folder : join(MODULES, name), join(own, name));
    }
  }

  /** A second clone, as a teammate has it, or one of where both push to: what git holds, and nothing else. */
  async clone(origin = this.root): Promise<TestWorkspace> {
    return this.#other((root) => this.git('clone', '-q', origin, root));
  }

  /** A second working tree of the same repository, with a branch of its own. */
  async worktree(): Promise<TestWorkspace> {
    return this.#other((root) => this.git('worktree', 'add', '-q', root));
  }

  async #other(make: (root: string) => Promise<unknown>): Promise<TestWorkspace> {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'chargen-clone-')));
    const other = new TestWorkspace(join(base, 'workspace'), base);
    await make(other.root);
    await symlink(join(REPOSITORY, 'node_modules'), join(other.root, 'node_modules'));
    return other;
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  async write(path: string, data: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true });
    await writeFile(this.path(path), data);
  }

  read(path: string): Promise<string> {
    return readFile(this.path(path), 'utf8');
  }

  bytes(path: string): Promise<Buffer> {
    return readFile(this.path(path));
  }

  /** Replaces text in a file; throws where it is not there, so that an edit that does nothing is seen. */
  async edit(path: string, from: string, to: string): Promise<void> {
    const text = await this.read(path);
    if (!text.includes(from)) throw new Error(`${path} does not contain "${from}".`);
    await this.write(path, text.replace(from, to));
  }

  async git(...args: string[]): Promise<string> {
    const settings = ['user.email=writer@example.invalid', 'user.name=Writer', 'maintenance.auto=false'];
    const given = settings.flatMap((setting) => ['-c', setting]);
    const finished = await run('git', [...given, ...args], this.root, process.env);
    if (finished.code !== 0) throw new Error(`git ${args.join(' ')}: ${finished.output}`);
    return finished.output;
  }

  async commit(message: string): Promise<void> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
  }

  nx(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return this.start(args, env).finished;
  }

  /** Starts Nx without waiting for its end. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): { child: ChildProcess; finished: Promise<Finished> } {
    const { child, finished } = launch(process.execPath, [NX, ...args], this.root, {
      ...this.environment(),
      ...env,
    });
    this.#children.add(child);
    return { child, finished };
  }

  /** No key, no proxy to the outside, and nothing shared with other workspaces of this machine. */
  environment(): Record<string, string> {
    const kept = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        value === undefined || /^(NX_|CHARGEN_|VITEST|NODE_OPTIONS|GOOGLE_|GEMINI_|MYTHICINDEX_)/.test(name)
          ? []
          : [[name, value]],
      ),
    );
    return {
      ...kept,
      CI: 'true',
      NX_DAEMON: 'false',
      ...QUICK_NX,
      NX_TUI: 'false',
      NX_CACHE_DIRECTORY: join(this.base, 'nx-cache'),
      NX_WORKSPACE_DATA_DIRECTORY: join(this.base, 'nx-data'),
      NO_COLOR: '1',
      FORCE_COLOR: '0',
      CHARGEN_POLL_INTERVAL_MS: '10',
      CHARGEN_SETTLE_MS: '200',
      ...this.env,
    };
  }

  async remove(): Promise<void> {
    for (const child of this.#children) if (child.exitCode === null) child.kill('SIGKILL');
    await rm(this.base, { recursive: true, force: true, maxRetries: 3 });
  }
}

export function launch(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): { child: ChildProcess; finished: Promise<Finished> } {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output: stripVTControlCharacters(output) });
    });
  });
  return { child, finished };
}

export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Finished> {
  return launch(command, args, cwd, env).finished;
}
