import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesNotRead, findImageryFiles } from '../src/content/index.js';
import { isOfWorld } from '../src/content/own-folders.js';

const requireNx = createRequire(import.meta.url);

function workspace(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'chargen-files-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** What Nx itself finds: the function behind `createNodes` of every plugin. */
function nxFinds(root: string): string[] {
  const native: unknown = requireNx(
    join(dirname(requireNx.resolve('nx/package.json')), 'dist/src/native/index.js'),
  );
  if (!isNative(native)) throw new Error('Nx has no WorkspaceContext.');
  return new native.WorkspaceContext(root, mkdtempSync(join(tmpdir(), 'nx-'))).glob(['**/imagery.yaml'], []);
}

interface NxNative {
  readonly WorkspaceContext: new (
    root: string,
    cache: string,
  ) => { glob(patterns: string[], exclude: string[]): string[] };
}

function isNative(value: unknown): value is NxNative {
  return typeof value === 'object' && value !== null && 'WorkspaceContext' in value;
}

const ENTITY = 'entity_type: character\nname: Ada\n';

const LAYOUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a linked worktree that is ignored': {
    '.gitignore': '.worktrees/\n',
    'characters/ada/imagery.yaml': ENTITY,
    '.worktrees/next/.git': 'gitdir: ../../.git/worktrees/next\n',
    '.worktrees/next/characters/ada/imagery.yaml': ENTITY,
  },
  'a linked worktree that is not': {
    'characters/ada/imagery.yaml': ENTITY,
    'trees/next/.git': 'gitdir: ../../.git/worktrees/next\n',
    'trees/next/characters/ada/imagery.yaml': ENTITY,
  },
  'a nested repository': {
    'characters/ada/imagery.yaml': ENTITY,
    'other/.git/HEAD': 'ref: refs/heads/main\n',
    'other/characters/bo/imagery.yaml': ENTITY,
  },
  'rules of several files': {
    '.gitignore': 'drafts/*\nback/\n/top\nIGN/\n',
    'drafts/.gitignore': '!kept/\n',
    '.nxignore': '!back/\nhidden-from-nx/\n',
    'deep/.nxignore': 'z/\n',
    '.git/info/exclude': 'excluded/\n',
    'characters/ada/imagery.yaml': ENTITY,
    'drafts/kept/imagery.yaml': ENTITY,
    'drafts/gone/imagery.yaml': ENTITY,
    'back/imagery.yaml': ENTITY,
    'top/imagery.yaml': ENTITY,
    'a/top/imagery.yaml': ENTITY,
    'ign/imagery.yaml': ENTITY,
    'hidden-from-nx/imagery.yaml': ENTITY,
    'deep/z/imagery.yaml': ENTITY,
    'excluded/imagery.yaml': ENTITY,
    'node_modules/x/imagery.yaml': ENTITY,
    'characters/ada/images/imagery.yaml': ENTITY,
    '.dotted/imagery.yaml': ENTITY,
  },
};

describe('which files are the world', () => {
  it.each(Object.entries(LAYOUTS))('is the same for Nx and for every command: %s', async (_, files) => {
    const root = workspace(files);
    const found = await findImageryFiles(root, '');
    expect(nxFinds(root).filter(isOfWorld(root, '')).sort()).toEqual(found);
    expect(found).toContain('characters/ada/imagery.yaml');
  });

  it('a worktree and a nested repository are no part of it, a submodule is', async () => {
    const root = workspace({
      ...LAYOUTS['a linked worktree that is not'],
      ...LAYOUTS['a nested repository'],
      'cast/.git': 'gitdir: ../.git/modules/cast\n',
      'cast/characters/cy/imagery.yaml': ENTITY,
    });
    expect(await findImageryFiles(root, '.')).toEqual([
      'cast/characters/cy/imagery.yaml',
      'characters/ada/imagery.yaml',
    ]);
  });

  it('a content root that is a submodule or a repository of its own is the world', async () => {
    const root = workspace({ 'content/.git/HEAD': '', 'content/characters/ada/imagery.yaml': ENTITY });
    expect(await findImageryFiles(root, 'content')).toEqual(['content/characters/ada/imagery.yaml']);
    expect(isOfWorld(root, 'content')('content/characters/ada/imagery.yaml')).toBe(true);
    expect(isOfWorld(root, 'content')('contents/characters/ada/imagery.yaml')).toBe(false);
  });

  it('links are not followed into other folders', async () => {
    const root = workspace({ 'characters/ada/imagery.yaml': ENTITY });
    symlinkSync(join(root, 'characters'), join(root, 'again'));
    expect(await findImageryFiles(root, '')).toEqual(['characters/ada/imagery.yaml']);
  });
});

describe('files that look like content and are not read', () => {
  it('are named with the name that they must have', async () => {
    const root = workspace({
      'content/characters/ada/imagery.yaml': ENTITY,
      'content/characters/ada/image-ideas.yml': 'scenes: []\n',
      'content/characters/ada/imagery.runs.yaml': 'runs: []\n',
      'content/characters/bo/imagery.yml': ENTITY,
      'content/characters/cy/Imagery.yaml': ENTITY,
      'content/characters/di/imagery.yaml.txt': ENTITY,
      'content/characters/ed/imagery.yml': ENTITY,
      'content/characters/ed/imagery.yaml': ENTITY,
      'content/characters/fay/image-ideas.yaml': 'scenes: []\n',
      'content/locations/pier/location-imagery.yaml': 'parts: []\n',
      'drafts/characters/gil/imagery.yaml': ENTITY,
      'ignored/imagery.yaml': ENTITY,
      '.gitignore': 'ignored/\n',
    });
    const found = await filesNotRead(root, 'content');
    expect(found.every(({ code, severity }) => code === 'file-not-read' && severity === 'warning')).toBe(
      true,
    );
    expect(found.map(({ file, message }) => `${file}: ${message.replace('This file is not read: ', '')}`))
      .toMatchInlineSnapshot(`
      [
        "content/characters/ada/image-ideas.yml: its name must be "image-ideas.yaml".",
        "content/characters/bo/imagery.yml: its name must be "imagery.yaml".",
        "content/characters/cy/Imagery.yaml: its name must be "imagery.yaml".",
        "content/characters/di/imagery.yaml.txt: its name must be "imagery.yaml".",
        "content/characters/ed/imagery.yml: its name must be "imagery.yaml". The imagery.yaml beside it is read; join the two.",
        "content/characters/fay/image-ideas.yaml: there is no imagery.yaml beside it.",
        "drafts/characters/gil/imagery.yaml: it is outside of the content root "content". Move it there, or change contentRoot in nx.json.",
      ]
    `);
  });

  it('and links to folders of entities are, unless what they lead to is read under its own name', async () => {
    const root = workspace({
      'content/characters/ada/imagery.yaml': ENTITY,
      'content/characters/ada/images/ada.png': '',
      'shared/people/bo/imagery.yaml': ENTITY,
      'art/a.png': '',
      '.gitignore': 'shared/\ncontent/ignored\n',
    });
    const outside = workspace({ 'cy/imagery.yaml': ENTITY });
    const link = (target: string, path: string): void => {
      symlinkSync(target, join(root, path), 'junction');
    };
    link(join(root, 'shared/people/bo'), 'content/characters/bo');
    link(join(root, 'shared'), 'content/guests');
    link(join(root, 'shared'), 'content/ignored');
    link(join(root, 'shared'), 'elsewhere');
    link(outside, 'content/outside');
    link(join(root, 'content'), 'content/characters/again');
    link(join(root, 'art'), 'content/art');
    link(join(root, 'none'), 'content/broken');
    link(join(root, 'content/circle'), 'content/circle');
    link(join(root, 'content/characters/ada/imagery.yaml'), 'content/file');
    const found = await filesNotRead(root, 'content');
    expect(found.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'content/characters/bo folder-not-read',
      'content/guests folder-not-read',
      'content/outside folder-not-read',
    ]);
    expect(found[0]?.message).toBe(
      'This folder is not read: it is a symbolic link, and links are not followed. ' +
        'Put a real folder with these files in its place, or add it to .nxignore.',
    );
    expect(await findImageryFiles(root, 'content')).toEqual(['content/characters/ada/imagery.yaml']);
  });

  it.each([
    ['of the workspace', 'real', 'Write "real" as contentRoot in nx.json.'],
    ['outside of it', '', 'Put the folder itself in its place.'],
  ])(
    'a content root that is a link to a folder %s is said, as Nx does not follow it',
    async (_, within, advice) => {
      const other = workspace({ 'characters/ada/imagery.yaml': ENTITY });
      const root = workspace(within === '' ? {} : { 'real/characters/ada/imagery.yaml': ENTITY });
      symlinkSync(within === '' ? other : join(root, within), join(root, 'content'), 'junction');
      expect(nxFinds(root).filter((file) => file.startsWith('content'))).toEqual([]);
      expect(await findImageryFiles(root, 'content')).toEqual(['content/characters/ada/imagery.yaml']);
      expect(await filesNotRead(root, 'content/')).toEqual([
        {
          severity: 'warning',
          code: 'linked-content-root',
          message:
            'The content root "content" is a symbolic link. The commands of chargen follow it, Nx does not: ' +
            `it has no projects and no tasks for what is there. ${advice}`,
          file: 'content',
        },
      ]);
    },
  );
});
