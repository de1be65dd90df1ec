import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import {
  backupStore,
  DEFAULT_SETTINGS,
  describeReport,
  findOnlyCopies,
  REAL_PLACES,
  removeFromStore,
  restoreStore,
  surveyStore,
  verifyBackup,
  type SceneContext,
} from '../src/index.js';
import { KEYS, paidTwice, SCENES, withWorld, type RunWorld } from './support/run-world.js';

const git = promisify(execFile);
const SIGNAL = new AbortController().signal;
const NOW = Date.parse('2026-11-28T12:00:00Z');
const made: string[] = [];

afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function outside(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chargen-backup-'));
  made.push(folder);
  return join(folder, 'backup');
}

async function contextOf(world: RunWorld): Promise<SceneContext> {
  const settings = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };
  return { workspaceRoot: world.root, world: await world.load(), settings, places: REAL_PLACES };
}

async function backUp(world: RunWorld, folder: string) {
  return backupStore(await contextOf(world), folder, NOW, SIGNAL);
}

async function restore(world: RunWorld, folder: string) {
  return restoreStore(await contextOf(world), folder, SIGNAL);
}

async function filesIn(folder: string, part: string): Promise<string[]> {
  const names = await readdir(join(folder, part), { recursive: true });
  const files = names.filter((name) => name.includes('.') && !name.endsWith('.damaged')).sort();
  const found: string[] = [];
  for (const name of files) {
    // Entries of the index by what people asked for are made anew with each result.
    const text = await readFile(join(folder, part, name), 'latin1');
    if (!text.includes('"kind": "asked"')) found.push(join(part, name));
  }
  return found;
}

/** What `git clean -fdx` does if pictures are ignored. */
async function clean(world: RunWorld): Promise<void> {
  await rm(world.path('.chargen'), { recursive: true, force: true });
  for (const entity of ['characters/mira', 'locations/harbour', 'chapters/storm']) {
    const images = world.path('content', entity, 'images');
    for (const name of await readdir(images).catch(() => [])) {
      if (name !== 'portrait.png') await rm(join(images, name));
    }
  }
}

it('brings back all that git clean deleted, so that the next run pays nothing', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate();
    const before = await world.pictures();
    const folder = await outside();
    const copied = await backUp(world, folder);
    expect(copied).toMatchObject({ copied: 2 * KEYS, present: 0, kept: [], problems: [] });
    await clean(world);
    expect(await restore(world, folder)).toMatchObject({ copied: 2 * KEYS, kept: [], problems: [] });
    const { report } = await world.generate();
    expect(report.totals).toMatchObject({ reused: SCENES, generated: 0 });
    expect(await world.pictures()).toEqual(before);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('copies only what is new, and says what was there before', () =>
  withWorld({}, async (world) => {
    await world.generate({ only: ['harbour'] });
    const folder = await outside();
    expect(await backUp(world, folder)).toMatchObject({ copied: 2, present: 0 });
    await world.generate();
    expect(await backUp(world, folder)).toMatchObject({ copied: 2 * KEYS - 2, present: 2 });
    expect(await backUp(world, folder)).toMatchObject({ copied: 0, bytes: 0, present: 2 * KEYS });
    expect(await verifyBackup(folder, SIGNAL)).toMatchObject({ problems: [] });
  }));

it('copies pictures that are only in the folders of entities, with their answers, and no retouched one', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate();
    const context = await contextOf(world);
    await removeFromStore(context, await surveyStore(context));
    await world.write('content/locations/harbour/images/dawn.png', 'retouched');
    const folder = await outside();
    const copied = await backUp(world, folder);
    expect(copied.problems).toEqual([]);
    expect(await filesIn(folder, 'pictures')).toHaveLength(KEYS - 1);
    // A teammate has no store at all.
    const mate = await world.clone(true);
    const own = await outside();
    expect((await backUp(mate, own)).copied).toBe(2 * (KEYS - 1));
    await clean(mate);
    await restore(mate, own);
    await rm(mate.path('content/chapters'), { recursive: true });
    await rm(mate.path('content/locations'), { recursive: true });
    await mate.generate();
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));

it('names each damaged and each missing file, heals what the workspace still has, and restores the rest', () =>
  withWorld({}, async (world) => {
    await world.generate();
    const folder = await outside();
    await backUp(world, folder);
    const [first = '', second = ''] = await filesIn(folder, 'pictures');
    const [answer = '', lost = ''] = await filesIn(folder, 'results');
    await writeFile(join(folder, first), 'rotten');
    await rm(join(folder, second));
    // Still JSON of the right form: only its sha256 shows it.
    const text = await readFile(join(folder, answer), 'utf8');
    await writeFile(join(folder, answer), text.replace(/"costUsd": [\d.]+/, '"costUsd": 99'));
    await rm(join(folder, lost));
    const damaged = (await verifyBackup(folder, SIGNAL)).problems;
    expect(new Map(damaged.map(({ path, why }) => [path, why.replace(/:.*/, '')]))).toEqual(
      new Map([
        [first, 'it is damaged'],
        [second, 'it is missing'],
        [answer, 'it is damaged'],
        [lost, 'it is missing'],
      ]),
    );
    const other = await world.clone();
    const restored = await restore(other, folder);
    expect(new Set(restored.problems.map(({ path }) => path))).toEqual(
      new Set([first, second, answer, lost]),
    );
    expect(restored.copied).toBe(2 * KEYS - 4);

    expect(await backUp(world, folder)).toMatchObject({ copied: 4, problems: [] });
    expect((await verifyBackup(folder, SIGNAL)).problems).toEqual([]);
    expect((await restore(other, folder)).problems).toEqual([]);
  }));

it('goes on after a backup that was cut off at any file', () =>
  withWorld({}, async (world) => {
    await world.generate();
    const context = await contextOf(world);
    for (let files = 0; files < 2 * KEYS; files += 3) {
      const folder = await outside();
      let left = files;
      const signal = AbortSignal.any([SIGNAL]);
      signal.throwIfAborted = () => {
        left -= 1;
        if (left < 0) throw new Error('cut off');
      };
      await expect(backupStore(context, folder, NOW, signal)).rejects.toThrow('cut off');
      expect((await verifyBackup(folder, SIGNAL)).problems).toEqual([]);
      expect(await backUp(world, folder)).toMatchObject({ copied: 2 * KEYS - files, present: files });
      expect(await verifyBackup(folder, SIGNAL)).toMatchObject({ problems: [] });
    }
  }));

it('never replaces an answer of the store by a restore', () =>
  withWorld({}, async (world) => {
    await world.generate();
    const folder = await outside();
    await backUp(world, folder);
    const [path = ''] = await filesIn(world.path('.chargen/store'), 'results');
    const file = world.path('.chargen/store', path);
    const own = (await readFile(file, 'utf8')).replace(/"costUsd": [\d.]+/, '"costUsd": 1.5');
    await writeFile(file, own);
    const newer = (await filesIn(world.path('.chargen/store'), 'results'))[1] ?? '';
    await writeFile(world.path('.chargen/store', newer), '{"v": 2}');
    const { kept, copied } = await restore(world, folder);
    expect(copied).toBe(0);
    expect(kept.map((one) => one.path)).toEqual([path, newer]);
    expect(await readFile(file, 'utf8')).toBe(own);
    expect(await readFile(world.path('.chargen/store', newer), 'utf8')).toBe('{"v": 2}');
    // Nor does a backup: the first answer stays, and both are named.
    const again = await backUp(world, folder);
    expect(again.kept.map((one) => one.path)).toEqual([path]);
    expect(again.problems.map((one) => one.path)).toEqual([newer]);
    expect((await verifyBackup(folder, SIGNAL)).problems).toEqual([]);
  }));

it('refuses a folder of the workspace, one whose disk is not there, and one with other files', () =>
  withWorld({}, async (world) => {
    await expect(backUp(world, world.path('backup'))).rejects.toThrow(/inside of the workspace/);
    await expect(backUp(world, world.path('content/backup'))).rejects.toThrow(/inside of the workspace/);
    const folder = await outside();
    await expect(backUp(world, join(folder, 'deeper'))).rejects.toThrow(/There is no folder/);
    await cp(world.path('content'), folder, { recursive: true });
    await expect(backUp(world, folder)).rejects.toThrow(/holds other files/);
    await expect(restore(world, folder)).rejects.toThrow(/is no backup of chargen/);
    await expect(verifyBackup(folder, SIGNAL)).rejects.toThrow(/is no backup of chargen/);
  }));

it('counts what is only in ignored folders, once a key, until a backup or git has it', () =>
  withWorld({}, async (world) => {
    await git('git', ['init', '-q'], { cwd: world.root });
    await world.write(
      '.gitignore',
      '.chargen\ncontent/**/images/*.recipe.json\ncontent/**/images/*.jpg\ncontent/**/images/*.png\n',
    );
    const { report } = await world.generate();
    const context = await contextOf(world);
    const only = await findOnlyCopies(context, false);
    expect(only).toMatchObject({ answers: KEYS, unknown: 0 });
    expect(only.costUsd).toBeCloseTo(report.costUsd ?? 0, 6);
    expect(report.onlyCopies).toEqual(only);
    expect(describeReport(report)).toMatch(/5 paid answers \(\$0\.\d+\) are only in folders .*store backup/);
    // A shared store has what does not wait for it.
    expect((await findOnlyCopies(context, true)).answers).toBe(0);
    // An earlier picture, of which a commit of before has the bytes.
    const [images, away] = [world.path('content/locations/harbour/images'), world.path('away')];
    await git('git', ['hash-object', '-w', join(images, 'dawn.png')], { cwd: world.root });
    expect((await findOnlyCopies(context, false)).answers).toBe(KEYS);
    await rename(images, away);
    expect((await findOnlyCopies(context, false)).answers).toBe(KEYS - 1);
    await rename(away, images);
    // A picture that git takes.
    await world.write(
      '.gitignore',
      `${await readFile(world.path('.gitignore'), 'utf8')}!content/locations/**\n`,
    );
    expect((await findOnlyCopies(context, false)).answers).toBe(KEYS - 1);
    await backUp(world, await outside());
    expect((await findOnlyCopies(context, false)).answers).toBe(0);
    await rm(world.path('.git'), { recursive: true });
    await rm(world.path('.chargen/backup.json'));
    expect((await findOnlyCopies(context, false)).answers).toBe(0);
  }));
