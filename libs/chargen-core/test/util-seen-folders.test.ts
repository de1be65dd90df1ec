import { mkdir, mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SeenFolders, type Looked } from '../src/util/seen-folders.js';

const LOOKED: Looked = {
  check: 'a',
  digest: '1',
  folder: 'in',
  byInodeTime: false,
  except: ['preview'],
  files: ['beside.txt'],
};

describe('what a check found in order before', () => {
  let root: string;
  let file: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'chargen-seen-'));
    file = join(root, 'state', 'seen.json');
    await mkdir(join(root, 'in', 'deep'), { recursive: true });
    for (const path of ['in/one.txt', 'in/deep/two.txt', 'beside.txt']) await write(path, 'text');
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Written an hour ago, so that its time stamp can be trusted. */
  async function write(path: string, text: string, hoursAgo = 1): Promise<void> {
    await writeFile(join(root, path), text);
    const then = new Date(Date.now() - hoursAgo * 3_600_000);
    await utimes(join(root, path), then, then);
  }

  async function noted(looked: Looked = LOOKED): Promise<SeenFolders> {
    const seen = SeenFolders.open(root, file);
    seen.note(looked);
    await seen.save();
    return SeenFolders.open(root, file);
  }

  it('is known to the next process, for the same check of the same data', async () => {
    const seen = await noted();
    expect(seen.isAsSeen(LOOKED)).toBe(true);
    expect(seen.isAsSeen({ ...LOOKED, check: 'b' })).toBe(false);
    expect(seen.isAsSeen({ ...LOOKED, digest: '2' })).toBe(false);
  });

  it.each<[string, () => Promise<void>]>([
    ['a file changed', () => write('in/one.txt', 'other')],
    ['a file got the same length at another time', () => write('in/one.txt', 'TEXT', 2)],
    ['a file deep inside changed', () => write('in/deep/two.txt', 'other')],
    ['a file came', () => write('in/three.txt', 'text')],
    ['a file went', () => rm(join(root, 'in/one.txt'))],
    ['the folder went', () => rm(join(root, 'in'), { recursive: true })],
    ['a file elsewhere changed', () => write('beside.txt', 'other')],
    ['what was remembered is cut short', () => writeFile(file, '{"v":1,"se')],
  ])('is looked at again after %s', async (_what, change) => {
    await noted();
    await change();
    expect(SeenFolders.open(root, file).isAsSeen(LOOKED)).toBe(false);
  });

  /** As Nx does on a rerun: the same bytes, the time that the file had, and another inode. */
  async function putAnew(text = 'text'): Promise<void> {
    const { atime, mtime } = await stat(join(root, 'in/one.txt'));
    await writeFile(join(root, 'new.txt'), text);
    await utimes(join(root, 'new.txt'), atime, mtime);
    await rename(join(root, 'new.txt'), join(root, 'in/one.txt'));
  }

  it('is known of a file that Nx put anew, where inodes do not count', async () => {
    await noted();
    await putAnew();
    expect(SeenFolders.open(root, file).isAsSeen(LOOKED)).toBe(true);
  });

  it('is looked at again after an edit that kept size and time, where inodes count', async () => {
    const looked = { ...LOOKED, byInodeTime: true };
    const seen = await noted(looked);
    expect(seen.isAsSeen(looked)).toBe(true);
    await edited(() => putAnew('TEXT'));
    expect(SeenFolders.open(root, file).isAsSeen(looked)).toBe(false);
  });

  it('is remembered again of what passed before Nx put it anew, and of nothing else', async () => {
    const looked = { ...LOOKED, byInodeTime: true };
    const before = await noted(looked);
    expect(before.isAsSeen(looked)).toBe(true);
    await edited(() => putAnew());
    const after = SeenFolders.open(root, file);
    after.renote(looked, before.passed);
    await after.save();
    expect(SeenFolders.open(root, file).isAsSeen(looked)).toBe(true);
    await write('in/one.txt', 'other');
    const later = SeenFolders.open(root, file);
    later.renote(looked, before.passed);
    expect(later.isAsSeen(looked)).toBe(false);
  });

  /** Until the clock of the file system, which goes in steps of some milliseconds, has seen it. */
  async function edited(edit: () => Promise<void>): Promise<void> {
    const { ctimeMs } = await stat(join(root, 'in/one.txt'));
    do await edit();
    while ((await stat(join(root, 'in/one.txt'))).ctimeMs === ctimeMs);
  }

  it('does not count names that are left out', async () => {
    const seen = await noted();
    await mkdir(join(root, 'in', 'preview'));
    await write('in/preview/one.txt', 'text');
    expect(seen.isAsSeen(LOOKED)).toBe(true);
  });

  it('is not remembered of a file that was written a moment ago', async () => {
    await writeFile(join(root, 'in', 'now.txt'), 'text');
    expect((await noted()).isAsSeen(LOOKED)).toBe(false);
  });
});
