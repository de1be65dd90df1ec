import { hostname, uptime } from 'node:os';
import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkWorld } from '../src/commands/index.js';
import { ContentReader, joinInside, whyNotOnWindows } from '../src/content/index.js';
import { DEFAULT_SETTINGS, REAL_PLACES } from '../src/plan/index.js';
import { isWithin, pathFrom } from '../src/util/paths.js';
import { mayBeAlive, thisProcess, type ProcessIdentity } from '../src/util/process-identity.js';
import { imageryFiles, writeWorld } from './support/dialect-world.js';

describe('a path on Windows', () => {
  it.each([
    ['C:\\world', 'C:\\world\\content\\ada', true],
    ['C:\\world', 'c:\\WORLD\\content', true],
    ['C:\\world', 'C:\\world', true],
    ['C:\\world', 'C:\\worlds\\content', false],
    ['C:\\world', 'C:\\world\\..\\other', false],
    ['C:\\world', 'C:\\world\\..notes', true],
    ['C:\\world', 'D:\\world\\content', false],
    ['\\\\share\\team\\world', '\\\\share\\team\\world\\content', true],
    ['\\\\share\\team\\world', '\\\\share\\other\\content', false],
  ])('in %s: %s is %s', (folder, path, within) => {
    expect(isWithin(folder, path, win32)).toBe(within);
  });

  it('is written with slashes, and a backslash on Linux is a letter', () => {
    expect(pathFrom('C:\\world', 'C:\\world\\content\\ada\\images\\one.png', win32)).toBe(
      'content/ada/images/one.png',
    );
    expect(pathFrom('/world', '/world/a\\b/one.png', posix)).toBe('a\\b/one.png');
  });

  it('that content may name never leads out of the workspace, under the rules of either system', () => {
    const part = fc.constantFrom(
      '..',
      '.',
      'a',
      'C:',
      'c:x',
      '\\',
      '..\\',
      '\\\\share',
      '',
      '/',
      ' ',
      'x.png',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const verdict = joinInside('content/characters/ada', parts.join('/'), '');
        if (verdict.kind === 'outside') return;
        expect(isWithin('C:\\world', win32.join('C:\\world', verdict.path), win32)).toBe(true);
        expect(isWithin('/world', posix.join('/world', verdict.path), posix)).toBe(true);
      }),
    );
  });
});

describe('a lock on Windows, which does not report when a process began', () => {
  const owner = async (pid: number): Promise<ProcessIdentity> => ({
    pid,
    host: hostname(),
    started: '',
    space: (await thisProcess()).space,
  });

  it('is that of a living process, and of none after a restart', async () => {
    const { platform } = process;
    onTestFinished(() => {
      Object.defineProperty(process, 'platform', { value: platform });
    });
    const living = await owner(process.pid);
    const ended = await owner(2 ** 30);
    Object.defineProperty(process, 'platform', { value: 'win32' });
    const now = Date.now();
    expect(await mayBeAlive(living, now)).toBe(true);
    expect(await mayBeAlive(ended, now)).toBe(false);
    expect(await mayBeAlive(living, now - uptime() * 1000 - 600_000)).toBe(false);
  });
});

describe('names that other systems do not have', () => {
  it.each(['con', 'CON.png', 'nul.recipe.json', 'aux ', 'com1', 'lpt9.tar', 'a.', 'a ', 'a:b', 'a?'])(
    '%j cannot be a file on Windows',
    (name) => {
      expect(whyNotOnWindows(name)).toBeDefined();
    },
  );

  it.each(['concert', 'com10', 'console.png', 'nuls', 'a.b', '.env', 'lamp', 'auxiliary'])(
    '%j can',
    (name) => {
      expect(whyNotOnWindows(name)).toBeUndefined();
    },
  );

  it('are warnings of check, at the id or the file, and stop nothing', async () => {
    const files = new Map([
      [
        'characters/Ada/imagery.yaml',
        'entity_type: character\nname: Ada\nappearance: A tall woman with red hair.\n' +
          'references:\n  - {id: portrait, path: images/Lamp.png, role: portrait}\n' +
          'scenes:\n  - {id: con, title: Con, prompt: Ada reads.}\n' +
          '  - {id: lamp, title: Lamp, prompt: Ada lifts a lamp.}\n',
      ],
      [
        'characters/ada/imagery.yaml',
        'entity_type: character\nname: Other\nappearance: A short man with grey hair.\nscenes: []\n',
      ],
      [
        'characters/aux/imagery.yaml',
        'entity_type: character\nname: Aux\nappearance: A short man with grey hair.\nscenes: []\n',
      ],
    ]);
    const workspaceRoot = writeWorld(files);
    const world = new ContentReader(workspaceRoot).load(imageryFiles(files), undefined);
    const found = await checkWorld({ workspaceRoot, world, settings: DEFAULT_SETTINGS, places: REAL_PLACES });
    const ours = found.filter(({ code }) => code === 'windows-name' || code === 'letter-case');
    expect(ours.map(({ file, line, code }) => `${file.split('/')[1] ?? ''}:${String(line)} ${code}`)).toEqual(
      ['Ada:7 windows-name', 'Ada:8 letter-case', 'ada:1 letter-case', 'aux:1 windows-name'],
    );
    expect(ours.every(({ severity }) => severity === 'warning')).toBe(true);
    expect(ours[0]?.message).toBe(
      'The picture of "con" cannot be on Windows: "con" is a device there. Choose another id.',
    );
    expect(world.entities[0]?.entity?.scenes).toHaveLength(2);
  });

  it('and two Unicode forms of one name are one folder on macOS alone, with the letters as numbers', async () => {
    const text =
      'entity_type: character\nname: Andr\u00e9\nappearance: A tall man with red hair.\nscenes: []\n';
    const names = ['andr\u00e9', 'andre\u0301', 'zo\u00eb', 'ZOE\u0308', 'lou', 'LOU'];
    const files = new Map(names.map((name) => [`characters/${name}/imagery.yaml`, text]));
    const workspaceRoot = writeWorld(files);
    const world = new ContentReader(workspaceRoot).load(imageryFiles(files), undefined);
    const found = await checkWorld({ workspaceRoot, world, settings: DEFAULT_SETTINGS, places: REAL_PLACES });
    const ours = found.filter(({ message }) => message.includes('one folder'));
    const said = ours.map(({ code, message }) => `${code}: ${message.replaceAll('characters/', '')}`);
    expect(said.sort()).toEqual([
      'letter-case: lou and LOU are one folder on macOS and Windows, where letter case does not count. Rename one.',
      'unicode-form: andr\\u{e9} and andre\\u{301} are one folder on macOS, ' +
        'where the Unicode form of accents does not count. Rename one.',
      'unicode-form: zo\\u{eb} and ZOE\\u{308} are one folder on macOS, ' +
        'where letter case and the Unicode form of accents do not count. Rename one.',
    ]);
  });
});
