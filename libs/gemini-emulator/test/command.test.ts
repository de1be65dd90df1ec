import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLedger } from '../src/index.js';
import { run, serve, serveWith } from './support/process.js';
import { sendChunk, startUpload } from './support/upload.js';
import {
  client,
  createJob,
  makeFolder,
  pictureLine,
  rejection,
  results,
  runBatch,
  TEXT_MODEL,
  textLine,
  type World,
} from './support/world.js';

type Remote = Pick<World, 'ai' | 'folder'>;

/** A world whose emulator is a process of its own. */
async function remote(url: string): Promise<World> {
  const world: Remote = { ai: client(url), folder: await makeFolder() };
  return world as World;
}

describe('the command', () => {
  it('says where it listens, serves, and ends cleanly on SIGTERM and on SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const served = await serve();
      const found = await runBatch(await remote(served.url), [textLine('a')], { model: TEXT_MODEL });
      expect(found).toHaveLength(1);
      expect(await served.stop(signal)).toBe(0);
    }
  });

  it('lets in only the keys that it was given', async () => {
    const served = await serve('--key', 'one', 'two');
    await client(served.url, 'two').models.get({ model: TEXT_MODEL });
    expect(await rejection(client(served.url, 'three').models.get({ model: TEXT_MODEL }))).toMatchObject({
      status: 400,
    });
  });

  it('takes limits of its own', async () => {
    const served = await serve('--job-duration', '60000', '--limit', 'concurrentJobs=1', 'storageBytes=5000');
    const world = await remote(served.url);
    await createJob(world, [textLine('a')], { model: TEXT_MODEL });
    const second = createJob(world, [textLine('b')], { model: TEXT_MODEL });
    expect((await rejection(second)).message).toContain('BatchJobsConcurrentPerProject');
    const large = createJob(world, [textLine('c', 'x'.repeat(6000))], { model: TEXT_MODEL });
    expect((await rejection(large)).message).toContain('FileStorageBytesPerProject');
    const wrong = await run('--limit', 'moons=2');
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.err).toContain('concurrentJobs=10');
  });

  it('says so when its port is taken', async () => {
    const served = await serve();
    const { code, err } = await run('--port', new URL(served.url).port);
    expect(code).toBe(1);
    expect(err).toMatch(/could not start: .*EADDRINUSE.*--port 0/);
  });

  it('explains itself, and a wrong option', async () => {
    expect((await run('--help')).out).toContain('--state <dir>');
    const wrong = await run('--port', 'many');
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('Give a whole number');
  });

  it('reads a ledger: what was billed, and with --duplicates what was billed twice', async () => {
    const folder = await makeFolder();
    const ledger = join(folder, 'ledger.ndjson');
    const served = await serve('--ledger', ledger);
    const world = await remote(served.url);
    await runBatch(world, [pictureLine('a', 'one'), pictureLine('b', 'two')]);
    const clean = await run('ledger', ledger);
    expect(clean).toMatchObject({ code: 0, err: '' });
    expect(clean.out).toContain('2 items served, 2 pictures');
    expect(clean.out).toContain('nothing was paid more than once');
    expect((await run('ledger', '--duplicates', ledger)).code).toBe(0);
    await runBatch(world, [pictureLine('a', 'one')]);
    const twice = await run('ledger', '--duplicates', ledger);
    expect(twice.code).toBe(1);
    expect(twice.out).toMatch(/1 paid more than once:\n {2}[0-9a-f]{64} {2}2 times\n/);
    expect(await run('ledger', '--duplicates', served.url)).toEqual(twice);
    const none = await run('ledger', join(folder, 'none.ndjson'));
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toContain('none.ndjson cannot be read');
    await served.stop('SIGTERM');
    const gone = await run('ledger', served.url);
    expect(gone.code).toBe(2);
    expect(gone.err).toContain(`No emulator answers at ${served.url}`);
  });
});

describe('a state directory', () => {
  it('keeps files, jobs, results and the ledger over a SIGKILL', async () => {
    const state = join(await makeFolder(), 'state');
    const first = await serve('--state', state);
    const before = await remote(first.url);
    const done = await createJob(before, [pictureLine('a'), pictureLine('b')], { displayName: 'done' });
    const lines = await results(before, done.name);
    await first.stop('SIGKILL');

    const second = await serve('--state', state);
    const after = await remote(second.url);
    expect(await after.ai.batches.get({ name: done.name })).toMatchObject({
      state: 'JOB_STATE_SUCCEEDED',
      displayName: 'done',
    });
    expect(await results(after, done.name)).toEqual(lines);
    const ledger = parseLedger(await readFile(join(state, 'ledger.ndjson'), 'utf8'));
    expect(ledger.filter(({ type }) => type === 'item')).toHaveLength(2);
  });

  it('finishes a job that a SIGKILL hit while it was drawn, and bills nothing twice', async () => {
    const state = join(await makeFolder(), 'state');
    const first = await serve('--state', state);
    const before = await remote(first.url);
    const lines = Array.from({ length: 60 }, (_, i) => pictureLine(`k${String(i)}`));
    const { name } = await createJob(before, lines);
    const billed = async (): Promise<number> => {
      const entries = parseLedger(await readFile(join(state, 'ledger.ndjson'), 'utf8'));
      return entries.filter(({ type }) => type === 'item').length;
    };
    await expect.poll(billed, { interval: 5 }).toBeGreaterThan(3);
    await first.stop('SIGKILL');
    const atTheKill = await billed();
    expect(atTheKill).toBeLessThan(60);

    const second = await serve('--state', state);
    const after = await remote(second.url);
    const found = await results(after, name);
    expect(new Set(found.map(({ key }) => key)).size).toBe(60);
    expect(await billed()).toBe(60);
  });

  it('is cleared of what a SIGKILL left half-made, and of nothing else', async () => {
    const state = join(await makeFolder(), 'state');
    const first = await serve('--state', state);
    const before = await remote(first.url);
    const { name } = await createJob(before, [textLine('a')], { model: TEXT_MODEL });
    await results(before, name);
    const session = await startUpload(first.url);
    await sendChunk(session, 'upload', 0, 'half of it');
    await first.stop('SIGKILL');
    const files = join(state, 'files');
    await writeFile(join(files, 'renamed-but-not-recorded.bin'), 'x');
    await writeFile(join(files, 'notes.txt'), 'mine');
    await writeFile(join(state, 'jobs', 'linked-but-not-recorded.input.jsonl'), '{}');
    const all = await readdir(files);
    expect(all.some((one) => one.endsWith('.part'))).toBe(true);

    const second = await serve('--state', state);
    expect((await readdir(files)).sort()).toEqual(
      all.filter((one) => !one.endsWith('.part') && !one.startsWith('renamed')).sort(),
    );
    expect(await readdir(join(state, 'jobs'))).toEqual([`${name.slice('batches/'.length)}.json`]);
    expect(await results(await remote(second.url), name)).toHaveLength(1);
  });

  it('is temporary without the option: nothing stays behind', async () => {
    const temporary = await makeFolder();
    const served = await serveWith({ TMPDIR: temporary });
    await runBatch(await remote(served.url), [textLine('a')], { model: TEXT_MODEL });
    expect(await readdir(temporary)).toHaveLength(1);
    expect(await served.stop('SIGTERM')).toBe(0);
    expect(await readdir(temporary)).toEqual([]);
  });
});
