import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stampOf } from '../src/content/stamps.js';

const FILES = ['imagery.yaml', 'image-ideas.yaml'];

let root: string;
/** Long after every write of these tests. */
const later = (): number => Date.now() + 60_000;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chargen-stamps-'));
  await writeFile(join(root, 'imagery.yaml'), 'name: Mira\n');
});
afterEach(() => rm(root, { recursive: true }));

it('knows files that nobody touched by their stamp', () => {
  const stamp = stampOf(root, FILES, later());
  expect(stamp).toBeDefined();
  expect(stampOf(root, FILES, later())).toBe(stamp);
});

it('trusts no stamp of a file that was written a moment ago', () => {
  expect(stampOf(root, FILES)).toBeUndefined();
});

it.each<[string, () => Promise<void>]>([
  ['an edit of the same length whose time was set back', () => sameLengthAndTime()],
  ['a second file that came', () => writeFile(join(root, 'image-ideas.yaml'), 'scenes: []\n')],
  ['a file that went', () => rm(join(root, 'imagery.yaml'))],
])('sees %s', async (_what, change) => {
  const before = stampOf(root, FILES, later());
  await change();
  expect(stampOf(root, FILES, later())).not.toBe(before);
});

async function sameLengthAndTime(): Promise<void> {
  const path = join(root, 'imagery.yaml');
  const { atime, mtime, ctimeMs } = await stat(path);
  // The clock of the file system goes in steps of some milliseconds.
  while ((await stat(path)).ctimeMs === ctimeMs) {
    await writeFile(path, 'name: Mara\n');
    await utimes(path, atime, mtime);
  }
}
