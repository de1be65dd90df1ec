import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ResultStore, type StoredResult } from '../src/index.js';
import { sha256Hex } from '../src/util/digest.js';

let folder: string;
let store: ResultStore;
const KEY = 'a'.repeat(64);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chargen-store-'));
  store = new ResultStore(folder);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function picture(
  colour: string,
): Promise<{ bytes: Buffer; result: StoredResult & { kind: 'generated' } }> {
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: colour } })
    .png()
    .toBuffer();
  return {
    bytes,
    result: {
      v: 1,
      kind: 'generated',
      key: KEY,
      picture: {
        sha256: sha256Hex(bytes),
        bytes: bytes.length,
        mimeType: 'image/png',
        extension: 'png',
        width: 8,
        height: 8,
      },
      drafts: 0,
      provenance: {
        model: 'm',
        run: 'r',
        job: 'batches/1',
        finishedAt: '2026-01-01T00:00:00Z',
        costUsd: 0.1,
      },
    },
  };
}

const refusal: StoredResult = {
  v: 1,
  kind: 'refused',
  key: KEY,
  reason: 'IMAGE_SAFETY',
  message: '',
  provenance: { model: 'm', run: 'r', job: 'batches/1', finishedAt: '2026-01-01T00:00:00Z', costUsd: null },
};

const resultFile = (): string => join(folder, 'results', KEY.slice(0, 2), `${KEY}.json`);

it('gives back what it keeps, bytes included, and leaves nothing unfinished', async () => {
  const { bytes, result } = await picture('red');
  expect(await store.keep(result, bytes)).toBe(true);
  expect(await store.find(KEY)).toEqual(result);
  expect(Buffer.from(await store.readPicture(result.picture)).equals(bytes)).toBe(true);
  expect(await readdir(store.scratch)).toEqual([]);
});

it('keeps the first of two answers to one key', async () => {
  const first = await picture('red');
  const second = await picture('blue');
  await store.keep(first.result, first.bytes);
  expect(await store.keep(second.result, second.bytes)).toBe(false);
  expect(await store.find(KEY)).toEqual(first.result);
});

it('lets a picture take the place of a refusal, and never a refusal that of a picture', async () => {
  await store.keep(refusal);
  const { bytes, result } = await picture('red');
  expect(await store.keep(result, bytes)).toBe(true);
  expect(await store.keep(refusal)).toBe(false);
  expect((await store.find(KEY))?.kind).toBe('generated');
});

it('does not take a damaged result for an absent one, since that would pay again', async () => {
  await store.keep(refusal);
  await writeFile(resultFile(), '{"v":1,');
  await expect(store.find(KEY)).rejects.toThrow(/is damaged/);
});

it('asks for an update where a newer version has written the result', async () => {
  await store.keep(refusal);
  await writeFile(resultFile(), JSON.stringify({ ...refusal, v: 2 }));
  await expect(store.find(KEY)).rejects.toThrow(/newer version of chargen/);
  await expect(store.keep(refusal)).rejects.toThrow(/newer version of chargen/);
});

it('puts a damaged result aside when the same answer comes again', async () => {
  const { bytes, result } = await picture('red');
  await store.keep(result, bytes);
  await writeFile(resultFile(), '');
  expect(await store.keep(result, bytes)).toBe(true);
  expect(await store.find(KEY)).toEqual(result);
  expect(await readFile(`${resultFile()}.damaged`, 'utf8')).toBe('');
});

it('mends a stored picture whose bytes were damaged without changing their number', async () => {
  const { bytes, result } = await picture('red');
  await store.keep(result, bytes);
  await writeFile(store.picturePath(result.picture), Buffer.alloc(bytes.length));
  await expect(store.readPicture(result.picture)).rejects.toThrow(/is damaged/);
  await store.keep(result, bytes);
  expect(Buffer.from(await store.readPicture(result.picture)).equals(bytes)).toBe(true);
});

it('refuses bytes that are not those of their digest', async () => {
  const { result } = await picture('red');
  await expect(store.keep(result, Buffer.from('something else'))).rejects.toThrow(/not those of the digest/);
  expect(await store.find(KEY)).toBeUndefined();
});

it('keeps the refusal of the latest attempt, whatever comes later', async () => {
  const again: StoredResult = { ...refusal, attempt: 2 };
  expect(await store.keep(refusal)).toBe(true);
  expect(await store.keep(again)).toBe(true);
  expect(await store.keep(refusal)).toBe(false);
  expect(await store.find(KEY)).toEqual(again);
});
