import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { FaultRule } from 'gemini-emulator';
import { openGemini } from '../src/index.js';
import { runStateSchema } from '../src/run/journal/run-state.js';
import {
  doorWith,
  KEYS,
  outcomes,
  paidTwice,
  SCENES,
  withWorld,
  type RunWorld,
} from './support/run-world.js';

const LOST_ANSWERS: Readonly<Record<string, FaultRule['fault']>> = {
  'a reset connection': { kind: 'drop', when: 'after' },
  'a 503': { kind: 'http-error', status: 503, when: 'after' },
  'a 504': { kind: 'http-error', status: 504, when: 'after' },
  'a cut body': { kind: 'cut-body', share: 0.4 },
  'a body that ends early': { kind: 'truncated-body', share: 0.4 },
};

const creates = (world: RunWorld): number =>
  world.emulator.ledger.requests().filter((request) => request.route === 'batches.create').length;

it.each(Object.entries(LOST_ANSWERS))(
  'adopts the job by its name when the answer to its create was lost by %s, and sends no second one',
  (_, fault) =>
    withWorld({}, async (world, emulator) => {
      emulator.faults.arm({ fault, match: { route: 'batches.create' } });
      const { report, events } = await world.generate();
      expect(report.totals.generated).toBe(SCENES);
      expect(events.some((event) => event.kind === 'job-adopted')).toBe(true);
      expect(creates(world)).toBe(2);
      expect(paidTwice(emulator)).toEqual([]);
    }),
);

it.each([
  ['a reset connection', { kind: 'drop', when: 'before' }],
  ['a page of a proxy', { kind: 'not-json', status: 502 }],
  ['a page of a proxy with a status of its own', { kind: 'not-json', status: 403 }],
] as const)('stops as uncertain when %s hides whether a job was made and none is listed', (_, fault) =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault, match: { route: 'batches.create' } });
    const { report } = await world.generate();
    expect(report.stop?.kind).toBe('uncertain');
    expect(report.stopMessage).toMatch(/npx chargen cancel \d{4}-/);
    expect(Object.values(outcomes(report))).not.toContain('generated');
    // Asked again, it says the same: only a person may say that nothing was made.
    expect((await world.generate()).report.stop?.kind).toBe('uncertain');
    expect(creates(world)).toBe(1);
  }),
);

it.each([
  ['a 503 of Google', { kind: 'http-error', status: 503, when: 'before' }],
  ['an error inside a success', { kind: 'error-in-200' }],
] as const)('asks anew by itself when the list has no job for the stated time after %s', (_, fault) =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault, match: { route: 'batches.create' } });
    const { report, events } = await world.generate({ control: { settleMs: 15 } });
    expect(report.totals.generated).toBe(SCENES);
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'waiting',
        message: expect.stringContaining('The list of jobs is read again') as string,
      }),
    );
    expect(creates(world)).toBe(3);
    expect(paidTwice(emulator)).toEqual([]);
  }),
);

it('makes the pictures after a person has said that the uncertain job was never made', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'drop', when: 'before' }, match: { route: 'batches.create' } });
    const { report } = await world.generate();
    if (report.stop?.kind !== 'uncertain') throw new Error('not uncertain');
    const cancelled = await world.cancel(report.stop.runId);
    expect(cancelled.jobs.map((job) => job.kind)).toEqual(['never-made']);
    expect(cancelled.isOver).toBe(true);
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));

it('does not take an error inside a page of the list for a list without the job', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'drop', when: 'after' }, match: { route: 'batches.create' } });
    // The first list is read before anything is submitted; those after it look for the job.
    emulator.faults.arm({
      fault: { kind: 'error-in-200', code: 503 },
      match: { route: 'batches.list' },
      skip: 1,
      times: 3,
    });
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
    expect(creates(world)).toBe(2);
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('finds the job on a later page of the list', () =>
  withWorld({ limits: { concurrentJobs: 1000 } }, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'drop', when: 'after' }, match: { route: 'batches.create' } });
    emulator.faults.arm({
      fault: { kind: 'stuck-pending' },
      match: { displayName: 'somebody/else/*' },
      times: 'always',
    });
    const door = await openGemini({ apiKey: 'test-key-1', baseUrl: emulator.url });
    const { report } = await world.generate({
      control: { settleMs: 2000 },
      door: (real) =>
        doorWith(real, {
          // A hundred newer jobs push it to the second page of the list.
          createBatch: async (request, signal) => {
            const outcome = await real.createBatch(request, signal);
            if (outcome.kind === 'uncertain') {
              for (let n = 0; n < 101; n += 1) {
                await door.createBatch({ ...request, displayName: `somebody/else/${String(n)}` }, signal);
              }
            }
            return outcome;
          },
        }),
    });
    expect(report.totals.generated).toBe(SCENES);
    const named = emulator.ledger
      .requests()
      .filter((one) => one.route === 'batches.create' && one.displayName?.startsWith('chargen/') === true);
    expect(named).toHaveLength(2);
  }));

it('waits and tries again after a 429, without a second upload', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'http-error', status: 429, retryDelay: '0.02s' },
      match: { route: 'batches.create' },
      times: 3,
    });
    const { report, events } = await world.generate();
    expect(report.totals.generated).toBe(SCENES);
    expect(events.filter((event) => event.kind === 'job-delayed')).toHaveLength(3);
    const requestFiles = emulator.ledger
      .requests()
      .filter((one) => one.route === 'files.start' && /requests-/.test(one.displayName ?? ''));
    expect(requestFiles).toHaveLength(2);
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('stays pending and says why while Google has no room, and goes on from there', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'too-many-jobs' }, times: 'always' });
    const { report } = await world.generate({ control: { waitMs: 60 } });
    expect(report.stop?.kind).toBe('wait-over');
    emulator.faults.clear();
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));

it('fails the items of a job that Google refuses, by their names, and asks again the next time', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'http-error', status: 400, message: 'Too strange.' },
      match: { route: 'batches.create' },
    });
    const { report } = await world.generate();
    expect(report.totals.failed).toBe(5);
    expect(report.totals.waits).toBe(1);
    const letters = (await world.files('.chargen/batch')).filter((path) => path.includes('/failed/'));
    expect(letters).toHaveLength(4);
    const letter: unknown = JSON.parse(await readFile(world.path(letters[0]!), 'utf8'));
    expect(letter).toMatchObject({
      name: expect.stringMatching(/^chapter\/storm\/wreck@sha256:/) as string,
      class: 'job-rejected',
      message: 'Too strange.',
      attempts: 1,
    });
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
  }));

it('keeps what is staged when the key is not let in, and sends it without a second upload', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'http-error', status: 403, message: 'Billing is off.' },
      match: { route: 'batches.create' },
    });
    const { report } = await world.generate();
    expect(report.stop).toMatchObject({ kind: 'billing', jobs: 0 });
    expect(report.stopMessage).toMatch(/Billing is off\. .*https:.*Nothing was submitted/);
    const uploads = (): number =>
      emulator.ledger.requests().filter((one) => one.route === 'files.start').length;
    const before = uploads();
    const again = await world.generate({ only: ['mira', 'harbour', 'storm'] });
    expect(again.report.totals.generated).toBe(SCENES);
    // Only the second wave has anything to upload: its two references and its requests.
    expect(uploads() - before).toBe(3);
  }));

it('stages a job anew when its request file is gone', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'http-error', status: 403 }, match: { route: 'batches.create' } });
    await world.generate();
    for (const path of (await world.files('.chargen/batch')).filter((one) => one.endsWith('state.json'))) {
      const state = runStateSchema.parse(JSON.parse(await readFile(world.path(path), 'utf8')));
      const door = await openGemini({ apiKey: 'test-key-1', baseUrl: emulator.url });
      await door.deleteFile(state.jobs[0]?.inputFile ?? '', new AbortController().signal);
    }
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));
