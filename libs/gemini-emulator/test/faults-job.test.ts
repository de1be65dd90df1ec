import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { FileSource } from '@google/genai';
import { describe, expect, it } from 'vitest';
import {
  createJob,
  makeFolder,
  makeWorld,
  pictureLine,
  results,
  TEXT_MODEL,
  textLine,
  type World,
} from './support/world.js';

const LINES = Array.from({ length: 10 }, (_, i) => textLine(`k${String(i)}`));
const HOUR = 3_600_000;

/** The operation as it is on the wire: the SDK drops `error`, `done` and the counts. */
async function raw(world: World, name: string): Promise<unknown> {
  const response = await fetch(`${world.emulator.url}/v1beta/${name}`, {
    headers: { 'x-goog-api-key': 'a key' },
  });
  return response.json();
}

const make = (world: World): Promise<{ name: string }> => createJob(world, LINES, { model: TEXT_MODEL });

describe('a fault of a whole job arrives at the SDK', () => {
  it('as SUCCEEDED before the output is there', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'late-output', polls: 3 } });
    const { name } = await make(world);
    const seen: unknown[] = [];
    await world.ai.batches.get({ name });
    for await (const job of await world.ai.batches.list()) expect(job.dest).toBeUndefined();
    for (let i = 0; i < 3; i += 1) {
      const job = await world.ai.batches.get({ name });
      expect(job.state).toBe('JOB_STATE_SUCCEEDED');
      seen.push(job.dest?.fileName);
    }
    expect(seen).toEqual([undefined, undefined, `files/batch-${name.slice('batches/'.length)}`]);
  });

  it('as PENDING without end, until it expires after 48 hours', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'stuck-pending' } });
    const { name } = await make(world);
    world.emulator.advanceClock(47 * HOUR);
    expect(await world.ai.batches.get({ name })).toMatchObject({ state: 'JOB_STATE_PENDING' });
    world.emulator.advanceClock(HOUR);
    const job = await world.ai.batches.get({ name });
    expect(job.state).toBe('JOB_STATE_EXPIRED');
    expect(job.dest).toBeUndefined();
    expect(world.emulator.ledger.billed()).toEqual([]);
  });

  it('as FAILED with a reason that only the wire has', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'job-failed', code: 8, message: 'no capacity left' } });
    const { name } = await make(world);
    const job = await world.ai.batches.get({ name });
    expect(job).toMatchObject({ state: 'JOB_STATE_FAILED' });
    expect(job.error).toBeUndefined();
    expect(await raw(world, name)).toMatchObject({
      done: true,
      error: { code: 8, message: 'no capacity left' },
    });
    expect(world.emulator.ledger.billed()).toEqual([]);
  });

  it('as EXPIRED at once', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'job-expired' } });
    const { name } = await make(world);
    expect(await world.ai.batches.get({ name })).toMatchObject({ state: 'JOB_STATE_EXPIRED' });
  });

  it('as CANCELLED by somebody else before it began', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'job-cancelled' } });
    const { name } = await make(world);
    expect(await world.ai.batches.get({ name })).toMatchObject({ state: 'JOB_STATE_CANCELLED' });
    expect(await raw(world, name)).toMatchObject({ done: true, error: { code: 13 } });
    expect(world.emulator.ledger.billed()).toEqual([]);
  });

  it('as cancelled by somebody else after a part was served: SUCCEEDED, the rest with code 1 and no message', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'job-cancelled', served: 0.3 } });
    const { name } = await make(world);
    const lines = await results(world, name);
    expect(lines).toHaveLength(10);
    expect(lines.filter(({ response }) => response !== undefined)).toHaveLength(3);
    expect(lines.filter(({ error }) => error !== undefined).map(({ error }) => error)).toEqual(
      Array.from({ length: 7 }, () => ({ code: 1 })),
    );
    expect(await raw(world, name)).toMatchObject({
      metadata: { batchStats: { requestCount: '10', successfulRequestCount: '3', failedRequestCount: '7' } },
    });
    expect(world.emulator.ledger.billed()).toHaveLength(3);
  });

  it('only for the job whose model and name match', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({
      fault: { kind: 'job-failed' },
      match: { model: TEXT_MODEL, displayName: 'wave-2' },
    });
    const first = await createJob(world, LINES, { model: TEXT_MODEL, displayName: 'wave-1' });
    const second = await createJob(world, LINES, { model: TEXT_MODEL, displayName: 'wave-2' });
    expect(await world.ai.batches.get({ name: first.name })).toMatchObject({ state: 'JOB_STATE_SUCCEEDED' });
    expect(await world.ai.batches.get({ name: second.name })).toMatchObject({ state: 'JOB_STATE_FAILED' });
  });
});

describe('a cancel by the client', () => {
  it('before the start ends the job as CANCELLED, and nothing is billed', async () => {
    const world = await makeWorld({ jobDuration: 90_000 });
    const { name } = await make(world);
    await world.ai.batches.cancel({ name });
    expect(await world.ai.batches.get({ name })).toMatchObject({ state: 'JOB_STATE_CANCELLED' });
    world.emulator.advanceClock(HOUR);
    expect(await world.ai.batches.get({ name })).toMatchObject({ state: 'JOB_STATE_CANCELLED' });
    expect(world.emulator.ledger.billed()).toEqual([]);
  });

  it('after the start serves what was begun, bills that, and ends as SUCCEEDED', async () => {
    const world = await makeWorld({ jobDuration: 90_000, jobStartDelay: 10_000 });
    const { name } = await make(world);
    world.emulator.advanceClock(50_000);
    expect(await world.ai.batches.get({ name })).toMatchObject({ state: 'JOB_STATE_RUNNING' });
    await world.ai.batches.cancel({ name });
    const lines = await results(world, name);
    expect(await world.ai.batches.get({ name })).toMatchObject({ state: 'JOB_STATE_SUCCEEDED' });
    expect(lines.filter(({ error }) => error?.code === 1)).toHaveLength(5);
    expect(world.emulator.ledger.billed()).toHaveLength(5);
  });
});

describe('a job that is being drawn', () => {
  const many = Array.from({ length: 300 }, (_, i) => pictureLine(`k${String(i)}`));

  /** A job of many pictures, of which some are served and most are not. */
  async function underWay(): Promise<{ world: World; name: string }> {
    const world = await makeWorld({ pollPatience: 0 });
    const { name } = await createJob(world, many);
    await expect.poll(() => world.emulator.ledger.billed().length, { interval: 1 }).toBeGreaterThan(2);
    return { world, name };
  }

  it('is RUNNING for a poll that will not wait, and stops serving when it is cancelled', async () => {
    const { world, name } = await underWay();
    expect(await world.ai.batches.get({ name })).toMatchObject({ state: 'JOB_STATE_RUNNING' });
    await world.ai.batches.cancel({ name });
    const ended = async (): Promise<unknown> => (await world.ai.batches.get({ name })).state;
    await expect.poll(ended).toBe('JOB_STATE_SUCCEEDED');
    const lines = await results(world, name);
    const served = lines.filter(({ response }) => response !== undefined).length;
    expect(lines).toHaveLength(300);
    expect(served).toBe(world.emulator.ledger.billed().length);
    expect(served).toBeLessThan(300);
  });

  it('stops being served when it is deleted, and leaves no result', async () => {
    const { world, name } = await underWay();
    await world.ai.batches.delete({ name });
    // Jobs are drawn one after the other: when this one is done, the deleted one was left.
    const next = await createJob(world, [pictureLine('next')]);
    const state = async (): Promise<unknown> => (await world.ai.batches.get({ name: next.name })).state;
    await expect.poll(state).toBe('JOB_STATE_SUCCEEDED');
    expect(world.emulator.ledger.billed().length).toBeLessThan(300);
    const made: unknown[] = [];
    for await (const file of await world.ai.files.list())
      if (file.source === FileSource.GENERATED) made.push(file.name);
    expect(made).toEqual([`files/batch-${next.name.slice('batches/'.length)}`]);
  });

  it('does not keep the emulator from closing', async () => {
    const { world } = await underWay();
    await world.emulator.close();
    expect(world.emulator.ledger.billed().length).toBeLessThan(300);
  });
});

describe('a job runs by the clock', () => {
  it('from pending over running to done', async () => {
    const world = await makeWorld({ jobDuration: 90_000 });
    const { name } = await make(world);
    const state = async (): Promise<unknown> => (await world.ai.batches.get({ name })).state;
    expect(await state()).toBe('JOB_STATE_PENDING');
    world.emulator.advanceClock(30_000);
    expect(await state()).toBe('JOB_STATE_RUNNING');
    world.emulator.advanceClock(60_000);
    expect(await state()).toBe('JOB_STATE_SUCCEEDED');
  });

  it('is done without anybody asking', async () => {
    const world = await makeWorld();
    await make(world);
    await expect.poll(() => world.emulator.ledger.billed().length).toBe(10);
  });

  it('keeps its results when its input is deleted, and when it is deleted itself', async () => {
    const world = await makeWorld({ jobDuration: 1000 });
    const { name } = await make(world);
    const files: string[] = [];
    for await (const file of await world.ai.files.list()) files.push(file.name ?? '');
    for (const file of files) await world.ai.files.delete({ name: file });
    world.emulator.advanceClock(1000);
    const lines = await results(world, name);
    expect(lines).toHaveLength(10);
    await world.ai.batches.delete({ name });
    const result = await world.ai.files.get({ name: `files/batch-${name.slice('batches/'.length)}` });
    expect(result.state).toBe('ACTIVE');
  });

  it.each([
    ['has a line that is no JSON', 'not json\n'],
    ['has a line without a request', '{"key":"b"}\n'],
  ])('ends as FAILED when its input %s, and nothing of it is billed', async (_, line) => {
    const world = await makeWorld();
    const good = LINES.map((one) => `${JSON.stringify(one)}\n`).join('');
    const src = await uploadText(world, `${good}${line}`);
    const { name = '' } = await world.ai.batches.create({ model: TEXT_MODEL, src, config: {} });
    expect(await world.ai.batches.get({ name })).toMatchObject({ state: 'JOB_STATE_FAILED' });
    expect(await raw(world, name)).toMatchObject({
      error: { code: 3, message: expect.stringContaining('ine 11 of the input file') as string },
    });
    expect(world.emulator.ledger.billed()).toEqual([]);
  });

  it('ends as FAILED when its input has no line break for 150 MB', async () => {
    const stateDir = await makeFolder();
    const world = await makeWorld({ stateDir });
    const src = await uploadText(world, '{"key":"a"}');
    // A file with a hole takes no room on the disk.
    await truncate(join(stateDir, 'files', `${src.slice('files/'.length)}.bin`), 150_000_000);
    const { name = '' } = await world.ai.batches.create({ model: TEXT_MODEL, src, config: {} });
    expect(await world.ai.batches.get({ name })).toMatchObject({ state: 'JOB_STATE_FAILED' });
    expect(await raw(world, name)).toMatchObject({
      error: { code: 3, message: 'Line 1 of the input file is too long.' },
    });
  });

  it('gives an item with a bad request an error of its own, and serves the others', async () => {
    const world = await makeWorld();
    const { name } = await createJob(world, [textLine('good'), { key: 'bad', request: { contents: 7 } }], {
      model: TEXT_MODEL,
    });
    const lines = await results(world, name);
    expect(lines.find(({ key }) => key === 'bad')?.error?.code).toBe(3);
    expect(lines.find(({ key }) => key === 'good')?.response).toBeDefined();
  });
});

async function uploadText({ ai }: World, text: string): Promise<string> {
  const file = await ai.files.upload({ file: new Blob([text]), config: { mimeType: 'application/jsonl' } });
  return file.name ?? '';
}
