import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { readJson, readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import { canonicalSchema, parseYaml } from 'chargen-core';
import { FsTree } from 'nx/src/generators/tree';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import entity from '../src/generators/entity/entity.js';
import init from '../src/generators/init/init.js';
import scene from '../src/generators/scene/scene.js';
import { worldsOf } from '../src/generators/shared/plugin-registration.js';
import { planSetup } from '../src/setup/plan-setup.js';
import nameTheWorkspace from '../src/migrations/0-1-0/name-the-workspace.js';

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
});

function read(path: string): string {
  return tree.read(path, 'utf8') ?? '';
}

/** Proves that a file is of the published form, and gives its data. */
function valid(path: string) {
  const parsed = parseYaml(read(path), path);
  if (parsed.kind === 'broken') throw new Error(parsed.diagnostic.message);
  return canonicalSchema.parse(parsed.data);
}

describe('nx g chargen-plugin:init', () => {
  it('registers the plugin with a folder and an identity, and tells git what not to keep', async () => {
    await init(tree, {});
    const [entry] = readNxJson(tree)?.plugins ?? [];
    expect(entry).toEqual({
      plugin: 'chargen-plugin',
      options: {
        contentRoot: 'content',
        workspaceId: expect.stringMatching(/^[a-z0-9-]+-[0-9a-f]{6}$/) as string,
      },
    });
    expect(read('.gitignore').split('\n')).toEqual(
      expect.arrayContaining(['.chargen/', '**/images/preview/', '.env', '.env.*']),
    );
    expect(read('.prettierignore').split('\n')).toEqual(
      expect.arrayContaining([
        '**/images/**/*.recipe.json',
        '**/images/**/*.refused.json',
        '**/images/**/*.analysis.json',
      ]),
    );
    expect(read('content/style.yaml')).toContain('style:');
    // The schema that each imagery.yaml names lies in chargen-core, and must be found under node_modules with pnpm too.
    const { devDependencies } = readJson<{ devDependencies: object }>(tree, 'package.json');
    expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(['chargen-cli', 'chargen-core']));
  });

  it('changes nothing when it is run again, also not what people changed meanwhile', async () => {
    await init(tree, { contentRoot: './world/' });
    tree.write('world/style.yaml', 'style: Woodcut.\n');
    const before = [read('nx.json'), read('.gitignore'), read('package.json')];
    await init(tree, { contentRoot: 'elsewhere', workspaceId: 'another' });
    expect([read('nx.json'), read('.gitignore'), read('package.json')]).toEqual(before);
    expect(read('world/style.yaml')).toBe('style: Woodcut.\n');
  });

  it('keeps other plugins, and lines of .gitignore in whatever form they stand', async () => {
    updateNxJson(tree, { plugins: ['@nx/js/typescript'] });
    tree.write('.gitignore', 'dist\r\n/.chargen\r\nnode_modules\r\n.nx/cache\r\n!.env.*\r\n.env');
    await init(tree, { skipPackageJson: true });
    expect(readNxJson(tree)?.plugins).toHaveLength(2);
    expect(read('.gitignore')).toBe(
      'dist\r\n/.chargen\r\nnode_modules\r\n.nx/cache\r\n!.env.*\r\n.env\r\n**/images/preview/\r\n',
    );
    expect(read('package.json')).not.toContain('chargen-cli');
  });

  it('is not misled by a comment, or by a rule for another file, about the file with the key', async () => {
    tree.write('.gitignore', '# copy .env.example to .env\nold.env\n**/.chargen/\n/images/preview\n');
    await init(tree, { skipPackageJson: true });
    expect(read('.gitignore').split('\n').slice(4)).toEqual(['node_modules/', '.nx/', '.env', '.env.*', '']);
  });

  it('leaves a world where it is, and gives it no new look', async () => {
    tree.write('characters/ada/imagery.yaml', 'entity_type: character\nname: Ada\n');
    await init(tree, { skipPackageJson: true });
    expect(worldsOf(tree)[0]?.contentRoot).toBe('');
    expect(tree.exists('style.yaml')).toBe(false);
    expect(tree.exists('content')).toBe(false);
  });

  it('keeps the comments of nx.json', async () => {
    tree.write('nx.json', '{\r\n  // ours\r\n  "plugins": ["@nx/js"], // more to come\r\n}\r\n');
    await init(tree, { skipPackageJson: true });
    expect(read('nx.json')).toMatch(/\/\/ ours\r\n.*\/\/ more to come\r\n/s);
    expect(read('nx.json').replaceAll('\r\n', '')).not.toContain('\n');
    expect(readNxJson(tree)?.plugins).toHaveLength(2);
  });

  it.each([
    ['package.json', { name: 'app', scripts: { generate: 'prisma generate' } }],
    ['packages/db/project.json', { targets: { generate: { command: 'prisma generate' } } }],
    ['nx.json', { targetDefaults: { generate: { cache: true } } }],
  ])('gives our target another name if "generate" is something else in %s', async (path, data) => {
    tree.write(path, JSON.stringify(data));
    await init(tree, { skipPackageJson: true });
    const [world] = worldsOf(tree);
    expect([world?.generateTargetName, world?.analyzeTargetName]).toEqual(['generate-pictures', 'analyze']);
  });

  it('makes the range that nx add wrote the exact version, which all packages of chargen share', () => {
    const texts: Record<string, string> = {
      'package.json': JSON.stringify({
        dependencies: { 'chargen-core': '^1.2.3' },
        // Of an earlier version, and of a checkout.
        devDependencies: {
          x: '^1.2.3',
          nx: '^23.3.2',
          'chargen-cli': '1.1.0',
          'chargen-plugin': 'file:../chargen',
        },
      }),
    };
    const { edits } = planSetup(
      { name: 'w', read: (file) => texts[file], isFolder: () => false, foldersIn: () => [] },
      {
        contentRoot: undefined,
        workspaceId: undefined,
        idEnding: '0a1b2c',
        packages: {
          nx: '24.0.0',
          'chargen-core': '1.2.3',
          'chargen-cli': '1.2.3',
          'chargen-plugin': '1.2.3',
          y: '1.2.3',
        },
      },
    );
    const written = edits.find((one) => one.path === 'package.json');
    expect(JSON.parse(written?.after ?? '')).toEqual({
      dependencies: { 'chargen-core': '1.2.3' },
      devDependencies: {
        x: '^1.2.3',
        nx: '^23.3.2',
        'chargen-cli': '1.2.3',
        'chargen-plugin': 'file:../chargen',
        y: '1.2.3',
      },
    });
    expect(written?.says).toBe('y as devDependencies; chargen-core, chargen-cli in exactly this version');
  });

  it.each([
    [{ contentRoot: '../elsewhere' }, 'inside of the workspace'],
    [{ workspaceId: 'two words' }, 'cannot be the id'],
  ])('refuses %o, and writes nothing', async (options, words) => {
    await expect(init(tree, options)).rejects.toThrow(words);
    expect(tree.exists('.prettierignore')).toBe(false);
  });

  it.each([
    ['./world/', 'world'],
    ['.', ''],
    ['.world', '.world'],
  ])('takes %s for the folder "%s"', async (contentRoot, folder) => {
    await init(tree, { contentRoot, skipPackageJson: true });
    expect(worldsOf(tree)[0]?.contentRoot).toBe(folder);
  });
});

describe('nx g chargen-plugin:entity', () => {
  beforeEach(async () => {
    await init(tree, {});
  });

  it.each([
    ['character', 'Ada Fenwick', 'content/characters/ada-fenwick/imagery.yaml'],
    ['location', 'Café Zürich', 'content/locations/cafe-zurich/imagery.yaml'],
    ['chapter', 'II: "The Flood" # part', 'content/chapters/ii-the-flood-part/imagery.yaml'],
  ] as const)('makes a %s of the published form', async (type, name, path) => {
    await entity(tree, { name, type, tags: ['night watch'], appearance: 'Tall: red hair\nand a scar.' });
    expect(valid(path)).toMatchObject({ entity_type: type, name, scenes: [], tags: ['night watch'] });
    expect(read(path)).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/\.\.\/\.\.\/node_modules\/chargen-core\/schema\/imagery\.schema\.json\n/,
    );
  });

  it('makes a first scene where it is told what to paint', async () => {
    await entity(tree, { name: 'Quay', type: 'location', prompt: 'A quay in fog.' });
    expect(valid('content/locations/quay/imagery.yaml').scenes).toEqual([
      { id: 'establishing', title: 'Establishing view', prompt: 'A quay in fog.' },
    ]);
  });

  it('touches no folder that is there already', async () => {
    await entity(tree, { name: 'Quay', type: 'location' });
    await expect(entity(tree, { name: 'QUAY', type: 'location' })).rejects.toThrow('is there already');
  });

  it('asks for a slug where the name has no letter for one', async () => {
    await expect(entity(tree, { name: '龍', type: 'character' })).rejects.toThrow('--slug');
    await entity(tree, { name: '龍', type: 'character', slug: 'dragon' });
    expect(valid('content/characters/dragon/imagery.yaml').name).toBe('龍');
  });
});

describe('nx g chargen-plugin:scene', () => {
  beforeEach(async () => {
    await init(tree, {});
    await entity(tree, { name: 'Ada Fenwick', type: 'character' });
  });

  const FILE = 'content/characters/ada-fenwick/imagery.yaml';

  it('adds scenes that the schema knows, with those that they show', async () => {
    await scene(tree, {
      entity: 'ada-fenwick',
      title: 'At the Window',
      prompt: 'Ada: looks out.\n\n# not a comment',
    });
    await scene(tree, {
      entity: 'character/ada-fenwick',
      title: 'On the quay',
      prompt: 'Ada waits.',
      aspectRatio: '16:9',
      shows: ['location/quay/establishing', 'character/ben'],
    });
    expect(valid(FILE).scenes).toEqual([
      { id: 'at-the-window', title: 'At the Window', prompt: 'Ada: looks out.\n\n# not a comment' },
      {
        id: 'on-the-quay',
        title: 'On the quay',
        prompt: 'Ada waits.',
        aspect_ratio: '16:9',
        references: [{ location: 'quay', scene: 'establishing' }, { character: 'ben' }],
      },
    ]);
  });

  it('leaves every other byte as its author wrote it', async () => {
    const text =
      '# mine\r\nentity_type: character\r\nname: "Ada"   # hers\r\nscenes:\r\n    - id: one\r\n      title: One\r\n      prompt: >\r\n        Long\r\n        text.\r\n\r\n# the end\r\n';
    tree.write(FILE, text);
    await scene(tree, { entity: 'ada-fenwick', title: 'Two', prompt: 'Another.' });
    const after = read(FILE);
    const at =
      after.indexOf('    - id: "two"') >= 0
        ? after.indexOf('    - id: "two"')
        : after.indexOf('    - id: two');
    expect(at).toBeGreaterThan(0);
    expect(valid(FILE).scenes).toHaveLength(2);
    for (const line of text.split('\r\n')) expect(after).toContain(line);
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it.each([
    [{ entity: 'ada-fenwik', title: 'X', prompt: 'x' }, 'Did you mean "ada-fenwick"?'],
    [{ entity: 'ada-fenwick', title: 'X', prompt: 'x', aspectRatio: '7:5' }, 'aspect_ratio'],
    [{ entity: 'ada-fenwick', title: '??', prompt: 'x' }, 'id'],
  ])('says what is wrong with %o', async (options, words) => {
    const before = read(FILE);
    await expect(scene(tree, options)).rejects.toThrow(words);
    expect(read(FILE)).toBe(before);
  });

  it('refuses a name that no file on Windows can have', async () => {
    await expect(scene(tree, { entity: 'ada-fenwick', title: 'Con', prompt: 'x' })).rejects.toThrow(
      'Choose another one with --id.',
    );
    await expect(entity(tree, { name: 'Aux', type: 'location' })).rejects.toThrow(
      '"aux" cannot be a name on Windows: "aux" is a device there. Choose another one with --slug.',
    );
  });

  it('refuses an id that a scene or a drawn picture has', async () => {
    await scene(tree, { entity: 'ada-fenwick', title: 'One', prompt: 'x' });
    await expect(scene(tree, { entity: 'ada-fenwick', title: 'one', prompt: 'y' })).rejects.toThrow(
      'already',
    );
  });

  it('leaves a file of an older form to its author', async () => {
    tree.write(FILE, 'character: {name: Ada}\nimages: []\n');
    await expect(scene(tree, { entity: 'ada-fenwick', title: 'One', prompt: 'x' })).rejects.toThrow(
      'by hand',
    );
  });
});

describe('a generator in a workspace on the disk', () => {
  const FILE = 'content/characters/ada/imagery.yaml';
  const NEW = { entity: 'ada', title: 'Two', prompt: 'Another.' };
  let root: string;
  let onDisk: FsTree;
  let written: string[];

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'chargen-generators-'));
    writeFileSync(join(root, 'nx.json'), '{}');
    onDisk = new FsTree(root, false);
    written = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    await init(onDisk, { skipPackageJson: true });
    await entity(onDisk, { name: 'Ada', type: 'character', prompt: 'Ada reads.' });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true, force: true });
  });

  const present = (path: string): string => readFileSync(join(root, path), 'utf8');

  it('has written each file itself, so that Nx replaces nothing afterwards', async () => {
    await scene(onDisk, NEW);
    expect(present(FILE)).toContain('Another.');
    expect(present('nx.json')).toContain('chargen-plugin');
    expect(onDisk.listChanges()).toEqual([]);
    expect(written).toEqual(expect.arrayContaining([`CREATE ${FILE}\n`, `UPDATE ${FILE}\n`]));
  });

  it('leaves what is saved between its look and its write, and says so', async () => {
    const saved = `${present(FILE)}# a thought of the author's\n`;
    const listChanges = onDisk.listChanges.bind(onDisk);
    let looks = 0;
    onDisk.listChanges = () => {
      looks += 1;
      // The first look finds the files of the world, before they are read.
      if (looks === 2) writeFileSync(join(root, FILE), saved);
      return listChanges();
    };
    await expect(scene(onDisk, NEW)).rejects.toThrow('was saved by another program meanwhile');
    expect(present(FILE)).toBe(saved);
    expect(listChanges()).toEqual([]);
  });

  it('writes nothing in a dry run, and has Nx list what it would write', async () => {
    vi.stubEnv('NX_DRY_RUN', 'true');
    const before = present(FILE);
    await scene(onDisk, NEW);
    expect(present(FILE)).toBe(before);
    expect(onDisk.listChanges()).toMatchObject([{ type: 'UPDATE', path: FILE }]);
  });

  it('does not know the copies in an ignored worktree', async () => {
    writeFileSync(join(root, '.gitignore'), '/content/old/\n');
    const copy = join(root, 'content/old/characters/ada');
    mkdirSync(copy, { recursive: true });
    writeFileSync(join(copy, 'imagery.yaml'), present(FILE));
    await scene(onDisk, NEW);
    expect(present(FILE)).toContain('Another.');
  });
});

describe('the migration to 0.1.0', () => {
  it('gives a workspace without an identity one, and keeps what else stands there', () => {
    updateNxJson(tree, {
      plugins: [
        '@nx/js/typescript',
        { plugin: 'chargen-plugin', options: { tier: 'tier2' }, include: ['world/**'] },
      ],
    });
    nameTheWorkspace(tree);
    expect(readNxJson(tree)?.plugins?.[1]).toMatchObject({
      options: { tier: 'tier2', workspaceId: expect.stringMatching(/-[0-9a-f]{6}$/) as string },
      include: ['world/**'],
    });
    const once = read('nx.json');
    nameTheWorkspace(tree);
    expect(read('nx.json')).toBe(once);
  });

  it('names a plugin that is registered by its name alone', () => {
    updateNxJson(tree, { plugins: ['chargen-plugin'] });
    nameTheWorkspace(tree);
    expect(JSON.stringify(readNxJson(tree)?.plugins)).toContain('workspaceId');
  });

  it('does nothing in a workspace without the plugin', () => {
    const before = read('nx.json');
    nameTheWorkspace(tree);
    expect(read('nx.json')).toBe(before);
  });
});
