import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findImageryFiles } from '../src/content/find-imagery-files.js';
import { replaceIfUnchanged, type ReplaceOutcome, type ReplaceStep } from '../src/util/replace-authored.js';
import { restoreAside } from '../src/util/restore-aside.js';

const MODULE = fileURLToPath(new URL('../dist/util/replace-authored.js', import.meta.url));
const STEPS: readonly ReplaceStep[] = ['written', 'taken', 'put-in', 'synced', 'taken-back'];

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chargen-replace-'));
  path = join(folder, 'imagery.yaml');
  await writeFile(path, 'old');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => Buffer.from(text);

function replaceWatched(
  file: string,
  lookedAt: Uint8Array,
  next: string | undefined,
  onStep: (step: ReplaceStep) => void,
): Promise<ReplaceOutcome> {
  return replaceIfUnchanged(file, lookedAt, next, { onStep });
}

/** What lies in the folder, by name: a version that was kept aside has a random name. */
async function contents(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await readdir(folder)) {
    found[name.replace(/\.[0-9a-f]{8}\.kept$/, '.kept')] = await readFile(join(folder, name), 'utf8');
  }
  return found;
}

/** The ways in which editors save. */
const SAVES: Readonly<Record<string, (text: string) => void>> = {
  'in place': (text) => {
    writeFileSync(path, text);
  },
  'by renaming a new file': (text) => {
    writeFileSync(`${path}.swp`, text);
    renameSync(`${path}.swp`, path);
  },
};

describe('replacing an author’s file', () => {
  it('replaces what was looked at, by its bytes or by its digest, and leaves nothing else', async () => {
    expect(await replaceIfUnchanged(path, bytes('old'), 'new')).toEqual({ kind: 'replaced' });
    const sha256 = '11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437';
    expect(await replaceIfUnchanged(path, { sha256 }, 'newer')).toEqual({ kind: 'replaced' });
    expect(await contents()).toEqual({ 'imagery.yaml': 'newer' });
  });

  it('leaves what says something else', async () => {
    expect(await replaceIfUnchanged(path, bytes('older'), 'new')).toEqual({ kind: 'changed' });
    expect(await replaceIfUnchanged(path, undefined, 'new')).toEqual({ kind: 'changed' });
    expect(await contents()).toEqual({ 'imagery.yaml': 'old' });
    expect(await replaceIfUnchanged(join(folder, 'none'), bytes('old'), 'new')).toEqual({ kind: 'missing' });
  });

  it('makes and removes a file', async () => {
    const other = join(folder, 'other');
    expect(await replaceIfUnchanged(other, undefined, 'new')).toEqual({ kind: 'replaced' });
    expect(await readFile(other, 'utf8')).toBe('new');
    expect(await replaceIfUnchanged(other, bytes('old'), undefined)).toEqual({ kind: 'changed' });
    expect(await replaceIfUnchanged(other, bytes('new'), undefined)).toEqual({ kind: 'replaced' });
    expect(await contents()).toEqual({ 'imagery.yaml': 'old' });
  });

  it.skipIf(process.platform === 'win32')('keeps the mode, and a symbolic link', async () => {
    await chmod(path, 0o764);
    await mkdir(join(folder, 'far'));
    const link = join(folder, 'far/link.yaml');
    await symlink(path, link);
    expect(await replaceIfUnchanged(link, bytes('old'), 'new')).toEqual({ kind: 'replaced' });
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o764);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('takes turns with others that do the same: each but one is refused', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        replaceIfUnchanged(path, bytes('old'), `new ${String(number)}`),
      ),
    );
    const won = outcomes.flatMap(({ kind }, number) => (kind === 'replaced' ? [number] : []));
    expect(won).toHaveLength(1);
    expect(await contents()).toEqual({ 'imagery.yaml': `new ${String(won[0])}` });
  });
});

describe.each(Object.entries(SAVES))('an author who saves %s', (way, save) => {
  it.each(STEPS)('at the step "%s" loses nothing', async (moment) => {
    const outcome = await replaceWatched(path, bytes('old'), 'new', (step) => {
      // Only a save before brings it to the last step.
      if (moment === 'taken-back' && step === 'written') save('first of the author');
      if (step === moment) save('of the author');
    });
    const found = await contents();
    expect(found['imagery.yaml']).toBe('of the author');
    // Ours is not there, or the author had it open and saved over it.
    expect(Object.values(found)).not.toContain('new');
    if (moment === 'taken-back') expect(Object.values(found)).toContain('first of the author');
    expect(outcome.kind === 'changed' || moment === 'synced' || moment === 'put-in').toBe(true);
  });

  it('at every step loses no version that nothing of theirs replaced', async () => {
    let number = 0;
    await replaceWatched(path, bytes('old'), 'new', () => {
      number += 1;
      save(`version ${String(number)}`);
    });
    expect(readFileSync(path, 'utf8')).toBe(`version ${String(number)}`);
    expect(Object.values(await contents())).not.toContain('new');
  });

  it.each(STEPS.slice(0, 4))('at the step "%s" of a removal loses nothing', async (moment) => {
    await replaceWatched(path, bytes('old'), undefined, (step) => {
      if (step === moment) save('of the author');
    });
    expect(await contents()).toEqual({ 'imagery.yaml': 'of the author' });
  });

  it('at random moments, from another process, loses no save', async () => {
    const editor = `
      const { writeFileSync, renameSync } = require('node:fs');
      const [path, way] = process.argv.slice(1);
      const pause = new Int32Array(new SharedArrayBuffer(4));
      for (let i = 1; i <= 300; i += 1) {
        if (way === 'in place') writeFileSync(path, 'author ' + i);
        else { writeFileSync(path + '.swp', 'author ' + i); renameSync(path + '.swp', path); }
        Atomics.wait(pause, 0, 0, Math.random() * 3);
      }`;
    const child = spawn(process.execPath, ['-e', editor, path, way], { stdio: 'inherit' });
    const ended = new Promise<void>((resolve) =>
      child.once('exit', () => {
        resolve();
      }),
    );
    let replaced = 0;
    for (let round = 0; child.exitCode === null; round += 1) {
      const before = await readFile(path).catch(() => Buffer.alloc(0));
      // The file is cut to nothing a moment before it is written.
      if (before.length === 0) continue;
      const text = `${before.toString().split(' +')[0] ?? ''} +${String(round)}`;
      if ((await replaceIfUnchanged(path, before, text)).kind === 'replaced') replaced += 1;
    }
    await ended;
    expect(replaced).toBeGreaterThan(0);
    expect((await readFile(path, 'utf8')).split(' +')[0]).toBe('author 300');
  });
});

/** A process that replaces the file and is killed at a step; `save` is an author's save at the first one. */
async function killedAt(step: ReplaceStep, way: string | undefined): Promise<void> {
  const script = `
    import { writeFileSync, renameSync } from 'node:fs';
    const { replaceIfUnchanged } = await import(${JSON.stringify(MODULE)});
    const [path, at, way] = process.argv.slice(1);
    await replaceIfUnchanged(path, Buffer.from('old'), 'new', { onStep: (step) => {
      if (step === 'written' && way === 'in place') writeFileSync(path, 'of the author');
      if (step === 'written' && way === 'by renaming a new file') {
        writeFileSync(path + '.swp', 'of the author');
        renameSync(path + '.swp', path);
      }
      if (step === at) process.kill(process.pid, 'SIGKILL');
    } });`;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', script, path, step, ...(way === undefined ? [] : [way])],
    { stdio: 'inherit' },
  );
  await new Promise((resolve) => child.once('exit', resolve));
}

describe('a process that is killed', () => {
  const cases = STEPS.flatMap((step) => [undefined, ...Object.keys(SAVES)].map((way) => ({ step, way })));

  it.each(cases)(
    'at the step $step, after a save $way, leaves a file that the next command finds',
    async ({ step, way }) => {
      await killedAt(step, way);
      expect(await findImageryFiles(folder, '.')).toEqual(['imagery.yaml']);
      const text = await readFile(path, 'utf8');
      if (way !== undefined) expect(text).toBe('of the author');
      else expect(['old', 'new']).toContain(text);
      expect(
        (await readdir(folder)).filter((name) => name.endsWith('.aside') || name.endsWith('.kept')),
      ).toEqual([]);
    },
  );

  it('is not taken for dead while it lives', async () => {
    let during: unknown;
    await replaceWatched(path, bytes('old'), 'new', (step) => {
      if (step === 'taken') during = restoreAside(folder);
    });
    expect(await during).toEqual({ restored: [], kept: [] });
    expect(await contents()).toEqual({ 'imagery.yaml': 'new' });
  });

  it('and whose file an author wrote anew leaves both versions', async () => {
    await killedAt('taken', 'in place');
    await writeFile(path, 'written anew');
    const { kept } = await restoreAside(folder);
    expect(kept).toHaveLength(1);
    const found = await contents();
    expect(found['imagery.yaml']).toBe('written anew');
    expect(found['imagery.yaml.kept']).toBe('of the author');
  });
});

it('an editor that had the file open writes into what was taken, and wins', async () => {
  const outcome = await replaceWatched(path, bytes('old'), 'new', (step) => {
    if (step === 'put-in' || step === 'synced') {
      for (const name of readdirSync(folder)) {
        if (name.endsWith('.aside'))
          writeFileSync(join(folder, name, 'imagery.yaml'), `written late, ${step}`);
      }
    }
  });
  expect(outcome).toEqual({ kind: 'changed' });
  expect(await contents()).toEqual({ 'imagery.yaml': 'written late, put-in' });
});
