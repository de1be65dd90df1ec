import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, realpath, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { flushChanges, FsTree } from 'nx/src/generators/tree';
import { describe, expect, it } from 'vitest';
import initGenerator from '../../chargen-plugin/src/generators/init/init.js';
import { applyEdits, notingFolders, undo } from '../src/init/journal.js';
import { QUICK_NX } from '../../../test/support/workspace.js';
import { chargen, cleanEnvironment, REPOSITORY } from './support/run.js';
import { addFiles, folderWith, SMALL_WORLD } from './support/world.js';

const OWN = { ...QUICK_NX, NX_DAEMON: 'false' };

async function filesIn(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** Every dependency of the packages of this repository that is one of them itself. */
async function neededOfCheckout(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(REPOSITORY, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { link?: boolean; resolved?: string; dependencies?: Record<string, string> }>;
  };
  const isOurs = (name: string): boolean => lock.packages[`node_modules/${name}`]?.link === true;
  const known = new Set(['chargen-plugin', 'chargen-cli']);
  for (const name of known) {
    const folder = lock.packages[`node_modules/${name}`]?.resolved ?? '';
    Object.keys(lock.packages[folder]?.dependencies ?? {})
      .filter(isOurs)
      .forEach((one) => known.add(one));
  }
  return [...known];
}

/** What an installation from a checkout makes, in the folder `installed`: copies of its packages, and what they need. */
async function installedInto(root: string): Promise<void> {
  const modules = join(root, 'installed');
  await mkdir(modules);
  const ours = new Set(await neededOfCheckout());
  for (const name of await readdir(join(REPOSITORY, 'node_modules'))) {
    const from = join(REPOSITORY, 'node_modules', name);
    if (!ours.has(name)) {
      await symlink(from, join(modules, name));
      continue;
    }
    for (const part of ['package.json', 'bin', 'dist/bundle']) {
      const source = join(await realpath(from), part);
      if (existsSync(source)) await cp(source, join(modules, name, part), { recursive: true });
    }
  }
}

/** A package.json with Nx in it, in its own line endings. */
function withNx(text: string): string {
  return text.replace(/(\s*)}(\s*)$/, ', "devDependencies": { "nx": "24.0.0" }$1}$2');
}

describe('chargen init', { timeout: 60_000 }, () => {
  it('shows what it would write, and writes nothing in a dry run', async () => {
    const root = await folderWith({});
    const { code, stdout } = await chargen(['init', '--dry-run', '--json'], { cwd: root });
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { steps: { path: string }[] }).steps.map((one) => one.path)).toEqual([
      'package.json',
      'nx.json',
      '.gitignore',
      '.prettierignore',
      'content/style.yaml',
      'content/characters/ada-tollgate/imagery.yaml',
    ]);
    expect(await readdir(root)).toEqual([]);
  });

  it('writes nothing beside an Nx that is too old, and reports which one is needed', async () => {
    const root = await folderWith({
      'node_modules/nx/package.json': '{ "name": "nx", "version": "22.7.1" }',
    });
    const { code, stderr } = await chargen(['init', '--yes', '--no-install'], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain('chargen-plugin needs Nx 23 or 24, and this workspace has Nx 22.7.1.');
    expect(await readdir(root)).toEqual(['node_modules']);
  });

  it('leads from an empty folder to a first preview, and back', async () => {
    const root = await folderWith({});
    const written = await chargen(['init', '--yes', '--no-install'], { cwd: root });
    expect(written.code).toBe(0);
    expect(written.stdout).toContain('npm install');
    // No registry has the versions of a checkout: whatever a package of it stands on must come from there too.
    const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(await neededOfCheckout()));
    expect((await chargen(['check'], { cwd: root })).code).toBe(0);
    // What an installation would bring.
    await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
    const drawn = await chargen(['init', '--yes'], { cwd: root, env: OWN });
    expect(drawn.stdout).toContain('Preview Complete');
    expect(drawn.code).toBe(0);
    const preview = await readFile(
      join(root, 'content/characters/ada-tollgate/images/preview/evening-count.png'),
    );
    expect(preview.byteLength).toBeGreaterThan(1000);
    const undone = await chargen(['init', '--undo', '--json'], { cwd: root });
    expect(undone.code).toBe(0);
    expect((await readdir(root)).filter((name) => name !== 'node_modules')).toEqual([]);
    expect((await chargen(['init', '--undo'], { cwd: root })).code).toBe(2);
  }, 120_000);

  it('is taken back by the command that it installed, which goes with it', async () => {
    const root = await folderWith({});
    expect((await chargen(['init', '--yes', '--no-install'], { cwd: root })).code).toBe(0);
    await installedInto(root);
    await notingFolders(root, ['node_modules'], () =>
      rename(join(root, 'installed'), join(root, 'node_modules')),
    );
    const bin = join(root, 'node_modules/chargen-cli/bin/chargen.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [bin, 'init', '--undo'], {
      cwd: root,
      env: cleanEnvironment(),
    });
    expect(stdout).toContain('removed: node_modules\n');
    expect(stdout).toContain('removed: .gitignore\n');
    expect(await readdir(root)).toEqual([]);
  });

  it('adds only what is missing to a repository that exists, and keeps its comments', async () => {
    const nx = '{\n  // ours\n  "plugins": ["@nx/js"], // more to come\n  "defaultBase": "trunk"\n}\n';
    const root = await folderWith({
      ...SMALL_WORLD,
      'nx.json': nx,
      'package.json': '{\n    "name": "ours",\n    "devDependencies": { "nx": "24.0.0" }\n}\n',
      '.gitignore': 'node_modules\r\n.env',
    });
    const { code } = await chargen(['init', '--no-install', '--workspace-id', 'ours'], { cwd: root });
    expect(code).toBe(0);
    const after = await readFile(join(root, 'nx.json'), 'utf8');
    expect(after).toContain('// ours');
    expect(after).toContain('// more to come');
    expect(after).toContain('"chargen-plugin"');
    const packages = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(Object.keys(packages.devDependencies)).toEqual(
      expect.arrayContaining(['nx', 'chargen-plugin', 'chargen-cli']),
    );
    expect(packages.devDependencies['nx']).toBe('24.0.0');
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe(
      'node_modules\r\n.env\r\n.nx/\r\n.chargen/\r\n**/images/preview/\r\n.env.*\r\n',
    );
    const plan = await chargen(['plan', '--json'], { cwd: root });
    expect((JSON.parse(plan.stdout) as { items: unknown[] }).items).toHaveLength(5);
    const again = await chargen(['init', '--no-install', '--no-preview'], { cwd: root });
    expect(again.stdout).toContain('a workspace of chargen already');
    // A file that was changed since then is its author's.
    await writeFile(join(root, '.gitignore'), 'mine\n');
    await chargen(['init', '--undo'], { cwd: root });
    expect(await readFile(join(root, 'nx.json'), 'utf8')).toBe(nx);
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe('mine\n');
  });

  it('takes the byte order mark out of a package.json, which Nx does not read, and gives it back', async () => {
    const text = '\uFEFF{\r\n  "name": "ours"\r\n}\r\n';
    const root = await folderWith({ 'package.json': text });
    const { code, stdout } = await chargen(['init', '--no-install'], { cwd: root });
    expect(code).toBe(0);
    expect(stdout).toContain('without the byte order mark, which Nx does not read');
    const written = await readFile(join(root, 'package.json'), 'utf8');
    expect(JSON.parse(written)).toMatchObject({ name: 'ours' });
    expect((await chargen(['init', '--undo'], { cwd: root })).code).toBe(0);
    expect(await readFile(join(root, 'package.json'), 'utf8')).toBe(text);
  });

  it('can be stopped while it installs, and takes that back too', async () => {
    const root = await folderWith({});
    // In the place of npm: half done when Ctrl-C is pressed.
    const npm = '#!/bin/sh\nmkdir node_modules\necho {} > package-lock.json\nkill -INT $PPID\nexit 1\n';
    const bin = await folderWith({ npm });
    await chmod(join(bin, 'npm'), 0o755);
    const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    const { code, stderr } = await chargen(['init', '--yes'], { cwd: root, env });
    expect(code).toBe(130);
    expect(stderr).toContain('chargen init --undo');
    expect(await readdir(root)).toContain('node_modules');
    expect((await chargen(['init', '--undo'], { cwd: root })).code).toBe(0);
    expect(await readdir(root)).toEqual([]);
  });

  it.each([
    ['with a package.json and nothing else', { 'package.json': '{ "name": "tales" }\n' }],
    [
      'with files of its own',
      {
        'package.json': '{\r\n  "name": "tales",\r\n  "dependencies": { "chargen-cli": "0.1.0" }\r\n}\r\n',
        'nx.json': '{\n  // ours\n  "plugins": ["@nx/js"]\n}\n',
        '.gitignore': 'node_modules\r\n.env',
        '.prettierignore': 'dist',
      },
    ],
    ['with a world', { ...SMALL_WORLD, 'package.json': '{ "name": "tales" }\n' }],
  ])('writes the same bytes as nx add does, in a repository %s', async (_, files) => {
    // Nx is there, as it is wherever a generator runs.
    const given: Record<string, string> = {
      ...files,
      'package.json': withNx(files['package.json']),
    };
    const [ofCommand, ofGenerator] = [await folderWith(given), await folderWith(given)];
    const args = ['init', '--no-install', '--no-preview', '--no-sample', '--workspace-id', 'tales-1'];
    expect((await chargen(args, { cwd: ofCommand })).code).toBe(0);
    const tree = new FsTree(ofGenerator, false);
    await initGenerator(tree, { workspaceId: 'tales-1' });
    flushChanges(ofGenerator, tree.listChanges());
    const written = (await filesIn(ofGenerator)).filter((path) => path !== '.chargen/init.json');
    expect((await filesIn(ofCommand)).filter((path) => path !== '.chargen/init.json')).toEqual(written);
    for (const path of written) {
      expect(await readFile(join(ofCommand, path), 'utf8'), path).toBe(
        await readFile(join(ofGenerator, path), 'utf8'),
      );
    }
    expect(written).toEqual(expect.arrayContaining(['nx.json', '.gitignore', '.prettierignore']));
  });

  it('takes a world where it is, and asks which one if there are several', async () => {
    const imagery = 'entity_type: character\nname: Ada\nscenes: []\n';
    const world = { 'books/world/characters/ada/imagery.yaml': imagery };
    // None of this is the repository's own story.
    const others = {
      '.worktrees/w/world/characters/ada/imagery.yaml': imagery,
      'node_modules/some/characters/ada/imagery.yaml': imagery,
      'copy/.git': 'gitdir: ../.git/worktrees/copy\n',
      'copy/characters/ada/imagery.yaml': imagery,
      'src/locations/index.ts': '',
    };
    const root = await folderWith({ ...world, ...others });
    const args = ['init', '--no-install', '--no-preview', '--workspace-id', 'ours'];
    expect((await chargen(args, { cwd: root })).code).toBe(0);
    expect(JSON.parse(await readFile(join(root, 'nx.json'), 'utf8'))).toMatchObject({
      plugins: [{ options: { contentRoot: 'books/world' } }],
    });
    // No sample and no style, which would change how it looks.
    expect(await readdir(join(root, 'books/world'))).toEqual(['characters']);
    expect(await readdir(root)).not.toContain('content');
    const two = await folderWith({ ...world, 'tales/characters/ben/imagery.yaml': imagery });
    const { code, stderr } = await chargen(args, { cwd: two });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'several folders with entities: books/world, tales. Say which one is the world, such as: chargen init --content books/world',
    );
    expect(await readdir(two)).toEqual(['books', 'tales']);
  });

  it('leaves a file that is saved after the plan was made', async () => {
    const root = await folderWith({ '.gitignore': 'one\n' });
    const edits = [
      { path: 'nx.json', before: undefined, after: '{}\n', says: '' },
      { path: '.gitignore', before: 'zero\n', after: 'zero\n.env\n', says: '' },
    ];
    await expect(applyEdits(root, edits)).rejects.toThrow('.gitignore was changed while init ran');
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe('one\n');
    expect(await undo(root)).toEqual([{ path: 'nx.json', what: 'removed' }]);
    expect(await filesIn(root)).toEqual(['.gitignore']);
  });

  it('keeps out of git what stays when it is undone: results, runs, keys', async () => {
    const root = await folderWith({ '.gitignore': '# Ours.\r\ndist' });
    expect((await chargen(['init', '--no-install'], { cwd: root })).code).toBe(0);
    await addFiles(root, {
      '.env': 'GEMINI_API_KEY=secret\n',
      '.chargen/store/results/ab/abc.json': '{}',
      // Jobs of `doctor --live` were paid for, and may be at Google: without it the next check would make them again.
      '.chargen/live-check/check.json': '{}',
      '.chargen/digests.json': '{}',
      '.chargen/gallery/address.json': '{}',
      'content/characters/ada-tollgate/images/preview/evening-count.png': 'drawn',
    });
    const { code, stdout } = await chargen(['init', '--undo'], { cwd: root });
    expect(code).toBe(0);
    expect(stdout).toContain('kept: .chargen/, which holds results that were paid for');
    expect(stdout).toContain('must stay out of git: .chargen/ **/images/preview/ .env\n');
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe(
      '# Ours.\r\ndist\r\n.chargen/\r\n**/images/preview/\r\n.env\r\n',
    );
    // What is made anew is gone.
    expect(await filesIn(root)).toEqual([
      '.chargen/live-check/check.json',
      '.chargen/store/results/ab/abc.json',
      '.env',
      '.gitignore',
      'content/characters/ada-tollgate/images/preview/evening-count.png',
    ]);
  });

  it('keeps what was made since then out of git in a repository that ignored nothing', async () => {
    const root = await folderWith({});
    expect((await chargen(['init', '--no-install'], { cwd: root })).code).toBe(0);
    // Written by a plan: nothing that anyone would miss.
    expect((await chargen(['plan'], { cwd: root })).code).toBe(0);
    await addFiles(root, { '.env.local': 'GEMINI_API_KEY=secret\n' });
    expect((await chargen(['init', '--undo'], { cwd: root })).code).toBe(0);
    expect(await filesIn(root)).toEqual(['.env.local', '.gitignore']);
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe('.env.*\n');
    expect(await readdir(root)).toEqual(['.env.local', '.gitignore']);
  });

  it('takes its own examples', async () => {
    const root = await folderWith({});
    for (const line of ['init --dry-run', 'init --yes --no-install', 'init --undo']) {
      expect((await chargen(line.split(' '), { cwd: root })).code).toBe(0);
    }
    await addFiles(root, { 'a.txt': '' });
    expect(await filesIn(root)).toEqual(['a.txt']);
  });
});
