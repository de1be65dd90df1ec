import { renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { editAuthoredFile } from '../src/record/edit-authored.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chargen-edit-'));
  path = join(folder, 'imagery.yaml');
  await writeFile(path, 'old');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it.each([
  [
    'in place',
    (text: string): void => {
      writeFileSync(path, text);
    },
  ],
  [
    'by renaming a new file',
    (text: string): void => {
      writeFileSync(`${path}.swp`, text);
      renameSync(`${path}.swp`, path);
    },
  ],
])('a save %s while the edit is worked out wins, and is edited too', async (_, save) => {
  let times = 0;
  const outcome = await editAuthoredFile(path, (text) => {
    times += 1;
    if (times <= 2) save(`of the author ${String(times)}`);
    return `${text} +`;
  });
  expect(outcome).toEqual({ kind: 'written' });
  expect(await readFile(path, 'utf8')).toBe('of the author 2 +');
  expect(await readdir(folder)).toEqual(['imagery.yaml']);
});

it('a file that is saved again and again is left for later', async () => {
  let times = 0;
  const outcome = await editAuthoredFile(path, (text) => {
    times += 1;
    writeFileSync(path, `version ${String(times)}`);
    return `${text} +`;
  });
  expect(outcome).toMatchObject({ kind: 'refused' });
  expect(await readFile(path, 'utf8')).toBe(`version ${String(times)}`);
});

it('a file that is gone, or is not UTF-8, is left and named', async () => {
  await writeFile(path, new Uint8Array([0xe9]));
  expect(await editAuthoredFile(path, () => 'x')).toMatchObject({ kind: 'refused' });
  await rm(path);
  expect(await editAuthoredFile(path, () => 'x')).toMatchObject({ kind: 'refused' });
  expect(await readdir(folder)).toEqual([]);
});
