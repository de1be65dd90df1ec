/** How `npm run test:foreign` installs chargen. `pnp` has no node_modules at all. */
export type Manager = 'npm' | 'pnpm' | 'yarn' | 'yarn-pnp' | 'bun';

export interface Cell {
  readonly manager: Manager;
  readonly nx: string;
  /** As `npm exec --package=node@…` takes it. */
  readonly node: string;
  /** Whether the workspace names the kit of Nx itself; else it comes with chargen-plugin. */
  readonly kit?: string;
}

/** Each manager, each Nx and each Node at least once, and the corners: the oldest and the newest of all. */
export const CELLS: readonly Cell[] = [
  { manager: 'npm', nx: '23.3.2', node: '20.19', kit: '23.3.2' },
  { manager: 'npm', nx: '24.0.6', node: '26' },
  { manager: 'pnpm', nx: '23.3.2', node: '26' },
  { manager: 'pnpm', nx: '24.0.6', node: '24' },
  { manager: 'yarn', nx: '24.0.6', node: '22' },
  { manager: 'yarn-pnp', nx: '24.0.6', node: '24' },
  { manager: 'bun', nx: '24.0.6', node: '20.19' },
];

/** The package that brings each manager, beside npm itself. */
export const TOOLS = {
  pnpm: 'pnpm@10.34.8',
  yarn: '@yarnpkg/cli-dist@4.18.1',
  bun: 'bun@1.4.5',
} as const;

const NAMES = {
  npm: 'npm',
  pnpm: 'pnpm',
  yarn: 'yarn 4 (node_modules)',
  'yarn-pnp': 'yarn 4 (PnP)',
  bun: 'bun',
} as const satisfies Record<Manager, string>;

export function titleOf({ manager, nx, node }: Cell): string {
  return `${NAMES[manager]} with Nx ${nx} on Node ${node}`;
}

export interface Row {
  readonly cell: Cell;
  /** The exact version that ran. */
  readonly node: string;
}

/** What went through, as docs/nx.md shows it. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ cell, node }) => `${cellsOf(cell)} | ${node} |`);
  return ['| package manager | Nx | @nx/devkit | Node |', '| -- | -- | -- | -- |', ...lines].join('\n');
}

/** The first columns of a row. */
export function cellsOf({ manager, nx, kit }: Cell): string {
  return ['', NAMES[manager], nx, kit ?? 'of the plugin'].join(' | ').trim();
}
