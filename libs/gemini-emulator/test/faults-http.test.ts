import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GoogleGenAI } from '@google/genai';
import { describe, expect, it, vi } from 'vitest';
import type { FaultRule } from '../src/index.js';
import {
  createJob,
  IMAGE_MODEL,
  makeWorld,
  pictureLine,
  rejection,
  TEXT_MODEL,
  textLine,
  uploadLines,
  type World,
} from './support/world.js';

const LINES = [textLine('a'), textLine('b')];

const create = (world: World, src: string): Promise<unknown> =>
  world.ai.batches.create({ model: TEXT_MODEL, src, config: { displayName: 'a run' } });

async function jobNames({ ai }: World): Promise<string[]> {
  const names: string[] = [];
  for await (const job of await ai.batches.list()) names.push(job.name ?? '');
  return names;
}

describe('a fault of one exchange arrives at the SDK', () => {
  it('as 429 with the delay to wait, and nothing was created', async () => {
    const world = await makeWorld();
    const src = await uploadLines(world, LINES);
    world.emulator.faults.arm({
      fault: { kind: 'http-error', status: 429, retryDelay: '12s' },
      match: { route: 'batches.create' },
    });
    const error = await rejection(create(world, src));
    expect(error.status).toBe(429);
    const body = JSON.parse(error.message) as { error: { status: string; details: { '@type': string }[] } };
    expect(body.error.status).toBe('RESOURCE_EXHAUSTED');
    expect(body.error.details.map((detail) => detail['@type'].split('.').at(-1))).toEqual([
      'QuotaFailure',
      'Help',
      'RetryInfo',
    ]);
    expect(body.error.details.at(-1)).toEqual({
      '@type': 'type.googleapis.com/google.rpc.RetryInfo',
      retryDelay: '12s',
    });
    expect(await jobNames(world)).toEqual([]);
    await create(world, src);
    expect(await jobNames(world)).toHaveLength(1);
  });

  it('as 503 after the job was made: the ambiguous create', async () => {
    const world = await makeWorld();
    const src = await uploadLines(world, LINES);
    world.emulator.faults.arm({
      fault: { kind: 'http-error', status: 503, when: 'after' },
      match: { route: 'batches.create' },
    });
    const error = await rejection(create(world, src));
    expect(error.status).toBe(503);
    const [name] = await jobNames(world);
    expect(await world.ai.batches.get({ name: name ?? '' })).toMatchObject({ displayName: 'a run' });
  });

  it('as 500 that a retrying client turns into a second paid job', async () => {
    const world = await makeWorld();
    const src = await uploadLines(world, LINES);
    world.emulator.faults.arm({
      fault: { kind: 'http-error', status: 500, when: 'after' },
      match: { route: 'batches.create' },
    });
    const retrying = new GoogleGenAI({
      apiKey: 'a key',
      vertexai: false,
      httpOptions: {
        baseUrl: world.emulator.url,
        retryOptions: { attempts: 2, initialDelay: 0.01, jitter: 0 },
      },
    });
    await retrying.batches.create({ model: TEXT_MODEL, src, config: { displayName: 'a run' } });
    const names = await jobNames(world);
    expect(names).toHaveLength(2);
    for (const name of names) await world.ai.batches.get({ name });
    expect(world.emulator.ledger.duplicates().map(({ count }) => count)).toEqual([2, 2]);
  });

  it('as an answer slower than the client waits, though the job is made', async () => {
    const world = await makeWorld();
    const src = await uploadLines(world, LINES);
    world.emulator.faults.arm({ fault: { kind: 'slow', ms: 800 }, match: { route: 'batches.create' } });
    const hasty = new GoogleGenAI({
      apiKey: 'a key',
      vertexai: false,
      httpOptions: { baseUrl: world.emulator.url, timeout: 400 },
    });
    const error = await rejection(hasty.batches.create({ model: TEXT_MODEL, src, config: {} }));
    expect(String(error)).toMatch(/abort/i);
    await vi.waitFor(async () => {
      expect(await jobNames(world)).toHaveLength(1);
    }, 30_000);
  });

  it.each([
    { when: 'before', jobs: 0 },
    { when: 'after', jobs: 1 },
  ] as const)('as a connection dropped $when the work was done', async ({ when, jobs }) => {
    const world = await makeWorld();
    const src = await uploadLines(world, LINES);
    world.emulator.faults.arm({ fault: { kind: 'drop', when }, match: { route: 'batches.create' } });
    const error = await rejection(create(world, src));
    expect(String(error)).toMatch(/fetch failed/);
    expect(error.cause).toMatchObject({ code: 'ECONNRESET' });
    expect(await jobNames(world)).toHaveLength(jobs);
    expect(world.emulator.ledger.requests().find(({ route }) => route === 'batches.create')).toMatchObject({
      status: 0,
      fault: 'drop',
    });
  });

  it('as an upload answered 200 with an error inside: the SDK hands out nothing', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'error-in-200' }, match: { route: 'files.upload' } });
    const path = join(world.folder, 'input.jsonl');
    await writeFile(path, '{}\n');
    expect(await world.ai.files.upload({ file: path, config: { mimeType: 'jsonl' } })).toBeUndefined();
  });

  it('as a page of HTML from something on the way', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'not-json', status: 502 }, match: { route: 'models.get' } });
    const error = await rejection(world.ai.models.get({ model: TEXT_MODEL }));
    expect(error.status).toBe(502);
    expect(error.message).toContain('<!DOCTYPE html>');
  });

  it('as a download that breaks off: the SDK dies of it and leaves a part', async () => {
    const world = await makeWorld();
    const job = await createJob(world, [pictureLine('a'), pictureLine('b')]);
    const { dest } = await world.ai.batches.get({ name: job.name });
    const { sizeBytes } = await world.ai.files.get({ name: dest?.fileName ?? '' });
    world.emulator.faults.arm({
      fault: { kind: 'cut-body', share: 0.4 },
      match: { route: 'files.download' },
    });
    const downloadPath = join(world.folder, 'cut.jsonl');
    // In a process of its own, since the SDK answers with an exception that nobody can catch.
    const script = `
      import { GoogleGenAI } from ${JSON.stringify(import.meta.resolve('@google/genai'))};
      const ai = new GoogleGenAI({ apiKey: 'a key', vertexai: false, httpOptions: { baseUrl: '${world.emulator.url}' } });
      await ai.files.download({ file: '${dest?.fileName ?? ''}', downloadPath: ${JSON.stringify(downloadPath)} });`;
    const error = await rejection(
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]),
    );
    expect(error.message).toMatch(/terminated/);
    expect(existsSync(downloadPath)).toBe(true);
    expect(statSync(downloadPath).size).toBeLessThan(Number(sizeBytes) / 2);
  });

  it('as a download that ends too early without any sign of it', async () => {
    const world = await makeWorld();
    const job = await createJob(world, [pictureLine('a')]);
    const { dest } = await world.ai.batches.get({ name: job.name });
    const file = dest?.fileName ?? '';
    const { sizeBytes } = await world.ai.files.get({ name: file });
    world.emulator.faults.arm({
      fault: { kind: 'truncated-body', share: 0.5 },
      match: { route: 'files.download' },
    });
    const downloadPath = join(world.folder, 'short.jsonl');
    await world.ai.files.download({ file, downloadPath });
    expect(statSync(downloadPath).size).toBe(Math.floor(Number(sizeBytes) / 2));
    await world.ai.files.download({ file, downloadPath });
    expect(statSync(downloadPath).size).toBe(Number(sizeBytes));
  });

  it('as a model that is closed to this key', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({
      fault: { kind: 'model-closed', successor: 'gemini-3.8-flash' },
      match: { model: TEXT_MODEL },
    });
    const error = await rejection(world.ai.models.generateContent({ model: TEXT_MODEL, contents: 'hello' }));
    expect(error.status).toBe(404);
    expect(error.message).toContain(
      `This model models/${TEXT_MODEL} is no longer available to new users. Please update your code to use models/gemini-3.8-flash`,
    );
  });

  it('as storage that is full', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'storage-full' } });
    const error = await rejection(uploadLines(world, LINES));
    expect(error).toMatchObject({ status: 429 });
    expect(error.message).toContain('FileStorageBytesPerProject');
    expect(await uploadLines(world, LINES)).toMatch(/^files\//);
  });

  it.each([
    { kind: 'queued-token-limit', quota: 'BatchEnqueuedTokensPerModelPerProject' },
    { kind: 'too-many-jobs', quota: 'BatchJobsConcurrentPerProject' },
  ] as const)('as a create refused for $kind', async ({ kind, quota }) => {
    const world = await makeWorld();
    const src = await uploadLines(world, LINES);
    world.emulator.faults.arm({ fault: { kind } });
    const error = await rejection(create(world, src));
    expect(error).toMatchObject({ status: 429 });
    expect(error.message).toContain(quota);
    expect(await jobNames(world)).toEqual([]);
  });

  it('as a file that is not ready when the batch is created', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'file-processing', ms: 5000 } });
    const src = await uploadLines(world, LINES);
    expect(await world.ai.files.get({ name: src })).toMatchObject({ state: 'PROCESSING' });
    const error = await rejection(create(world, src));
    expect(error).toMatchObject({ status: 400 });
    expect(error.message).toContain('FAILED_PRECONDITION');
    world.emulator.advanceClock(5000);
    expect(await world.ai.files.get({ name: src })).toMatchObject({ state: 'ACTIVE' });
    await create(world, src);
  });

  it('as a file that never becomes usable', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'file-failed', message: 'no such codec' } });
    const src = await uploadLines(world, LINES);
    expect(await world.ai.files.get({ name: src })).toMatchObject({
      state: 'FAILED',
      error: { message: 'no such codec' },
    });
  });
});

describe('a rule strikes only where it matches', () => {
  const ask = (world: World, model: string): Promise<unknown> =>
    world.ai.models.generateContent({ model, contents: 'hello' });
  const broken = { kind: 'http-error', status: 500 } as const;

  it('by route, and by several of them', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({
      fault: broken,
      match: { route: ['models.get', 'models.countTokens'] },
      times: 'always',
    });
    await ask(world, TEXT_MODEL);
    await expect(world.ai.models.get({ model: TEXT_MODEL })).rejects.toThrow();
    await expect(world.ai.models.countTokens({ model: TEXT_MODEL, contents: 'x' })).rejects.toThrow();
  });

  it('by model, with a star for any run of characters', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: broken, match: { model: 'gemini-*-image' }, times: 'always' });
    await ask(world, TEXT_MODEL);
    await expect(ask(world, IMAGE_MODEL)).rejects.toThrow();
  });

  it('by occurrence: the third call and the fourth', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({
      fault: broken,
      match: { route: 'models.generateContent' },
      skip: 2,
      times: 2,
    });
    const outcomes: boolean[] = [];
    for (let i = 0; i < 5; i += 1)
      outcomes.push(
        await ask(world, TEXT_MODEL).then(
          () => true,
          () => false,
        ),
      );
    expect(outcomes).toEqual([true, true, false, false, true]);
    expect(world.emulator.faults.list()).toMatchObject([{ seen: 4, struck: 2 }]);
  });

  it('by display name', async () => {
    const world = await makeWorld();
    const src = await uploadLines(world, LINES);
    world.emulator.faults.arm({ fault: broken, match: { displayName: 'run-2*' }, times: 'always' });
    await world.ai.batches.create({ model: TEXT_MODEL, src, config: { displayName: 'run-1' } });
    await expect(
      world.ai.batches.create({ model: TEXT_MODEL, src, config: { displayName: 'run-23' } }),
    ).rejects.toThrow();
  });

  it('by chance, the same with the same seed and another with another', async () => {
    const strikes = async (seed: number): Promise<string> => {
      const world = await makeWorld({ seed });
      world.emulator.faults.arm({
        fault: broken,
        match: { route: 'models.get' },
        times: 'always',
        chance: 0.5,
      });
      let pattern = '';
      for (let i = 0; i < 24; i += 1) {
        pattern += await world.ai.models.get({ model: TEXT_MODEL }).then(
          () => '.',
          () => 'x',
        );
      }
      return pattern;
    };
    const first = await strikes(11);
    expect(first).toMatch(/\.+x/);
    expect(await strikes(11)).toBe(first);
    expect(await strikes(12)).not.toBe(first);
  });

  it.each([
    [{ fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY' }, match: { route: 'files.get' } }, 'files.get'],
    [{ fault: { kind: 'job-failed' }, match: { route: 'batches.get' } }, 'batches.create'],
    [{ fault: { kind: 'line-missing' }, match: { route: 'models.generateContent' } }, 'batches.create'],
    [{ fault: broken, match: { route: [] } }, 'no route'],
    [{ fault: broken, match: { key: 'hero' } }, 'by key'],
    [{ fault: broken, match: { route: 'batches.get', displayName: 'run' } }, 'by displayName'],
    [{ fault: { kind: 'storage-full' }, match: { model: TEXT_MODEL } }, 'by model'],
  ] satisfies [FaultRule, string][])(
    'and is refused where it could strike nothing: %j',
    async (rule, reason) => {
      const { emulator } = await makeWorld();
      expect(() => emulator.faults.arm(rule)).toThrow(reason);
      const answer = await fetch(`${emulator.url}/__emulator/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(rule),
      });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(reason);
      expect(emulator.faults.list()).toEqual([]);
    },
  );

  it('not any more once it is disarmed, or all are cleared', async () => {
    const world = await makeWorld();
    const id = world.emulator.faults.arm({ fault: broken, times: 'always' });
    await expect(ask(world, TEXT_MODEL)).rejects.toThrow();
    expect(world.emulator.faults.disarm(id)).toBe(true);
    expect(world.emulator.faults.disarm(id)).toBe(false);
    await ask(world, TEXT_MODEL);
    world.emulator.faults.arm({ fault: broken, times: 'always' });
    world.emulator.faults.clear();
    await ask(world, TEXT_MODEL);
  });
});

describe('the control API', () => {
  const control = (world: World, method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${world.emulator.url}/__emulator/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  it('arms, lists, disarms and clears faults', async () => {
    const world = await makeWorld();
    const rule = {
      fault: { kind: 'http-error', status: 503 },
      match: { route: 'models.get' },
      times: 'always',
    };
    const armed = (await (await control(world, 'POST', 'faults', rule)).json()) as { id: string };
    await expect(world.ai.models.get({ model: TEXT_MODEL })).rejects.toThrow(/overloaded/);
    expect(await (await control(world, 'GET', 'faults')).json()).toEqual([
      { id: armed.id, rule, seen: 1, struck: 1 },
    ]);
    expect((await control(world, 'DELETE', `faults/${armed.id}`)).status).toBe(200);
    expect((await control(world, 'DELETE', `faults/${armed.id}`)).status).toBe(404);
    await world.ai.models.get({ model: TEXT_MODEL });
    await control(world, 'POST', 'faults', rule);
    await control(world, 'DELETE', 'faults');
    await world.ai.models.get({ model: TEXT_MODEL });
  });

  it('refuses a rule that it does not understand, and says why', async () => {
    const world = await makeWorld();
    const answer = await control(world, 'POST', 'faults', { fault: { kind: 'http-error', status: 200 } });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('status');
    expect((await control(world, 'POST', 'faults', { fault: { kind: 'meteor' } })).status).toBe(400);
    expect(world.emulator.faults.list()).toEqual([]);
  });

  it('takes no form that a strange web page could send', async () => {
    const world = await makeWorld();
    const answer = await fetch(`${world.emulator.url}/__emulator/clock`, {
      method: 'POST',
      body: '{"advance":1000}',
    });
    expect(answer.status).toBe(400);
  });

  it('moves the clock no further than times can be written', async () => {
    const world = await makeWorld();
    expect((await control(world, 'POST', 'clock', { advance: 1e300 })).status).toBe(400);
    await world.ai.models.get({ model: TEXT_MODEL });
  });

  it('moves the clock and reads the ledger', async () => {
    const world = await makeWorld();
    const before = (await (await control(world, 'GET', 'clock')).json()) as { now: string };
    const after = (await (await control(world, 'POST', 'clock', { advance: 3_600_000 })).json()) as {
      now: string;
    };
    expect(Date.parse(after.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(3_600_000);
    await world.ai.models.generateContent({ model: TEXT_MODEL, contents: 'hello' });
    const billed = (await (await control(world, 'GET', 'ledger/billed')).json()) as unknown[];
    expect(billed).toEqual(world.emulator.ledger.billed());
    const ledger = (await (await control(world, 'GET', 'ledger')).json()) as { requests: unknown[] };
    expect(ledger.requests).toHaveLength(1);
  });
});
