import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ResultStore } from 'chargen-core';
import { expect, it } from 'vitest';
import { chargen } from './support/run.js';
import { folderWith, PIXEL_PNG } from './support/world.js';

const KEY = 'ab'.repeat(32);
const SHA256 = createHash('sha256').update(PIXEL_PNG).digest('hex');
const PICTURE = join('pictures', SHA256.slice(0, 2), `${SHA256}.png`);

/** A workspace whose store has one paid picture, in a folder that git ignores. */
async function workspaceWithPicture(): Promise<string> {
  const root = await folderWith({
    'nx.json': JSON.stringify({ plugins: ['chargen-plugin'] }),
    '.gitignore': '.chargen\n',
    'characters/ada/imagery.yaml': 'entity_type: character\nname: Ada\n',
  });
  await promisify(execFile)('git', ['init', '-q'], { cwd: root });
  await new ResultStore(join(root, '.chargen/store')).keep(
    {
      v: 1,
      kind: 'generated',
      key: KEY,
      picture: {
        sha256: SHA256,
        bytes: PIXEL_PNG.length,
        mimeType: 'image/png',
        extension: 'png',
        width: 1,
        height: 1,
      },
      drafts: 0,
      provenance: {
        model: 'gemini-3-pro-image',
        run: '2026-11-28T10-00-00Z-aaaaaa',
        job: 'batches/one',
        finishedAt: '2026-11-28T10:10:00Z',
        costUsd: 0.067,
      },
    },
    PIXEL_PNG,
  );
  return root;
}

it('backs up, verifies and restores; status and doctor name the sum until then', async () => {
  const root = await workspaceWithPicture();
  const backup = join(await folderWith({}), 'backup');
  const said = /1 paid answer \(\$0\.0670\) is only in folders of this machine that git ignores/;
  const before = await chargen(['status'], { cwd: root });
  expect(before.stdout).toMatch(said);
  expect(before.stdout).toContain('chargen store backup');
  const doctor = await chargen(['doctor', '--offline', '--json'], { cwd: root });
  expect(JSON.parse(doctor.stdout)).toMatchObject({
    findings: expect.arrayContaining([
      expect.objectContaining({ check: 'only-copies', message: expect.stringMatching(said) as unknown }),
    ]) as unknown,
  });

  const copied = await chargen(['store', 'backup', backup], { cwd: root });
  expect(copied).toMatchObject({ code: 0, stderr: '' });
  expect(copied.stdout).toContain('2 files copied');
  expect((await chargen(['status'], { cwd: root })).stdout).not.toMatch(said);

  await rm(join(root, '.chargen'), { recursive: true });
  const restored = await chargen(['store', 'restore', backup, '--json'], { cwd: root });
  expect(restored.code).toBe(0);
  expect(JSON.parse(restored.stdout)).toMatchObject({ exitCode: 0, copied: 2, problems: [] });
  expect(await readFile(join(root, '.chargen/store', PICTURE))).toEqual(PIXEL_PNG);
  expect((await readdir(root)).sort()).toEqual(['.chargen', '.git', '.gitignore', 'characters', 'nx.json']);
  expect(await readdir(join(root, 'characters/ada'))).toEqual(['imagery.yaml']);
}, 120_000);

it('ends with 1 and the name of the file that is not whole, also in JSON', async () => {
  const root = await workspaceWithPicture();
  const backup = join(await folderWith({}), 'backup');
  await chargen(['store', 'backup', backup], { cwd: root });
  await writeFile(join(backup, PICTURE), 'rotten');
  const verified = await chargen(['store', 'verify', backup], { cwd: root });
  expect(verified.code).toBe(1);
  expect(verified.stdout).toContain(`${PICTURE}: it is damaged`);
  const json = await chargen(['store', 'verify', backup, '--json'], { cwd: root });
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({ files: 2, problems: [{ path: PICTURE }] });
  await rm(join(root, '.chargen'), { recursive: true });
  const restored = await chargen(['store', 'restore', backup], { cwd: root });
  expect(restored.code).toBe(1);
  expect(restored.stdout).toContain(`${PICTURE}: it is damaged`);
}, 120_000);

it('ends with 2 where the folder is no backup, or lies in the workspace', async () => {
  const root = await workspaceWithPicture();
  for (const word of ['verify', 'restore']) {
    const { code, stderr } = await chargen(['store', word, root], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain('is no backup of chargen');
  }
  const inside = await chargen(['store', 'backup', 'backup'], { cwd: root });
  expect(inside.code).toBe(2);
  expect(inside.stderr).toContain('is inside of the workspace');
}, 120_000);
