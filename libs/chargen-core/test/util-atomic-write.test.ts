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
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { renameWhenFree, writeFileAtomic } from '../src/util/atomic-write.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chargen-atomic-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function held(code: string): Error {
  return Object.assign(new Error(`${code}: held`), { code });
}

describe('writing a file in one step', () => {
  it('writes text as UTF-8 and bytes as they are, and leaves nothing else behind', async () => {
    await writeFileAtomic(join(folder, 'a.txt'), 'Glühwürmchen — 火');
    await writeFileAtomic(join(folder, 'b.bin'), new Uint8Array([0, 255, 13, 10]));
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('Glühwürmchen — 火');
    expect([...(await readFile(join(folder, 'b.bin')))]).toEqual([0, 255, 13, 10]);
    expect((await readdir(folder)).sort()).toEqual(['a.txt', 'b.bin']);
  });

  it('makes the folders that are missing', async () => {
    await writeFileAtomic(join(folder, 'one/two/three/a.txt'), 'deep');
    expect(await readFile(join(folder, 'one/two/three/a.txt'), 'utf8')).toBe('deep');
  });

  it.skipIf(process.platform === 'win32')('keeps the mode of a file that was there', async () => {
    const path = join(folder, 'a.sh');
    await writeFile(path, 'old');
    await chmod(path, 0o776);
    await writeFileAtomic(path, 'new');
    expect((await stat(path)).mode & 0o7777).toBe(0o776);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it.skipIf(process.platform === 'win32')('writes through a symbolic link and leaves the link', async () => {
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real/a.txt'), 'old');
    await symlink(join(folder, 'real/a.txt'), join(folder, 'link.txt'));
    await writeFileAtomic(join(folder, 'link.txt'), 'new');
    expect((await lstat(join(folder, 'link.txt'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'real/a.txt'), 'utf8')).toBe('new');
    expect(await readdir(join(folder, 'real'))).toEqual(['a.txt']);
  });

  it('takes names as long as the file system takes', async () => {
    const name = `${'n'.repeat(251)}.txt`;
    await writeFileAtomic(join(folder, name), 'long');
    expect(await readdir(folder)).toEqual([name]);
  });

  it('leaves the target and no temporary file where it fails', async () => {
    await mkdir(join(folder, 'taken/inside'), { recursive: true });
    await expect(writeFileAtomic(join(folder, 'taken'), 'x')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
    expect(await readdir(join(folder, 'taken'))).toEqual(['inside']);
  });

  it('lets many writers of one file end with the whole text of one of them', async () => {
    const path = join(folder, 'a.txt');
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(20_000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['a.txt']);
  });
});

describe('renaming onto a file that another program holds', () => {
  it.each(['EPERM', 'EACCES', 'EBUSY'])('tries again after %s', async (code) => {
    let tries = 0;
    await renameWhenFree('from', 'to', () => {
      tries += 1;
      return tries < 3 ? Promise.reject(held(code)) : Promise.resolve();
    });
    expect(tries).toBe(3);
  });

  it('gives up at last, with the error of the file system', async () => {
    let tries = 0;
    const always = (): Promise<void> => {
      tries += 1;
      return Promise.reject(held('EBUSY'));
    };
    vi.useFakeTimers();
    try {
      const gaveUp = expect(renameWhenFree('from', 'to', always)).rejects.toMatchObject({ code: 'EBUSY' });
      await vi.runAllTimersAsync();
      await gaveUp;
    } finally {
      vi.useRealTimers();
    }
    expect(tries).toBe(10);
  });

  it('does not try again where that cannot help', async () => {
    let tries = 0;
    const full = (): Promise<void> => {
      tries += 1;
      return Promise.reject(held('ENOSPC'));
    };
    await expect(renameWhenFree('from', 'to', full)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(tries).toBe(1);
  });
});
