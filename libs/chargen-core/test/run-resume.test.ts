import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { ResultStore } from '../src/index.js';
import { recipeSchema } from '../src/recipe/recipe.js';
import { runStateSchema } from '../src/run/journal/run-state.js';
import { askAgainForWreck } from './support/ask-again.js';
import {
  doorWith,
  FILES,
  KEYS,
  outcomes,
  paidTwice,
  SCENES,
  uploadsLeft,
  withWorld,
  type RunWorld,
} from './support/run-world.js';

const count = (world: RunWorld, route: string): number =>
  world.emulator.ledger.requests().filter((request) => request.route === route).length;

it('leaves when the time for waiting is over, and the next call collects without submitting again', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    const { report } = await world.generate({ control: { waitMs: 20 } });
    expect(report.stop?.kind).toBe('wait-over');
    expect(report.stopMessage).toContain('npx nx run-many -t generate');
    expect(report.entities.map((entity) => entity.verdict)).toContain('unfinished');
    const { report: second, events } = await world.generate({ hoursPass: true });
    expect(second.totals.generated).toBe(SCENES);
    expect(events[0]?.kind).toBe('run-resumed');
    expect(count(world, 'batches.create')).toBe(2);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
    expect(await uploadsLeft(emulator)).toEqual([]);
  }));

it('submits before it leaves, also when it was told not to wait at all', () =>
  withWorld({ jobDuration: 60_000 }, async (world) => {
    await world.generate({ control: { waitMs: 0 } });
    expect(count(world, 'batches.create')).toBe(1);
  }));

it('collects and submits nothing with CHARGEN_SUBMIT=never, also on a machine that knows of no run', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    const other = await world.clone();
    const { report } = await other.generate({ hoursPass: true, control: { submit: false } });
    expect(report.stop?.kind).toBe('not-submitting');
    expect(report.totals).toMatchObject({ generated: SCENES - 1, pending: 1 });
    expect(count(world, 'batches.create')).toBe(1);
    await other.remove();
    expect(emulator.ledger.billed()).toHaveLength(KEYS - 1);
  }));

it.each(['upload', 'create', 'poll', 'download', 'wait'] as const)(
  'winds down in good order when it is interrupted during the %s, and finishes the next time',
  (moment) =>
    withWorld({ jobDuration: moment === 'wait' ? 3_600_000 : 0 }, async (world, emulator) => {
      const abort = new AbortController();
      const stop = <T>(work: () => Promise<T>): Promise<T> => {
        abort.abort();
        return work();
      };
      const { report } = await world.generate({
        signal: abort.signal,
        onEvent: (event) => {
          if (moment === 'wait' && event.kind === 'job-polled') abort.abort();
        },
        door: (real) =>
          doorWith(real, {
            ...(moment === 'upload'
              ? { uploadFile: (one, signal) => stop(() => real.uploadFile(one, signal)) }
              : {}),
            ...(moment === 'create'
              ? {
                  createBatch: (one, signal) => {
                    const answer = real.createBatch(one, signal);
                    return stop(() => answer);
                  },
                }
              : {}),
            ...(moment === 'poll'
              ? { getBatch: (name, signal) => stop(() => real.getBatch(name, signal)) }
              : {}),
            ...(moment === 'download'
              ? { downloadFile: (name, path, signal) => stop(() => real.downloadFile(name, path, signal)) }
              : {}),
          }),
      });
      expect(report.stop?.kind).toBe('interrupted');
      expect((await world.files()).filter((path) => /\.(?:tmp|part|lock)$/.test(path))).toEqual([]);
      await world.generate({ hoursPass: true });
      expect((await world.pictures()).size).toBe(SCENES);
      expect(paidTwice(emulator)).toEqual([]);
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
    }),
);

it('goes on waiting for its jobs while Google cannot be reached', () =>
  withWorld({ jobDuration: 60 }, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'drop', when: 'before' },
      match: { route: 'batches.get' },
      times: 12,
    });
    const { report, events } = await world.generate({ control: { pollInterval: 20 } });
    expect(report.totals.generated).toBe(SCENES);
    expect(events.some((event) => event.kind === 'waiting' && /cannot be reached/.test(event.message))).toBe(
      true,
    );
  }));

it('believes that a job is gone only after Google has said so for a while', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'http-error', status: 404 },
      match: { route: 'batches.get' },
      times: 3,
    });
    const { report } = await world.generate();
    expect(report.totals.generated).toBe(SCENES);
    expect(count(world, 'batches.create')).toBe(2);
  }));

it('fails the items of a job that was deleted at Google, and says what happened to it', () =>
  withWorld({}, async (world) => {
    const { report } = await world.generate({
      only: ['harbour'],
      control: { settleMs: 3 },
      door: (real) =>
        doorWith(real, {
          getBatch: () => Promise.resolve(undefined),
          listBatches: async function* () {
            await Promise.resolve();
            yield* [];
          },
        }),
    });
    const [scene] = report.entities.flatMap((entity) => entity.scenes);
    expect(scene?.outcome).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/it was deleted there/) as string,
    });
  }));

it('reuses uploads by their digest across runs, as long as they live', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'http-error', status: 403 }, match: { route: 'batches.create' } });
    await world.generate({ only: ['mira'] });
    const before = count(world, 'files.start');
    // Another picture is wanted now: the staged job is dropped, its reference is not.
    const text = await readFile(world.path(FILES.mira), 'utf8');
    await world.write(FILES.mira, text.replace('mends a net', 'mends a sail'));
    const { events } = await world.generate({ only: ['mira'] });
    expect(events.some((event) => event.kind === 'upload-reused')).toBe(true);
    expect(count(world, 'files.start') - before).toBe(1);
    expect(await uploadsLeft(emulator)).toEqual([]);
  }));

it('uploads anew what would expire under a job', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'http-error', status: 403 }, match: { route: 'batches.create' } });
    await world.generate({ only: ['mira'] });
    const day = 24 * 3_600_000;
    emulator.advanceClock(day);
    const clock = {
      now: () => Date.now() + day,
      sleep: (ms: number, signal: AbortSignal) =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          signal.addEventListener('abort', () => {
            clearTimeout(timer);
            resolve();
          });
        }),
    };
    const { report, events } = await world.generate({ only: ['mira'], clock });
    expect(report.totals.generated).toBe(3);
    expect(events.some((event) => event.kind === 'upload-reused')).toBe(false);
  }));

it('stops where the state of a run is damaged or newer, and submits nothing', () =>
  withWorld({ jobDuration: 60_000 }, async (world) => {
    await world.generate({ control: { waitMs: 0 } });
    const [path = ''] = (await world.files('.chargen/batch')).filter((one) => one.endsWith('state.json'));
    const good = await readFile(world.path(path), 'utf8');
    const before = count(world, 'batches.create');
    await writeFile(world.path(path), good.slice(0, 200));
    await expect(world.generate()).rejects.toThrow(
      /state\.json is damaged.*Nothing is submitted until it is fixed/s,
    );
    await writeFile(world.path(path), good.replace('"v": 1', '"v": 2'));
    await expect(world.generate()).rejects.toThrow(/newer version of chargen \(format 2\)/);
    expect(count(world, 'batches.create')).toBe(before);
  }));

it.each([
  ['that has collected', 0],
  ['whose job is open', 60_000],
])('pays for nothing twice if a later format wrote any file of a run %s', (_, jobDuration) =>
  withWorld({ jobDuration }, async (world, emulator) => {
    const call = { only: ['harbour'], control: { waitMs: jobDuration === 0 ? 10_000 : 0 } };
    await world.generate(call);
    const files = (await world.files('.chargen')).filter((path) => path.endsWith('.json'));
    const before = count(world, 'batches.create');
    const refused: string[] = [];
    for (const path of ['.chargen/batch/.lock/1.lock', ...files]) {
      const text = await readFile(world.path(path), 'utf8').catch(() => undefined);
      await world.write(path, (text ?? '{"v": 1}').replace(/("v": *)1\b/, '$12'));
      // Only the store has the picture then.
      for (const laid of await world.files('content/locations/harbour/images')) await rm(world.path(laid));
      const said = await world.generate(call).then(({ report }) => JSON.stringify(report), String);
      if (/was written by a newer version of chargen \(format 2\): update chargen/.test(said))
        refused.push(path);
      expect(paidTwice(emulator), path).toEqual([]);
      expect(count(world, 'batches.create'), path).toBe(before);
      if (text === undefined) await rm(world.path(path));
      else await writeFile(world.path(path), text);
    }
    const kinds = refused.map((path) => (path.includes('/results/') ? 'a result' : basename(path)));
    expect(kinds).toEqual(['1.lock', 'state.json', ...(jobDuration === 0 ? ['a result'] : [])]);
  }),
);

it('waits for nothing and names the key when an open run was made with another one', () =>
  withWorld({ jobDuration: 60_000 }, async (world) => {
    await world.generate({ control: { waitMs: 0 } });
    const { report } = await world.generate({ key: 'another-key' });
    expect(report.stop?.kind).toBe('other-key');
    expect(count(world, 'batches.create')).toBe(1);
  }));

it('goes on with a run whose key was replaced by another one of the same project', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 }, only: ['harbour'] });
    emulator.advanceClock(7_200_000);
    const { report } = await world.generate({
      only: ['harbour'],
      // Google shows the jobs of a project to each of its keys.
      door: (real) => doorWith(real, { keyFingerprint: 'the-new-key' }),
    });
    expect(report.totals.generated).toBe(1);
    expect(count(world, 'batches.create')).toBe(1);
  }));

it('asks again only for what is missing when a job expires', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'job-expired' } });
    const { report } = await world.generate();
    expect(report.totals.generated).toBe(SCENES);
    expect(count(world, 'batches.create')).toBe(3);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));

it('says why a job failed, in the words of Google that the SDK drops', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'job-failed', code: 9, message: 'The model was on fire.' } });
    const { report } = await world.generate();
    expect(report.totals.failed).toBeGreaterThan(0);
    expect(report.stopMessage).toBeUndefined();
    const failed = report.entities.flatMap((one) => one.scenes).find((one) => one.outcome.kind === 'failed');
    expect(failed?.outcome).toMatchObject({
      class: 'job-failed',
      message: 'The job failed at Google: The model was on fire. (code 9).',
    });
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
  }));

it('keeps what was served of a job that was cancelled at Google, and asks for the rest the next time', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'job-cancelled', served: 0.5 } });
    const { report } = await world.generate();
    expect(report.totals.failed).toBeGreaterThan(0);
    expect((await world.generate()).report.totals.failed).toBe(0);
    expect((await world.pictures()).size).toBe(SCENES);
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('waits for the file of what was served when a job ends as cancelled before its output is there', () =>
  withWorld({}, async (world, emulator) => {
    let early = 3;
    const { report } = await world.generate({
      door: (real) =>
        doorWith(real, {
          getBatch: async (name, signal) => {
            const snapshot = await real.getBatch(name, signal);
            if (snapshot?.responsesFile === undefined || early === 0) return snapshot;
            early -= 1;
            return {
              ...snapshot,
              state: 'CANCELLED',
              rawState: 'BATCH_STATE_CANCELLED',
              responsesFile: undefined,
            };
          },
        }),
    });
    expect(report.totals.generated).toBe(SCENES);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));

it('lets a failed job be without hurting its siblings', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'job-failed' }, match: { displayName: '*/1' } });
    const { report } = await world.generate({ settings: { maxItemsPerJob: 1 } });
    expect(Object.values(outcomes(report)).filter((kind) => kind === 'generated').length).toBeGreaterThan(2);
    expect(report.totals.failed).toBe(1);
  }));

it('collects a job that was believed never made when Google lists it after all', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0, submit: true }, only: ['harbour'] });
    const [path = ''] = (await world.files('.chargen/batch')).filter((one) => one.endsWith('state.json'));
    const state = runStateSchema.parse(JSON.parse(await readFile(world.path(path), 'utf8')));
    const jobs = state.jobs.map((job) => ({
      ...job,
      stage: 'abandoned' as const,
      batch: undefined,
      remote: undefined,
    }));
    await writeFile(world.path(path), JSON.stringify({ ...state, jobs }, undefined, 2));
    await rm(world.path('.chargen/store'), { recursive: true, force: true });
    // On a busy machine its picture has not come yet.
    await rm(world.path('content/locations/harbour/images'), { recursive: true, force: true });
    await rm(world.path(path.replace('state.json', 'results-1.jsonl')), { force: true });
    expect((await world.generate({ only: ['harbour'] })).report.totals.failed).toBe(0);
    expect((await world.pictures()).has('harbour/dawn')).toBe(true);
    expect(emulator.ledger.billed()).toHaveLength(1);
  }));

/** Leaves the only job of the harbour's run as a process does that was killed around the create. */
async function killedAroundCreate(world: RunWorld, sentAt: number): Promise<void> {
  const [path = ''] = (await world.files('.chargen/batch')).filter((one) => one.endsWith('state.json'));
  const state = runStateSchema.parse(JSON.parse(await readFile(world.path(path), 'utf8')));
  const jobs = state.jobs.map((job) => ({
    ...job,
    stage: 'sending' as const,
    sentAt,
    batch: undefined,
    remote: undefined,
  }));
  await writeFile(world.path(path), JSON.stringify({ ...state, jobs }, undefined, 2));
}

it('does not believe one list that lacks a job, however long ago its create was', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 }, only: ['harbour'] });
    await killedAroundCreate(world, Date.now() - 3_600_000);
    let lists = 0;
    const { report } = await world.generate({
      hoursPass: true,
      only: ['harbour'],
      control: { settleMs: 400 },
      door: (real) =>
        doorWith(real, {
          listBatches: async function* (signal) {
            lists += 1;
            if (lists > 2) yield* real.listBatches(signal);
          },
        }),
    });
    expect(report.totals.generated).toBe(1);
    expect(lists).toBeGreaterThan(2);
    expect(count(world, 'batches.create')).toBe(1);
    expect(emulator.ledger.billed()).toHaveLength(1);
  }));

it('does not wait for a time to come when the clock was set back after the create', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'http-error', status: 403 }, match: { route: 'batches.create' } });
    await world.generate({ only: ['harbour'] });
    await killedAroundCreate(world, Date.now() + 24 * 3_600_000);
    const { report } = await world.generate({ only: ['harbour'], control: { settleMs: 5 } });
    expect(report.totals.generated).toBe(1);
    expect(emulator.ledger.billed()).toHaveLength(1);
  }));

it('finds a job whose answer was lost though the workspace got another identity since', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 }, only: ['harbour'] });
    await killedAroundCreate(world, Date.now() - 3_600_000);
    const { report } = await world.generate({
      hoursPass: true,
      only: ['harbour'],
      settings: { workspaceId: 'another-name' },
    });
    expect(report.totals.generated).toBe(1);
    expect(emulator.ledger.billed()).toHaveLength(1);
  }));

it('takes what a deleted store had from the results of runs that have ended, and pays nothing again', () =>
  withWorld({}, async (world, emulator) => {
    const refuse = { kind: 'refuse', finishReason: 'IMAGE_SAFETY' } as const;
    emulator.faults.arm({ fault: refuse, match: { key: 'chapter/storm/wreck@*' } });
    await world.generate();
    const pictures = await world.pictures();
    const batch = await contents(world, '.chargen/batch');
    await rm(world.path('.chargen/store'), { recursive: true });
    for (const folder of ['characters/mira', 'locations/harbour', 'chapters/storm']) {
      const images = world.path('content', folder, 'images');
      for (const name of await readdir(images)) if (name !== 'portrait.png') await rm(join(images, name));
    }
    const before = emulator.ledger.requests().length;
    const { report, events } = await world.generate();
    expect(report.totals).toMatchObject({ reused: SCENES - 1, refused: 1, generated: 0, pending: 0 });
    expect(report.costUsd).toBe(0);
    expect(events.filter((event) => event.kind === 'warning')).toHaveLength(2);
    expect(await world.pictures()).toEqual(pictures);
    expect(emulator.ledger.requests()).toHaveLength(before);
    const after = await contents(world, '.chargen/batch');
    after.delete('last-report.json');
    for (const [path, text] of after) expect(text, path).toBe(batch.get(path));
    // What was refused and is asked again on purpose is not answered by the old file.
    expect(await askAgainForWreck(world)).toBe(2);
    expect((await world.generate()).report.totals).toMatchObject({ generated: 1, done: SCENES - 1 });
    expect(emulator.ledger.billed()).toHaveLength(KEYS + 1);
  }));

it('mends a stored picture that is missing from the results of its run, and asks for what they lack', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate();
    const lose = async (scene: string): Promise<void> => {
      const image = world.path('content', `${scene}.recipe.json`);
      const { picture } = recipeSchema.parse(JSON.parse(await readFile(image, 'utf8')));
      await rm(new ResultStore(world.path('.chargen/store')).picturePath(picture));
      await rm(image);
      await rm(world.path('content', `${scene}.${picture.extension}`));
    };
    await lose('locations/harbour/images/dawn');
    expect(outcomes((await world.generate()).report)['harbour/dawn']).toBe('reused');
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
    // A file that lost the line is read in vain, and then no more.
    await lose('locations/harbour/images/dawn');
    for (const path of (await world.files('.chargen/batch')).filter((one) => one.includes('results-'))) {
      const lines = (await readFile(world.path(path), 'utf8')).split('\n');
      await writeFile(world.path(path), lines.filter((line) => !line.includes('harbour/dawn@')).join('\n'));
    }
    expect(outcomes((await world.generate()).report)['harbour/dawn']).toBe('generated');
    expect(emulator.ledger.billed()).toHaveLength(KEYS + 1);
  }));

it('opens no old result file for what no run has brought', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'item-error', code: 3 }, match: { key: 'chapter/storm/wreck@*' } });
    expect((await world.generate({ only: ['storm', 'mira'] })).report.totals.failed).toBe(1);
    const results = (await world.files('.chargen/batch')).filter((path) => path.includes('results-'));
    expect(results).not.toEqual([]);
    for (const path of results) {
      // Whoever read it would fail.
      await rm(world.path(path));
      await mkdir(world.path(path));
    }
    const text = await readFile(world.path(FILES.mira), 'utf8');
    await world.write(FILES.mira, text.replace('counts the catch', 'counts the fish'));
    const { report } = await world.generate();
    expect(outcomes(report)).toMatchObject({ 'storm/wreck': 'generated', 'mira/second': 'generated' });
  }));

/** Every file of a folder as it is now, by path. */
async function contents(world: RunWorld, folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const path of await world.files(folder)) {
    found.set(path.slice(folder.length + 1), await readFile(world.path(path), 'utf8'));
  }
  return found;
}
