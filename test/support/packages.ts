import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY, run } from './workspace.js';

export interface Packed {
  readonly name: string;
  /** Of the package in this repository. */
  readonly folder: string;
  readonly tarball: string;
  /** Paths in the tarball, without `package/`. */
  readonly files: readonly string[];
}

/** Packs every package of this repository, as `npm publish` would, from what is built. */
export async function packAll(destination: string): Promise<Packed[]> {
  const packed: Packed[] = [];
  for (const parent of ['libs', 'tools']) {
    for (const name of (await readdir(join(REPOSITORY, parent))).sort()) {
      const folder = join(REPOSITORY, parent, name);
      if (!existsSync(join(folder, 'package.json'))) continue;
      const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
      const { code, output } = await run('npm', args, folder, process.env);
      if (code !== 0) throw new Error(output);
      const [one] = JSON.parse(output.slice(output.indexOf('[\n'))) as {
        name: string;
        filename: string;
        files: { path: string }[];
      }[];
      if (one === undefined) throw new Error(`npm pack said nothing of ${folder}.`);
      const files = one.files.map((file) => file.path);
      packed.push({ name: one.name, folder, tarball: join(destination, one.filename), files });
    }
  }
  return packed;
}

/**
 * A node_modules folder as an install of the tarballs makes it, without a registry: our packages are unpacked,
 * what they depend on is that of this repository.
 */
export async function installPacked(root: string, packed: readonly Packed[]): Promise<void> {
  const modules = join(root, 'node_modules');
  await mkdir(join(modules, '.bin'), { recursive: true });
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
