import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CELLS, tableOf, titleOf, TOOLS, type Cell, type Row } from '../../../test/support/foreign-cells.js';
import {
  ForeignWorkspace,
  lockedVersions,
  namedVersions,
  needsKey,
  ofEarlierVersion,
  outputOf,
  quickStart,
  wantedIn,
} from '../../../test/support/foreign-workspace.js';
import { packAll, type Packed } from '../../../test/support/packages.js';
import { Registry, repacked } from '../../../test/support/registry.js';
import { run } from '../../../test/support/workspace.js';

const EARLIER = '0.0.9';

/** `npm run test:foreign`: real installs, which need a network. */
describe.runIf(process.env['CHARGEN_FOREIGN'] !== undefined)('a workspace that is not this one', () => {
  let base: string;
  let packed: Packed[];
  let registry: Registry;
  const rows: Row[] = [];

  beforeAll(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'chargen-foreign-')));
    packed = await packAll(base);
    registry = await Registry.start({ isOffline: false });
    await registry.publish(await repacked(packed, EARLIER, base), 'earlier');
    await registry.publish(packed, 'latest');
    await registry.publish(packed, 'next');
  }, 300_000);

  afterAll(async () => {
    process.stdout.write(`\n${tableOf(rows)}\n`);
    await registry.close();
    if (process.env['CHARGEN_FOREIGN'] === 'keep') process.stdout.write(`${base}\n`);
    else await rm(base, { recursive: true, force: true, maxRetries: 3 });
  }, 60_000);

  /** A file of an npm package that is no part of this repository; npm keeps it for the next time. */
  async function brought(spec: string, command: string): Promise<string> {
    const args = ['exec', '--yes', `--package=${spec}`, '--', 'node', '-p', 'process.execPath'];
    const which = ['exec', '--yes', `--package=${spec}`, '--', 'which', command];
    const finished = await run('npm', command === 'node' ? args : which, base, process.env);
    return outputOf(spec, finished).trim().split('\n').at(-1) ?? '';
  }

  /** A folder for PATH with the Node and the package manager of a cell, and nothing else. */
  async function programsOf({ manager, node }: Cell, folder: string): Promise<string> {
    const bin = join(folder, 'bin');
    await mkdir(bin, { recursive: true });
    const script = async (name: string, line: string): Promise<void> => {
      await writeFile(join(bin, name), `#!/bin/sh\nexec ${line} "$@"\n`);
      await chmod(join(bin, name), 0o755);
    };
    const program = await brought(`node@${node}`, 'node');
    await script('node', `"${program}"`);
    const tool = manager === 'yarn-pnp' ? 'yarn' : manager;
    if (tool === 'npm') return bin;
    const file = await realpath(await brought(TOOLS[tool], tool));
    await script(tool, tool === 'bun' ? `"${file}"` : `"${program}" "${file}"`);
    return bin;
  }

  async function workspaceOf(cell: Cell): Promise<ForeignWorkspace> {
    const folder = join(base, titleOf(cell).replace(/[^\w.]+/g, '-'));
    const bin = await programsOf(cell, folder);
    const isYarn = cell.manager.startsWith('yarn');
    const root = join(folder, 'tales');
    const foreign = new ForeignWorkspace(
      root,
      isYarn ? (command) => ['yarn', command] : (command) => [join(root, 'node_modules/.bin', command)],
      {
        ...registry.environment,
        // `nx migrate` looks for the attestation of the newest Nx, which only the public registry has.
        NX_SKIP_PROVENANCE_CHECK: 'true',
        PATH: [bin, process.env['PATH']].join(delimiter),
        // What was installed of our packages is of this build, and of no other one.
        YARN_GLOBAL_FOLDER: join(base, 'yarn'),
        BUN_INSTALL_CACHE_DIR: join(base, 'bun'),
        npm_config_store_dir: join(base, 'pnpm'),
        YARN_ENABLE_TELEMETRY: '0',
        YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
        YARN_NODE_LINKER: cell.manager === 'yarn-pnp' ? 'pnp' : 'node-modules',
      },
    );
    const kit = cell.kit === undefined ? {} : { '@nx/devkit': cell.kit };
    await foreign.create({ nx: cell.nx, ...kit }, isYarn ? { packageManager: 'yarn@4.18.1' } : {});
    return foreign;
  }

  it.each(CELLS.map((cell) => [titleOf(cell), cell] as const))(
    'goes with %s through nx add, generators, a preview and an all-hit rerun',
    async (_, cell) => {
      const foreign = await workspaceOf(cell);
      const program = cell.manager === 'yarn-pnp' ? 'yarn' : cell.manager;
      outputOf('install', await foreign.start(program, 'install'));
      await foreign.did('nx', 'add', 'chargen-plugin');
      expect(await namedVersions(foreign)).toEqual(wantedIn(packed[0]?.version ?? ''));
      await quickStart(foreign);
      await foreign.did('chargen', 'check');
      await needsKey(foreign);
      const node = outputOf('node', await foreign.start('node', '--version'))
        .trim()
        .slice(1);
      rows.push({ cell, node });
      await rm(dirname(foreign.root), { recursive: true, force: true, maxRetries: 3 });
    },
    900_000,
  );

  it('has one version of each package after nx migrate and npm install, and its migrations have run', async () => {
    const cell: Cell = { manager: 'npm', nx: '24.0.0', node: '24' };
    const foreign = await workspaceOf(cell);
    await ofEarlierVersion(foreign, EARLIER);
    outputOf('install', await foreign.start('npm', 'install'));
    await foreign.did('nx', 'migrate', 'chargen-plugin@next');
    const version = packed[0]?.version ?? '';
    expect(await namedVersions(foreign)).toEqual(wantedIn(version));
    outputOf('install', await foreign.start('npm', 'install'));
    expect([...(await lockedVersions(foreign))].filter((one) => !one.endsWith(` ${version}`))).toEqual([]);
    await foreign.did('nx', 'migrate', '--run-migrations');
    expect(await foreign.read('nx.json')).toContain('"workspaceId"');
  }, 900_000);
});
