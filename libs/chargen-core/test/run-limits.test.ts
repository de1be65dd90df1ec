import { expect, it } from 'vitest';
import { KEYS, outcomes, paidTwice, SCENES, uploadsLeft, withWorld } from './support/run-world.js';
import { openGemini, runControl } from '../src/index.js';
import { SubmitRoom } from '../src/run/submit/submit-room.js';
import { DEFAULT_SETTINGS } from '../src/index.js';

it('cuts a run into jobs of at most so many items, and has at most so many jobs open', () =>
  withWorld({ jobDuration: 40, limits: { concurrentJobs: 2 } }, async (world, emulator) => {
    const { report, events } = await world.generate({ settings: { maxItemsPerJob: 1, maxOpenJobs: 2 } });
    expect(report.totals.generated).toBe(SCENES);
    expect(events.filter((event) => event.kind === 'job-submitted')).toHaveLength(KEYS);
    // Google would have said so, had there been more.
    expect(events.some((event) => event.kind === 'job-delayed')).toBe(false);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));

it('counts queued tokens by model: one full queue does not hold up another', () => {
  const room = new SubmitRoom({ ...DEFAULT_SETTINGS, tier: 'tier1' }, [
    { model: 'gemini-3-pro-image', tokens: 1_900_000 },
  ]);
  expect(room.take('gemini-3-pro-image', 200_000)).toBe(false);
  expect(room.take('gemini-3.1-flash-lite-image', 200_000)).toBe(true);
  expect(room.take('gemini-3-pro-image', 100_000)).toBe(true);
});

it('lets a job in alone that is larger than the limit, and leaves it to Google to say so', () => {
  const room = new SubmitRoom(DEFAULT_SETTINGS, []);
  expect(room.take('gemini-3-pro-image', 5_000_000)).toBe(true);
  expect(room.take('gemini-3-pro-image', 1)).toBe(false);
});

it('says that the free tier has no batches, and uploads nothing', () =>
  withWorld({}, async (world, emulator) => {
    const { report } = await world.generate({ settings: { tier: 'free' } });
    expect(report.stop?.kind).toBe('no-batch');
    expect(emulator.ledger.requests().every((request) => request.method === 'GET')).toBe(true);
  }));

it('uploads nothing when all waves together may cost more than the cap', () =>
  withWorld({}, async (world, emulator) => {
    const { report } = await world.generate({ control: { maxCost: 0.5 } });
    expect(report.stop).toMatchObject({ kind: 'over-budget', cap: 0.5 });
    expect(report.stopMessage).toMatch(/may cost up to \$0\.69, more than the cap of \$0\.50/);
    // The figure that the message names lets it pass.
    const figure = /CHARGEN_MAX_COST=([\d.]+)/.exec(report.stopMessage ?? '')?.[1];
    const control = runControl({ CHARGEN_MAX_COST: figure }, DEFAULT_SETTINGS);
    expect(control.maxCost).toBeGreaterThanOrEqual(report.estimate.high);
    expect(control.maxCost).toBeLessThan(report.estimate.high + 0.011);
    expect(emulator.ledger.requests().every((request) => request.method === 'GET')).toBe(true);
  }));

it('has a cap by default, which only a person lifts', () => {
  expect(runControl({}, DEFAULT_SETTINGS).maxCost).toBe(25);
  expect(runControl({ CHARGEN_MAX_COST: '80' }, DEFAULT_SETTINGS).maxCost).toBe(80);
  expect(runControl({ CHARGEN_MAX_COST: 'unlimited' }, DEFAULT_SETTINGS).maxCost).toBeUndefined();
});

it('makes all waves under a cap that holds the estimate exactly', () =>
  withWorld({}, async (world) => {
    const { report: first } = await world.generate({ control: { maxCost: 0.5 } });
    const { report } = await world.generate({ control: { maxCost: first.estimate.high } });
    expect(report.totals.generated).toBe(SCENES);
    expect(report.costUsd).toBeGreaterThan(first.estimate.low * 0.9);
    expect(report.costUsd).toBeLessThan(first.estimate.high);
  }));

it('does not count what it has sent twice against the cap', () =>
  withWorld({ jobDuration: 30 }, async (world) => {
    const { report: first } = await world.generate({ control: { maxCost: 0.5 } });
    const { report } = await world.generate({
      control: { maxCost: first.estimate.high * 1.01 },
      settings: { maxItemsPerJob: 1, maxOpenJobs: 1 },
    });
    expect(report.totals.generated).toBe(SCENES);
  }));

it('cannot keep a cap where a price is not known, and says so', () =>
  withWorld({}, async (world, emulator) => {
    const settings = { generationModel: 'gemini-9-unheard-of' };
    const { report } = await world.generate({ settings, control: { maxCost: 100 } });
    expect(report.stop).toMatchObject({ kind: 'over-budget', unknown: 5 });
    expect(report.stopMessage).toMatch(/price is not known/);
    expect(emulator.ledger.requests().every((request) => request.method === 'GET')).toBe(true);
  }));

it("cleans its own old uploads when Google's storage is full, leaves those of others, and goes on", () =>
  withWorld({}, async (world, emulator) => {
    const door = await openGemini({ apiKey: 'test-key-1', baseUrl: emulator.url });
    const upload = (displayName: string) =>
      door.uploadFile(
        {
          path: world.path('content/characters/mira/images/portrait.png'),
          mimeType: 'image/png',
          displayName,
        },
        new AbortController().signal,
      );
    await upload('holiday.png');
    await upload('chargen/test-world/2026-01-01T00-00-00Z-aaaaaa/0123456789abcdef');
    await upload('chargen/other-world/2026-01-01T00-00-00Z-aaaaaa/0123456789abcdef');
    emulator.advanceClock(30 * 3_600_000);
    const shift = 30 * 3_600_000;
    emulator.faults.arm({ fault: { kind: 'storage-full' } });
    const { report, events } = await world.generate({
      clock: {
        now: () => Date.now() + shift,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
    });
    expect(report.totals.generated).toBe(SCENES);
    expect(
      events.some((event) => event.kind === 'warning' && /storage was full; 1 old/.test(event.message)),
    ).toBe(true);
    expect(new Set(await uploadsLeft(emulator))).toEqual(
      new Set(['holiday.png', 'chargen/other-world/2026-01-01T00-00-00Z-aaaaaa/0123456789abcdef']),
    );
  }));

it('waits for an upload that Google is still processing', () =>
  withWorld({ fileProcessing: 15 }, async (world) => {
    const { report } = await world.generate();
    expect(Object.values(outcomes(report))).not.toContain('failed');
    expect(report.totals.generated).toBe(SCENES);
  }));

const PREPAID = 'Your prepayment credits are depleted. Please go to AI Studio to manage your billing.';

it.each([
  ['billing', { status: 429, message: PREPAID }, 'Nothing was submitted'],
  [
    'quota',
    { status: 429, quotaId: 'BatchPerDay-FreeTier', quotaValue: '0', retryDelay: '1s' },
    'Nothing was submitted',
  ],
  ['billing', { status: 403, message: 'No.', reason: 'CONSUMER_SUSPENDED' }, 'Nothing was submitted'],
  ['no-key', { status: 403, message: 'Your API key was reported as leaked.' }, 'reported as leaked'],
  ['no-key', { status: 403, message: 'No.', reason: 'API_KEY_SERVICE_BLOCKED' }, 'API restrictions'],
] as const)('ends at once as %s after a create was answered with %j', (kind, error, words) =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'http-error', ...error },
      match: { route: 'batches.create' },
      times: 'always',
    });
    const { report, events } = await world.generate();
    expect(report.stop).toMatchObject({ kind });
    expect(report.stopMessage).toContain(words);
    expect(report.stopMessage).not.toMatch(/running at Google|goes on there/);
    expect(events.filter((event) => event.kind === 'job-delayed')).toEqual([]);
    expect(emulator.ledger.billed()).toEqual([]);
    emulator.faults.clear();
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
    expect(paidTwice(emulator)).toEqual([]);
  }),
);

it('does not say that something is at Google when the wait is over before anything was submitted', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'too-many-jobs' },
      match: { route: 'batches.create' },
      times: 'always',
    });
    const { report } = await world.generate({ control: { waitMs: 300 } });
    expect(report.stop).toMatchObject({ kind: 'wait-over', jobs: 0 });
    expect(report.stopMessage).toMatch(
      /^The time for waiting is over \(Google has no room: .*Nothing is at Google/,
    );
  }));

it('takes no answer about the key for a job or a file that is gone', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    emulator.faults.arm({
      fault: { kind: 'http-error', status: 403, message: 'Your API key was reported as leaked.' },
      match: { route: ['batches.get', 'batches.list', 'files.get'] },
      times: 'always',
    });
    const { report } = await world.generate();
    expect(report.stop?.kind).toBe('no-key');
    expect(report.totals.failed).toBe(0);
    emulator.faults.clear();
    const { report: last } = await world.generate({ hoursPass: true });
    expect(last.totals.generated).toBe(SCENES);
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('reads again what was answered with a status that was not planned for', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    emulator.faults.arm({
      fault: { kind: 'http-error', status: 418, message: 'Something new.' },
      match: { route: 'batches.get' },
      times: 8,
    });
    const { report: last } = await world.generate({ hoursPass: true });
    expect(last.totals.generated).toBe(SCENES);
    expect(paidTwice(emulator)).toEqual([]);
  }));
