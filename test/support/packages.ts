import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY, run } from './workspace.js';

export interface Packed {
  readonly name: string;
  readonly version: string;
  /** Of the package in this repository. */
  readonly folder: string;
  readonly tarball: string;
  /** Paths in the tarball, without `package/`. */
  readonly files: readonly string[];
}

/** Packs every package of this repository, as `npm publish` would, from what is built. */
export async function packAll(destination: string): Promise<Packed[]> {
  const folders = new Map<string, string>();
  for (const parent of ['libs', 'tools']) {
    for (const name of await readdir(join(REPOSITORY, parent))) {
      const folder = join(REPOSITORY, parent, name);
      const manifest = join(folder, 'package.json');
      if (!existsSync(manifest)) continue;
      folders.set((JSON.parse(await readFile(manifest, 'utf8')) as { name: string }).name, folder);
    }
  }
  const args = ['pack', '--workspaces', '--json', '--ignore-scripts', '--pack-destination', destination];
  const { code, output } = await run('npm', args, REPOSITORY, process.env);
  if (code !== 0) throw new Error(output);
  const all = JSON.parse(output.slice(output.indexOf('[\n'))) as {
    name: string;
    version: string;
    filename: string;
    files: { path: string }[];
  }[];
  if (all.length !== folders.size) throw new Error(`npm pack made ${String(all.length)} packages.`);
  return all.map(({ name, version, filename, files }) => ({
    name,
    version,
    folder: folders.get(name) ?? '',
    tarball: join(destination, filename),
    files: files.map((file) => file.path),
  }));
}

/**
 * A node_modules folder as an install of the tarballs makes it, without a registry: our packages are unpacked,
 * what they depend on is that of this repository.
 */
export async function installPacked(root: string, packed: readonly Packed[]): Promise<void> {
  const modules = join(root, 'node_modules');
  await mkdir(join(modules, '.bin'), { recursive: true });
  await symlink(join(REPOSITORY, 'node_modules/nx/dist/bin/nx.js'), join(modules, '.bin/nx'));
  const ours = new Set(packed.map((one) => one.name));
  for (const name of await readdir(join(REPOSITORY, 'node_modules'))) {
    if (ours.has(name) || name.startsWith('.')) continue;
    await symlink(join(REPOSITORY, 'node_modules', name), join(modules, name));
  }
  for (const one of packed) {
    const target = join(modules, one.name);
    await mkdir(target);
    const { code, output } = await run(
      'tar',
      ['xzf', one.tarball, '--strip-components=1'],
      target,
      process.env,
    );
    if (code !== 0) throw new Error(output);
    const nested = join(one.folder, 'node_modules');
    if (existsSync(nested)) await symlink(nested, join(target, 'node_modules'));
    const manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as {
      bin?: Record<string, string>;
    };
    for (const [command, file] of Object.entries(manifest.bin ?? {})) {
      await symlink(join(target, file), join(modules, '.bin', command));
    }
  }
}
