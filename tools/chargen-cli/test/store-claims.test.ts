import { createHash } from 'node:crypto';
import { mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { packEnvelope, RemoteFolder, ResultStore } from 'chargen-core';
import { expect, it } from 'vitest';
import { chargen } from './support/run.js';
import { folderWith } from './support/world.js';

const [KEY, ASKED] = ['ab'.repeat(32), 'cd'.repeat(32)];
const ANN = { id: 'ann-00000001', label: "Ann's \u001b[31mlaptop" };

async function claimed(): Promise<{ folder: string; env: Record<string, string>; store: RemoteFolder }> {
  const folder = await folderWith({
    'nx.json': JSON.stringify({ plugins: ['chargen-plugin'] }),
    'characters/ada/imagery.yaml': 'entity_type: character\nname: Ada\n',
  });
  await mkdir(join(folder, 'shared'));
  const store = new RemoteFolder(join(folder, 'shared'), Date.now);
  const what = `character/mira/first@sha256:${KEY}`;
  await store.claim(
    [KEY, ASKED].map((key) => ({ key, what })),
    ANN,
    3600,
  );
  return { folder, store, env: { CHARGEN_STORE_REMOTE: join(folder, 'shared') } };
}

it('lists who claims what, since when and until when, once for an item', async () => {
  const { folder, env } = await claimed();
  const { stdout, code } = await chargen(['store', 'claims'], { cwd: folder, env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^character\/mira\/first {2}Ann's .*laptop, for \S+, until 20\S+Z at the latest$/m);
  expect(stdout).not.toContain('\u001b[31m');
  expect(stdout).toContain('1 item claimed');
});

it('breaks the claims of an item after it has said what may be paid for twice', async () => {
  const { folder, env, store } = await claimed();
  const asked = await chargen(['store', 'claims', '--break', 'mira/first'], { cwd: folder, env });
  expect(asked.code).toBe(2);
  expect(asked.stderr).toMatch(/1 picture or analysis will be paid for twice/);
  const broken = await chargen(['store', 'claims', '--break', 'mira/first', '--yes'], { cwd: folder, env });
  expect(broken.stdout).toBe('1 item free.\n');
  expect(await store.claims()).toEqual({ kind: 'listed', found: [] });
});

it('moves old pictures that nothing names out of the shared store, after it has shown them', async () => {
  const { folder, env, store } = await claimed();
  const bytes = Buffer.alloc(20_000, 7);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const picture = {
    sha256,
    bytes: 20_000,
    mimeType: 'image/png',
    extension: 'png',
    width: 1,
    height: 1,
  } as const;
  const provenance = { model: 'm', run: 'r', job: 'j', finishedAt: '2026-01-01T00:00:00Z', costUsd: 0.1 };
  const result = { v: 1, kind: 'generated', key: KEY, picture, drafts: 0, provenance } as const;
  await store.put(KEY, packEnvelope(result, bytes));
  const gc = (...args: string[]) => chargen(['store', 'gc', '--shared', ...args], { cwd: folder, env });
  expect((await gc('--dry-run')).stdout).toMatch(/ 1 {2}other pictures of the last 180 days/);

  const old = new Date(Date.now() - 200 * 24 * 3_600_000);
  await utimes(join(folder, 'shared', 'objects', KEY.slice(0, 2), KEY), old, old);
  const shown = await gc('--dry-run');
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(/ 1 {2}older ones that nothing here names/);
  const refused = await gc();
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('a script must add --yes');
  expect((await gc('--older-than', '7', '--yes')).stderr).toContain('whole number of days from 30');
  expect((await store.get(KEY)).kind).toBe('found');

  expect(await gc('--yes')).toMatchObject({
    code: 0,
    stdout: '1 picture (21 kB) moved to .chargen/store.\n',
  });
  expect(await store.get(KEY)).toEqual({ kind: 'absent' });
  expect((await new ResultStore(join(folder, '.chargen/store')).find(KEY))?.kind).toBe('generated');
});

it.each([
  [{}, ['store', 'gc', '--shared'], 2, 'CHARGEN_STORE_REMOTE is not set'],
  [{ CHARGEN_STORE_REMOTE: '/not/mounted' }, ['store', 'gc', '--shared'], 6, 'cannot be used'],
  [{}, ['store', 'claims'], 2, 'CHARGEN_STORE_REMOTE is not set'],
  [{ CHARGEN_STORE_REMOTE: '/not/mounted' }, ['store', 'claims'], 6, 'cannot be used'],
  [undefined, ['store', 'claims', '--break', 'nothing'], 2, 'No claim is on "nothing"'],
])('ends with a reason and a code: %o %o', async (env, args, code, message) => {
  const one = await claimed();
  const ended = await chargen(args, { cwd: one.folder, env: env ?? one.env });
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(message);
});
