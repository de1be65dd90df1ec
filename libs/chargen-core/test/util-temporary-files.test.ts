import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeTemporaryFiles, temporaryName } from '../src/util/temporary-files.js';

const MODULE = new URL('../dist/util/temporary-files.js', import.meta.url);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chargen-temporary-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A name that another process gave, which lives until it is killed. */
async function nameOfAnother(): Promise<{ name: string; kill: () => Promise<void> }> {
  const script = `const { temporaryName } = await import(${JSON.stringify(fileURLToPath(MODULE))});
    process.stdout.write(await temporaryName('picture.png'));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const name = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text) => {
      resolve(String(text));
    }),
  );
  return {
    name,
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          resolve();
        });
        child.kill('SIGKILL');
      }),
  };
}

it('removes what a killed process left, and not what a living one is writing', async () => {
  const { name, kill } = await nameOfAnother();
  await writeFile(join(folder, name), 'half of it');
  expect(await removeTemporaryFiles([folder])).toEqual([]);
  await kill();
  expect(await removeTemporaryFiles([folder])).toEqual([join(folder, name)]);
  expect(await readdir(folder)).toEqual([]);
});

it('leaves what this process is writing, and every file of people', async () => {
  const mine = await temporaryName('state.json');
  const names = [mine, '.hidden.tmp', 'picture.png', '.picture.png.tmp', '.a.00000000-1-1-abc.tmp'];
  for (const name of names) await writeFile(join(folder, name), '');
  expect(await removeTemporaryFiles([folder])).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual([...names].sort());
});

it('removes what another machine left only when it is a day old', async () => {
  const name = '.picture.png.deadbeef-42-1234-0123456789ab.tmp';
  await writeFile(join(folder, name), '');
  expect(await removeTemporaryFiles([folder])).toEqual([]);
  const dayAgo = new Date(Date.now() - 25 * 3_600_000);
  await utimes(join(folder, name), dayAgo, dayAgo);
  expect(await removeTemporaryFiles([folder])).toHaveLength(1);
});

it('does not look into folders below, nor mind one that is not there', async () => {
  const below = join(folder, 'below');
  await mkdir(below);
  await writeFile(join(below, '.x.deadbeef-42-1234-0123456789ab.tmp'), '');
  const dayAgo = new Date(0);
  await utimes(join(below, '.x.deadbeef-42-1234-0123456789ab.tmp'), dayAgo, dayAgo);
  expect(await removeTemporaryFiles([folder, join(folder, 'nothing')])).toEqual([]);
});

it('gives names that fit beside a file of the longest name, each another one', async () => {
  const long = `${'é'.repeat(120)}.png`;
  const names = [await temporaryName(long), await temporaryName(long)];
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
});
