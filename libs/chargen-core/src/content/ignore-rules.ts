import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, posix, resolve } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { gitdirIn } from './own-folders.js';

/** The rules of one file, which hold for what is below its folder. */
interface Rules {
  /** Relative to the workspace; empty for the workspace itself. */
  readonly folder: string;
  readonly patterns: Ignore;
}

/**
 * Which files a workspace ignores, exactly as Nx judges it (crate `ignore`, as in nx/src/native/walker.rs): a
 * `.nxignore` wins over a `.gitignore`, the deeper of two files of a kind wins, then come `.git/info/exclude` and
 * the user's own excludes file. Files above the workspace do not count.
 */
export class IgnoreRules {
  private constructor(
    readonly workspaceRoot: string,
    /** Each list from the deepest folder upwards. */
    private readonly nx: readonly Rules[],
    private readonly git: readonly Rules[],
    private readonly user: readonly Rules[],
  ) {}

  static async open(workspaceRoot: string): Promise<IgnoreRules> {
    const user = await Promise.all(
      [await excludeFile(workspaceRoot), await userExcludesFile()].map((path) => rulesIn(path, '')),
    );
    return new IgnoreRules(workspaceRoot, [], [], user.flat());
  }

  /** The rules inside a folder, relative to the workspace. */
  async in(folder: string): Promise<IgnoreRules> {
    const [nx, git] = await Promise.all(
      ['.nxignore', '.gitignore'].map((name) => rulesIn(join(this.workspaceRoot, folder, name), folder)),
    );
    if (nx?.length === 0 && git?.length === 0) return this;
    return new IgnoreRules(
      this.workspaceRoot,
      [...(nx ?? []), ...this.nx],
      [...(git ?? []), ...this.git],
      this.user,
    );
  }

  /** Whether what is at a path is ignored, asked after the folders above it were found not to be. */
  ignores(path: string, isFolder: boolean): boolean {
    for (const rules of [...this.nx, ...this.git, ...this.user]) {
      const verdict = judge(rules, path, isFolder);
      if (verdict !== undefined) return verdict;
    }
    return false;
  }
}

function judge({ folder, patterns }: Rules, path: string, isFolder: boolean): boolean | undefined {
  const inside = posix.relative(folder, path);
  const { ignored, unignored } = patterns.test(isFolder ? `${inside}/` : inside);
  if (unignored) return false;
  if (!ignored) return undefined;
  // The library answers for a folder above as well; that one was judged by all rules together before.
  const above = posix.dirname(inside);
  return above !== '.' && patterns.test(`${above}/`).ignored ? undefined : true;
}

async function rulesIn(path: string | undefined, folder: string): Promise<Rules[]> {
  if (path === undefined) return [];
  try {
    const text = await readFile(path, 'utf8');
    return [{ folder: folder === '.' ? '' : folder, patterns: ignore({ ignorecase: false }).add(text) }];
  } catch {
    return [];
  }
}

/** `.git/info/exclude`, also of a linked worktree, whose `.git` is a file that leads there. */
async function excludeFile(workspaceRoot: string): Promise<string> {
  const git = join(workspaceRoot, '.git');
  try {
    const own = resolve(workspaceRoot, gitdirIn(await readFile(git, 'utf8')) ?? git);
    const common = (await readFile(join(own, 'commondir'), 'utf8')).trim();
    return join(resolve(own, common), 'info', 'exclude');
  } catch {
    return join(git, 'info', 'exclude');
  }
}

/** `core.excludesFile` of the user's git, else git's usual place for it. */
async function userExcludesFile(): Promise<string> {
  const home = homedir();
  const named = process.env['XDG_CONFIG_HOME'];
  const config = named === undefined || named === '' ? join(home, '.config') : named;
  for (const file of [join(home, '.gitconfig'), join(config, 'git', 'config')]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const path = /^\s*excludesfile\s*=\s*"?\s*(\S+?)\s*"?\s*$/im.exec(text)?.[1];
    if (path === undefined) continue;
    const whole = path.startsWith('~/') ? join(home, path.slice(2)) : path;
    return isAbsolute(whole) ? whole : join(home, whole);
  }
  return join(config, 'git', 'ignore');
}
