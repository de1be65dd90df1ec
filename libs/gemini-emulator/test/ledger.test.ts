import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLedger } from '../src/index.js';
import {
  createJob,
  IMAGE_MODEL,
  makeFolder,
  makeWorld,
  pictureLine,
  runBatch,
  TEXT_MODEL,
  uploadLines,
} from './support/world.js';

const KEY = (name: string, digit: string): string => `character/ada/${name}@sha256:${digit.repeat(64)}`;

describe('the ledger', () => {
  it('has every call, with its route, status and what it was about, and no key', async () => {
    const world = await makeWorld();
    await createJob(world, [pictureLine('a')], { displayName: 'run 12' });
    await world.ai.files.get({ name: 'files/nothing' }).catch(() => undefined);
    await fetch(`${world.emulator.url}/v1beta/files?key=secret`);
    await fetch(`${world.emulator.url}/v1beta/strange`, { headers: { 'x-goog-api-key': 'k' } });
    const requests = world.emulator.ledger.requests();
    expect(requests.map(({ method, route, status }) => `${method} ${route} ${String(status)}`)).toEqual([
      'POST files.start 200',
      'POST files.upload 200',
      'POST batches.create 200',
      'GET files.get 403',
      'GET files.list 200',
      'GET unknown 404',
    ]);
    expect(requests[2]).toMatchObject({ model: IMAGE_MODEL, displayName: 'run 12' });
    expect(requests[2]?.resource).toMatch(/^batches\//);
    expect(requests[1]?.bytesIn).toBeGreaterThan(50);
    expect(JSON.stringify(requests)).not.toContain('secret');
  });

  it('has every item that was served, with the hash of its key, its tokens and its pictures', async () => {
    const world = await makeWorld();
    await runBatch(world, [
      pictureLine(KEY('x', 'a')),
      pictureLine('plain', 'y [[refuse]]'),
      pictureLine('e', '[[error]]'),
    ]);
    await world.ai.models.generateContent({ model: TEXT_MODEL, contents: 'hello' });
    const billed = world.emulator.ledger.billed();
    expect(billed).toHaveLength(3);
    expect(billed.find(({ hash }) => hash === 'a'.repeat(64))).toMatchObject({
      key: KEY('x', 'a'),
      model: IMAGE_MODEL,
      images: 1,
      kind: 'image',
    });
    expect(billed.find(({ key }) => key === 'plain')).toMatchObject({ images: 0, kind: 'refusal' });
    expect(billed.find(({ key }) => key === null)).toMatchObject({
      job: null,
      kind: 'text',
      model: TEXT_MODEL,
    });
    for (const item of billed) expect(Math.min(item.inputTokens, item.outputTokens)).toBeGreaterThan(0);
  });

  it('shows what was paid twice: by the hash in the key, else by the request', async () => {
    const world = await makeWorld();
    await runBatch(world, [
      pictureLine(KEY('x', 'a'), 'one'),
      pictureLine(KEY('y', 'b'), 'two'),
      pictureLine('k1', 'z'),
    ]);
    expect(world.emulator.ledger.duplicates()).toEqual([]);
    // Renamed, and with other words around it, it is still the same content to the one who made the key.
    await runBatch(world, [
      pictureLine(KEY('renamed', 'a'), 'one'),
      pictureLine('k2', 'z'),
      pictureLine('k1', 'new'),
    ]);
    const duplicates = world.emulator.ledger.duplicates();
    expect(duplicates).toHaveLength(2);
    expect(duplicates.map(({ items }) => items.map(({ key }) => key))).toEqual(
      expect.arrayContaining([
        [KEY('x', 'a'), KEY('renamed', 'a')],
        ['k1', 'k2'],
      ]),
    );
  });

  it('knows a request again though its pictures were uploaded anew', async () => {
    const world = await makeWorld();
    const portrait = await (await fetchPicture(world)).arrayBuffer();
    for (const key of ['first', 'second']) {
      const file = await world.ai.files.upload({
        file: new Blob([portrait]),
        config: { mimeType: 'image/png' },
      });
      const parts = [{ text: 'like this' }, { fileData: { fileUri: file.uri, mimeType: 'image/png' } }];
      await runBatch(world, [{ key, request: { contents: [{ role: 'user', parts }] } }]);
    }
    expect(world.emulator.ledger.duplicates()).toMatchObject([{ count: 2 }]);
  });

  it('stands in a file line by line, is continued there, and a line cut by a crash does no harm', async () => {
    const folder = await makeFolder();
    const ledgerFile = join(folder, 'deep', 'ledger.ndjson');
    const first = await makeWorld({ ledgerFile });
    await runBatch(first, [pictureLine('a')]);
    expect(parseLedger(await readFile(ledgerFile, 'utf8'))).toEqual(
      expect.arrayContaining([...first.emulator.ledger.requests(), ...first.emulator.ledger.billed()]),
    );
    await first.emulator.close();
    await appendFile(ledgerFile, '{"type":"request","at":"2026');
    const second = await makeWorld({ ledgerFile, seed: 8 });
    expect(second.emulator.ledger.billed()).toHaveLength(1);
    await runBatch(second, [pictureLine('a')]);
    expect(second.emulator.ledger.duplicates()).toHaveLength(1);
    const entries = parseLedger(await readFile(ledgerFile, 'utf8'));
    expect(entries.filter(({ type }) => type === 'item')).toHaveLength(2);
  });

  it('refuses a file that is none', () => {
    expect(() => parseLedger('{"type":"request"}\n{}\n', 'x.ndjson')).toThrow(/line 1 of x.ndjson/);
  });

  it('counts a job of another client as its own item', async () => {
    const world = await makeWorld();
    const src = await uploadLines(world, [pictureLine('a')]);
    for (let i = 0; i < 2; i += 1) {
      const job = await world.ai.batches.create({ model: IMAGE_MODEL, src, config: {} });
      await world.ai.batches.get({ name: job.name ?? '' });
    }
    expect(world.emulator.ledger.billed().map(({ job }) => job)).toHaveLength(2);
    expect(new Set(world.emulator.ledger.billed().map(({ job }) => job)).size).toBe(2);
  });
});

async function fetchPicture({ ai }: Awaited<ReturnType<typeof makeWorld>>): Promise<Blob> {
  const answer = await ai.models.generateContent({
    model: IMAGE_MODEL,
    contents: 'a portrait',
    config: { responseModalities: ['IMAGE'] },
  });
  const data = answer.candidates?.[0]?.content?.parts?.[0]?.inlineData?.data ?? '';
  return new Blob([Buffer.from(data, 'base64')]);
}
