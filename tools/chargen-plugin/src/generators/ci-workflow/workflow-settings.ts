/** What the workflows of a repository differ in. */
export interface WorkflowSettings {
  /** Pushes to it make pictures; pull requests of pictures go to it. */
  readonly branch: string;
  /** How long a job waits for Google, such as `20m`. */
  readonly wait: string;
  /** US dollars that one run may cost. */
  readonly maxCost: number;
  /** Whether pictures are in Git LFS. */
  readonly lfs: boolean;
  readonly commands: PackageCommands;
  /** False: nothing runs by itself, on a push or a schedule. */
  readonly runsByItself: boolean;
}

/** The commands of a package manager in a job. */
export interface PackageCommands {
  /** Installs exactly what the lock file says. */
  readonly install: string;
  /** What stands before a command of an installed package. */
  readonly run: string;
}

/** Nothing that is missing is downloaded for it: `chargen-ci` is of the version in the lock file, or fails. */
const INSTALLED = 'npx --no-install';

/** By the lock file at the root; npm without one. Yarn is asked itself, since with PnP there is no node_modules. */
export function packageCommandsOf(has: (file: string) => boolean): PackageCommands {
  if (has('pnpm-lock.yaml')) return { install: 'corepack pnpm install --frozen-lockfile', run: INSTALLED };
  if (has('bun.lock') || has('bun.lockb'))
    return { install: 'npx --yes bun install --frozen-lockfile', run: INSTALLED };
  if (!has('yarn.lock')) return { install: 'npm ci', run: INSTALLED };
  // Yarn 1 does not know `--immutable`, and has no such file.
  const flag = has('.yarnrc.yml') ? '--immutable' : '--frozen-lockfile';
  return { install: `corepack yarn install ${flag}`, run: 'corepack yarn' };
}

/** Minutes that a job may take: what it waits, and 25 more to install, to make requests and to fetch pictures. */
export function minutesOfJob(wait: string): number {
  const [, amount = '20', unit = 'm'] = /^(\d+)([smh])$/.exec(wait) ?? [];
  const minutes = { s: 1 / 60, m: 1, h: 60 }[unit] ?? 1;
  return Math.ceil(Number(amount) * minutes) + 25;
}
