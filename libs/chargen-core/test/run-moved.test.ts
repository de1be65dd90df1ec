import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import {
  describeCancel,
  describeReport,
  listDeadLetters,
  listRuns,
  ResultStore,
  type GeminiDoor,
} from '../src/index.js';
import { readJobHistory, stuckJobs, type JobHistory } from '../src/report/job-times.js';
import { stuckAfterMs } from '../src/run/journal/job-times.js';
import { runStateSchema, type RunState } from '../src/run/journal/run-state.js';
import { unservedItems } from '../src/run/unserved-items.js';
import { doorWith, KEYS, paidTwice, SCENES, withWorld, type RunWorld } from './support/run-world.js';

const HOUR = 3_600_000;

/** What is asked for at first: the other scene waits for two of these. */
const FIRST = KEYS - 1;

/** One of them. */
const DAWN = 'location/harbour/dawn';

async function onlyRun(world: RunWorld): Promise<string> {
  const [entry] = (await listRuns(world.path('.chargen/batch'))).slice(-1);
  return entry?.kind === 'run' ? entry.run.runId : '';
}

async function stateOf(world: RunWorld, runId: string): Promise<RunState> {
  const text = await readFile(world.path('.chargen/batch', runId, 'state.json'), 'utf8');
  return runStateSchema.parse(JSON.parse(text));
}

/** Google does not act on a cancel: the job stays as it is. */
function deaf(door: GeminiDoor): GeminiDoor {
  return doorWith(door, { cancelBatch: () => Promise.resolve() });
}

/** Google shows one job as waiting, whatever it did with it. */
function pretendsToWait(name: string): (door: GeminiDoor) => GeminiDoor {
  return (door) =>
    doorWith(door, {
      getBatch: async (asked, signal) => {
        const found = await door.getBatch(asked, signal);
        if (asked !== name || found === undefined) return found;
        const { responsesFile, ...rest } = found;
        return { ...rest, responsesFile: undefined, state: 'PENDING', rawState: 'BATCH_STATE_PENDING' };
      },
    });
}

it('asks anew for what a cancelled job has not served, and pays nothing twice if the job has ended', () =>
  withWorld({ jobDuration: HOUR }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    const runId = await onlyRun(world);
    const report = await world.cancel(runId, { andRetry: true });
    expect(report.jobs).toMatchObject([{ kind: 'moved', hasEnded: true }]);
    expect(describeCancel(report)).toContain('is cancelled; what it has not served is asked for anew');
    const { report: next } = await world.generate({ hoursPass: true });
    expect(next.totals).toMatchObject({ generated: SCENES, failed: 0 });
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
    expect(paidTwice(emulator)).toEqual([]);
    expect((await stateOf(world, runId)).failures).toEqual([]);
  }));

it('results of a job that ended while it was cancelled are waited for, although its file comes after its state', () =>
  withWorld({ jobDuration: HOUR }, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'late-output', polls: 6 } });
    await world.generate({ control: { waitMs: 0 } });
    const endsFirst = (door: GeminiDoor): GeminiDoor =>
      doorWith(deaf(door), {
        cancelBatch: () => {
          emulator.advanceClock(2 * HOUR);
          return Promise.resolve();
        },
      });
    const report = await world.cancel(await onlyRun(world), { andRetry: true, door: endsFirst });
    expect(report.jobs).toMatchObject([{ kind: 'moved', hasEnded: true }]);
    const { report: next } = await world.generate({ hoursPass: true });
    expect(next.totals).toMatchObject({ generated: SCENES, failed: 0 });
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('a job whose end does not come is not waited for; what it brings first is taken, and asked for by nobody again', () =>
  withWorld({ jobDuration: 20 * HOUR }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    emulator.advanceClock(10 * HOUR);
    const runId = await onlyRun(world);
    const report = await world.cancel(runId, { andRetry: true, door: deaf });
    expect(report.jobs).toMatchObject([{ kind: 'moved', hasEnded: false }]);
    expect(describeCancel(report)).toContain('what it still serves is billed too');
    const called = await world.generate({ control: { waitMs: 0 } });
    const said = called.events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
    expect(said).toEqual([
      expect.stringMatching(/was cancelled at .* as was agreed then, its items are asked for anew/),
    ]);
    expect(called.events.filter((event) => event.kind === 'job-submitted')).toMatchObject([{ items: FIRST }]);
    // The old job ends before the new one.
    emulator.advanceClock(11 * HOUR);
    const { report: late } = await world.generate({ control: { submit: false, waitMs: 0 } });
    expect(late.totals).toMatchObject({ generated: 5, failed: 0 });
    const pictures = await world.pictures();
    // The new one ends too, and replaces nothing.
    const { report: end } = await world.generate({ hoursPass: true });
    expect(end.totals).toMatchObject({ done: 5, generated: 1, failed: 0 });
    for (const [scene, sha256] of pictures) expect((await world.pictures()).get(scene)).toBe(sha256);
    expect(paidTwice(emulator)).toHaveLength(FIRST);
  }));

it('results that come after those of the new job replace nothing, and are reported as billed', () =>
  withWorld({ jobDuration: 20 * HOUR }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    const runId = await onlyRun(world);
    const [job] = (await stateOf(world, runId)).jobs;
    await world.cancel(runId, { andRetry: true, door: deaf });
    const slow = pretendsToWait(job?.batch ?? '');
    const { report } = await world.generate({ hoursPass: true, door: slow });
    expect(report.totals).toMatchObject({ generated: SCENES, failed: 0 });
    const pictures = await world.pictures();
    emulator.advanceClock(HOUR);
    const { report: after, events } = await world.generate({ control: { submit: false } });
    expect(after.totals).toMatchObject({ done: SCENES });
    expect(await world.pictures()).toEqual(pictures);
    const said = events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
    expect(said).toEqual([
      expect.stringContaining(`brought ${String(FIRST)} of its items after another job had`),
    ]);
    expect((await stateOf(world, runId)).phase).toBe('completed');
  }));

it('a late refusal of an item that another job has made is no failure of it', () =>
  withWorld({ jobDuration: 20 * HOUR }, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY' },
      match: { key: `${DAWN}@*` },
    });
    await world.generate({ control: { waitMs: 0 } });
    const runId = await onlyRun(world);
    const [job] = (await stateOf(world, runId)).jobs;
    await world.cancel(runId, { andRetry: true, door: deaf });
    const slow = pretendsToWait(job?.batch ?? '');
    const { report } = await world.generate({ hoursPass: true, door: slow });
    expect(report.totals).toMatchObject({ generated: SCENES, refused: 0 });
    emulator.advanceClock(HOUR);
    const { report: after } = await world.generate({ control: { submit: false } });
    expect(after.totals).toMatchObject({ done: SCENES, refused: 0 });
    expect(emulator.ledger.billed().filter((one) => one.kind === 'refusal')).toHaveLength(1);
    expect(await listDeadLetters(world.path('.chargen/batch'))).toEqual([]);
  }));

it('a cancel that is killed before the job is marked leaves a job that is waited for, and pays nothing twice', () =>
  withWorld({ jobDuration: 20 * HOUR }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    const runId = await onlyRun(world);
    const killed = new AbortController();
    const dies = (door: GeminiDoor): GeminiDoor =>
      doorWith(door, {
        cancelBatch: () => {
          killed.abort();
          return Promise.resolve();
        },
      });
    const cut = world.cancel(runId, { andRetry: true, door: dies, signal: killed.signal });
    await expect(cut).rejects.toThrow();
    expect((await stateOf(world, runId)).jobs.map((one) => one.movedAt)).toEqual([undefined]);
    const { events } = await world.generate({ control: { waitMs: 0 } });
    expect(events.filter((event) => event.kind === 'job-submitted')).toEqual([]);
    const { report } = await world.generate({ hoursPass: true });
    expect(report.totals).toMatchObject({ generated: SCENES, failed: 0 });
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('killed after the job is marked, the next run says before it asks that it may be paid twice', () =>
  withWorld({ jobDuration: 20 * HOUR }, async (world) => {
    await world.generate({ control: { waitMs: 0 } });
    await world.cancel(await onlyRun(world), { andRetry: true, door: deaf });
    // Here the command died. Somebody comes back another day.
    const { events } = await world.generate({ control: { waitMs: 0 } });
    const kinds = events.map((event) => event.kind);
    expect(kinds.indexOf('warning')).toBeGreaterThanOrEqual(0);
    expect(kinds.indexOf('warning')).toBeLessThan(kinds.indexOf('job-submitted'));
  }));

it('counts what a run still waits for, with its price', () =>
  withWorld({ jobDuration: HOUR }, async (world) => {
    await world.generate({ control: { waitMs: 0 } });
    const runId = await onlyRun(world);
    const store = new ResultStore(world.path('.chargen/store'));
    const { items, atGoogle } = await unservedItems(world.path('.chargen/batch'), runId, store);
    expect(items).toHaveLength(FIRST);
    expect(items.every((item) => (item.estimatedUsd ?? 0) > 0.05)).toBe(true);
    expect(atGoogle).toHaveLength(1);
  }));

it('calls a job stuck after three times the slowest of its model, after 6 hours at least and 24 at most', () => {
  const usual = (longest: number) => ({ model: 'm', jobs: 3, shortest: 1, median: 2, longest });
  expect(stuckAfterMs(undefined)).toBe(6 * HOUR);
  expect(stuckAfterMs(usual(HOUR))).toBe(6 * HOUR);
  expect(stuckAfterMs(usual(4 * HOUR))).toBe(12 * HOUR);
  expect(stuckAfterMs(usual(20 * HOUR))).toBe(24 * HOUR);
});

it('knows by the clock which jobs are stuck', () => {
  const job = {
    runId: 'r',
    kind: 'generate',
    model: 'm',
    batch: 'batches/a',
    state: 'pending',
    hasEnded: false,
    since: '2026-01-01T00:00:00Z',
    isForeign: false,
    keys: [],
    isMoved: false,
  } as const;
  const times = [{ model: 'm', jobs: 2, shortest: HOUR, median: 2 * HOUR, longest: 3 * HOUR }];
  const history: JobHistory = {
    atGoogle: [
      job,
      { ...job, batch: 'batches/b', state: 'succeeded', hasEnded: true },
      { ...job, batch: 'batches/c', isMoved: true },
      { ...job, batch: 'batches/d', model: 'other' },
    ],
    times,
  };
  const at = (hours: number) =>
    stuckJobs(history, Date.parse(job.since) + hours * HOUR).map((one) => one.batch);
  expect(at(6)).toEqual([]);
  expect(at(7)).toEqual(['batches/d']);
  expect(at(10)).toEqual(['batches/a', 'batches/d']);
});

it('reports a stuck job with its age and the history of the workspace, while it waits and in the report', () =>
  withWorld({ jobDuration: HOUR }, async (world, emulator) => {
    await world.generate({ hoursPass: true, only: ['harbour'] });
    emulator.faults.arm({ fault: { kind: 'stuck-pending' } });
    await world.generate({ control: { waitMs: 0 } });
    // Longer than any job takes to be called stuck: on a busy machine many hours pass while the first one runs.
    const age = 25 * HOUR;
    // The emulator's clock went ahead while the first job ran.
    const created = Date.parse((await readJobHistory(world.path('.chargen/batch'))).atGoogle[0]?.since ?? '');
    const now = Math.max(Date.now(), created) + age;
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    const { report, events } = await world.generate({ control: { waitMs: 0 }, clock });
    const polled = events.flatMap((event) => (event.kind === 'job-polled' ? [event.stuck] : []));
    expect(polled).toMatchObject([{ model: 'gemini-3-pro-image', usual: { jobs: 1 } }]);
    expect(report.stuck).toMatchObject([{ state: 'pending', usual: { jobs: 1 } }]);
    expect(describeReport(report)).toMatch(
      /batches\/\w+ has been pending for \d+h \d+m, which is long: usual is .* \(1 job of gemini-3-pro-image in this workspace so far\)\. .*npx chargen cancel \S+ --and-retry/,
    );
  }));
