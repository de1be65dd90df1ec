import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limitsOf } from '../src/options.js';
import {
  client,
  createJob,
  IMAGE_MODEL,
  makeFolder,
  makeWorld,
  pictureLine,
  rejection,
  results,
  TEXT_MODEL,
  textLine,
  uploadLines,
} from './support/world.js';
import { sendChunk, startUpload } from './support/upload.js';

const HOUR = 3_600_000;

describe('limits are those of the tier', () => {
  it('100 jobs at a time; the next is refused until one is done', async () => {
    const world = await makeWorld({ jobDuration: HOUR });
    const src = await uploadLines(world, [textLine('a')]);
    const create = (): Promise<unknown> => world.ai.batches.create({ model: TEXT_MODEL, src, config: {} });
    for (let i = 0; i < 100; i += 1) await create();
    const error = await rejection(create());
    expect(error).toMatchObject({ status: 429 });
    expect(error.message).toContain('BatchJobsConcurrentPerProject');
    world.emulator.advanceClock(2 * HOUR);
    await expect
      .poll(
        async () =>
          create().then(
            () => 'created',
            () => 'refused',
          ),
        { timeout: 10_000 },
      )
      .toBe('created');
  });

  it('no batch at all in the free tier', async () => {
    const world = await makeWorld({ tier: 'free' });
    expect(await rejection(createJob(world, [textLine('a')], { model: TEXT_MODEL }))).toMatchObject({
      status: 429,
    });
  });

  it('so many input tokens queued for a model, and another model has its own', async () => {
    const world = await makeWorld({
      jobDuration: HOUR,
      limits: { queuedTokens: { [IMAGE_MODEL]: 100 }, queuedTokensElse: 1000 },
    });
    const lines = [pictureLine('a', 'x'.repeat(4 * 60))];
    await createJob(world, lines);
    const error = await rejection(createJob(world, lines));
    expect(error).toMatchObject({ status: 429 });
    expect(error.message).toContain('BatchEnqueuedTokensPerModelPerProject');
    await createJob(world, [textLine('b', 'x'.repeat(4 * 60))], { model: TEXT_MODEL });
  });

  it('a file that is too large, by its announced size and by its real one', async () => {
    const world = await makeWorld({ limits: { maxFileBytes: 1000 } });
    const error = await rejection(uploadLines(world, [textLine('a', 'x'.repeat(2000))]));
    expect(error).toMatchObject({ status: 400 });
    const chunk = await sendChunk(
      await startUpload(world.emulator.url),
      'upload, finalize',
      0,
      'x'.repeat(2000),
    );
    expect(chunk.status).toBe(400);
    expect(await chunk.text()).toContain('too large');
  });

  it('storage, which deleting gives back', async () => {
    const world = await makeWorld({ limits: { storageBytes: 3000 } });
    const big = [textLine('a', 'x'.repeat(2000))];
    const first = await uploadLines(world, big);
    expect((await rejection(uploadLines(world, big))).message).toContain('FileStorageBytesPerProject');
    await world.ai.files.delete({ name: first });
    await uploadLines(world, big);
  });

  it('storage also where the size was not announced, or two uploads race for the rest of it', async () => {
    const world = await makeWorld({ limits: { storageBytes: 3000 } });
    const { url } = world.emulator;
    const sessions = [await startUpload(url), await startUpload(url)];
    const answers = [];
    for (const session of sessions)
      answers.push(await sendChunk(session, 'upload, finalize', 0, 'x'.repeat(2000)));
    expect(answers.map(({ status }) => status)).toEqual([200, 429]);
  });

  it('20 MB of JSON in one call', async () => {
    const world = await makeWorld();
    const data = Buffer.alloc(16 * 1024 ** 2).toString('base64');
    const error = await rejection(
      world.ai.models.generateContent({
        model: TEXT_MODEL,
        contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data } }] }],
      }),
    );
    expect(error).toMatchObject({ status: 400 });
    expect(error.message).toContain('Request payload size exceeds the limit: 20971520 bytes.');
  });

  it('as published', () => {
    expect(limitsOf('tier1')).toMatchObject({
      concurrentJobs: 100,
      maxFileBytes: 2 ** 31,
      storageBytes: 20 * 2 ** 30,
    });
    expect(limitsOf('tier1').queuedTokens[IMAGE_MODEL]).toBe(2_000_000);
    expect(limitsOf('tier2').queuedTokens[IMAGE_MODEL]).toBe(270_000_000);
    expect(limitsOf('tier3').queuedTokensElse).toBe(1_000_000_000);
    expect(limitsOf('tier1', { concurrentJobs: 10, storageBytes: 2 ** 31 })).toMatchObject({
      concurrentJobs: 10,
    });
  });
});

describe('what belongs to another key', () => {
  it('is not overwritten by an upload of the same name that began at the same time', async () => {
    const world = await makeWorld();
    const { url } = world.emulator;
    const mine = await startUpload(url, { name: 'files/portrait' });
    const theirs = await startUpload(url, { name: 'files/portrait' }, 'another key');
    expect((await sendChunk(mine, 'upload, finalize', 0, 'mine')).status).toBe(200);
    expect((await sendChunk(theirs, 'upload, finalize', 0, 'theirs', 'another key')).status).toBe(409);
    expect(await world.ai.files.get({ name: 'files/portrait' })).toMatchObject({ sizeBytes: '4' });
  });

  it('is a 403 for a file and a 404 for a job, and is in no list', async () => {
    const world = await makeWorld();
    const { name } = await createJob(world, [textLine('a')], { model: TEXT_MODEL });
    const done = await world.ai.batches.get({ name });
    const stranger = client(world.emulator.url, 'another key');
    expect(await rejection(stranger.batches.get({ name }))).toMatchObject({ status: 404 });
    expect(await rejection(stranger.files.get({ name: done.dest?.fileName ?? '' }))).toMatchObject({
      status: 403,
    });
    const src = await uploadLines(world, [textLine('a')]);
    expect(await rejection(stranger.batches.create({ model: TEXT_MODEL, src, config: {} }))).toMatchObject({
      status: 404,
    });
    for await (const file of await stranger.files.list()) expect(file).toBeUndefined();
    for await (const job of await stranger.batches.list()) expect(job).toBeUndefined();
  });
});

describe('a list', () => {
  it('shows what remains once, though others delete from it and add to it between the pages', async () => {
    const world = await makeWorld();
    const names: string[] = [];
    const add = async (): Promise<string> =>
      (await createJob(world, [textLine('a')], { model: TEXT_MODEL })).name;
    for (let i = 0; i < 5; i += 1) names.unshift(await add());
    const pager = await world.ai.batches.list({ config: { pageSize: 2 } });
    // The page that comes next begins with this one.
    await world.ai.batches.delete({ name: names[2] ?? '' });
    await add();
    const seen: (string | undefined)[] = [];
    for await (const job of pager) seen.push(job.name);
    expect(seen).toEqual(names.filter((_, i) => i !== 2));
  });

  it('refuses a token that it did not give', async () => {
    const { emulator } = await makeWorld();
    const answer = await fetch(`${emulator.url}/v1beta/files?pageToken=nonsense`, {
      headers: { 'x-goog-api-key': 'a key' },
    });
    expect(answer.status).toBe(400);
  });
});

describe('the clock', () => {
  it('ends an upload that nobody goes on with', async () => {
    const stateDir = await makeFolder();
    const world = await makeWorld({ stateDir });
    const session = await startUpload(world.emulator.url);
    await sendChunk(session, 'upload', 0, 'half of it');
    world.emulator.advanceClock(47 * HOUR);
    expect((await sendChunk(session, 'upload', 10, 'and more')).status).toBe(200);
    world.emulator.advanceClock(49 * HOUR);
    expect((await sendChunk(session, 'upload, finalize', 18, 'the rest')).status).toBe(404);
    expect(await readdir(join(stateDir, 'files'))).toEqual([]);
  });

  it('makes a file expire after 48 hours, and an item that refers to it fail', async () => {
    const world = await makeWorld({ jobDuration: 47.5 * HOUR });
    const file = await world.ai.files.upload({ file: new Blob(['x']), config: { mimeType: 'image/png' } });
    expect(Date.parse(file.expirationTime ?? '') - Date.parse(file.createTime ?? '')).toBeGreaterThan(
      47.9 * HOUR,
    );
    world.emulator.advanceClock(HOUR);
    const parts = [{ text: 'like this' }, { fileData: { fileUri: file.uri, mimeType: 'image/png' } }];
    const { name } = await createJob(world, [{ key: 'a', request: { contents: [{ parts }] } }]);
    world.emulator.advanceClock(47 * HOUR);
    expect(await rejection(world.ai.files.get({ name: file.name ?? '' }))).toMatchObject({ status: 403 });
    world.emulator.advanceClock(0.5 * HOUR);
    expect((await results(world, name))[0]?.error).toMatchObject({ code: 7 });
  });

  it('retires models on their day, routes some to a successor, and closes others', async () => {
    const at = (iso: string): { now(): number } => ({ now: () => Date.parse(iso) });
    const spring = await makeWorld({ clock: at('2026-09-01T00:00:00Z') });
    await spring.ai.models.get({ model: 'gemini-2.5-flash-image' });
    const autumn = await makeWorld({ clock: at('2026-10-05T00:00:00Z') });
    expect(await rejection(autumn.ai.models.get({ model: 'gemini-2.5-flash-image' }))).toMatchObject({
      status: 404,
    });
    const closed = await rejection(
      autumn.ai.models.generateContent({ model: 'gemini-2.5-flash-lite', contents: 'x' }),
    );
    expect(closed.message).toContain('no longer available to new users');
    const listed: string[] = [];
    for await (const model of await autumn.ai.models.list()) listed.push(model.name ?? '');
    expect(listed).toContain('models/gemini-2.5-flash-lite');
    const winter = await makeWorld({ clock: at('2026-12-02T00:00:00Z') });
    const routed = await winter.ai.models.generateContent({ model: 'gemini-2.5-flash', contents: 'x' });
    expect(routed.modelVersion).toBe('gemini-3.8-flash');
  });
});
