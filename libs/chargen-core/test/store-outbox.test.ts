import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RemoteFolder, type StoredResult } from '../src/index.js';
import { RemoteBackedStore } from '../src/store/remote-backed-store.js';
import { EMPTY_STORE, storeWith } from './support/shared-stores.js';

const KEYS = ['a'.repeat(64), 'b'.repeat(64)] as const;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chargen-outbox-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function refusal(key: string): StoredResult {
  return {
    v: 1,
    kind: 'refused',
    key,
    reason: 'IMAGE_SAFETY',
    message: '',
    provenance: { model: 'm', run: 'r', job: 'batches/1', finishedAt: '2026-01-01T00:00:00Z', costUsd: null },
  };
}

function backed(warnings: string[] = []): { readonly store: RemoteBackedStore; readonly given: string[] } {
  const given: string[] = [];
  const remote = storeWith(EMPTY_STORE, {
    put: (key) => {
      given.push(key);
      return Promise.resolve({ kind: 'stored' });
    },
  });
  const store = new RemoteBackedStore({
    folder,
    remote,
    claims: { isEnabled: true, isRequired: false },
    retryPause: 1,
    now: Date.now,
    warn: (message) => warnings.push(message),
  });
  return { store, given };
}

it('notes what is to be shared before it is kept, so that a crash in between keeps it from nobody', async () => {
  const { store } = backed();
  // In the place of the folder of results: keeping fails there, as a killed process would.
  await writeFile(join(folder, 'results'), '');
  await expect(store.keep(refusal(KEYS[0]))).rejects.toThrow(/ENOTDIR|EEXIST/);
  expect(await readdir(join(folder, 'to-share'))).toEqual([KEYS[0]]);
  await store.offer();
  expect(await readdir(join(folder, 'to-share'))).toEqual([KEYS[0]]);
  await rm(join(folder, 'results'));
  await store.keep(refusal(KEYS[0]));
  const next = backed();
  await next.store.offer();
  expect(next.given).toEqual([KEYS[0]]);
  expect(await readdir(join(folder, 'to-share'))).toEqual([]);
});

it('is not offered again when it comes a second time', async () => {
  const { store, given } = backed();
  await store.keep(refusal(KEYS[0]));
  await store.offer();
  expect(await store.keep(refusal(KEYS[0]))).toBe(false);
  await store.offer();
  expect(given).toEqual([KEYS[0]]);
});

it('is offered though another result of this clone is damaged, which is told', async () => {
  const warnings: string[] = [];
  const { store, given } = backed(warnings);
  for (const key of KEYS) await store.keep(refusal(key));
  await writeFile(join(folder, 'results', 'aa', `${KEYS[0]}.json`), '{');
  await store.offer();
  expect(given).toEqual([KEYS[1]]);
  expect(warnings).toEqual([expect.stringMatching(/^It is not offered .* is damaged/)]);
});

it('clears what a killed process left in a shared folder, and nothing that may still be written', async () => {
  const incoming = join(folder, '.incoming');
  await mkdir(incoming);
  await writeFile(join(incoming, 'half'), '{"v":1,');
  await new RemoteFolder(folder, Date.now).put(KEYS[0], Buffer.from('{}'));
  expect(await readdir(incoming)).toEqual(['half']);
  const inMonths = (): number => Date.now() + 90 * 24 * 3_600_000;
  await new RemoteFolder(folder, inMonths).put(KEYS[1], Buffer.from('{}'));
  expect(await readdir(incoming)).toEqual([]);
});
