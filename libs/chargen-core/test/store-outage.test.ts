import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from 'gemini-emulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  RemoteFolder,
  runControl,
  type RemoteStore,
  type RunControl,
} from '../src/index.js';
import { storeWith } from './support/shared-stores.js';
import { KEYS, outcomes, paidTwice, RunWorld, SCENES } from './support/run-world.js';

/** With a key of its own, no machine finds the jobs of another at Google: only the shared store can help. */
const ANN = 'key-of-ann';
const BEN = 'key-of-ben';

const DOWN = { kind: 'unavailable', why: 'connect ECONNREFUSED' } as const;
const DENIED = { kind: 'denied', why: 'it answered 401' } as const;
const READ_ONLY = { kind: 'read-only', why: 'it answered 403: This token may read and not write.' } as const;

describe('a shared store that has a bad moment', () => {
  let emulator: Emulator;
  let ann: RunWorld;
  let ben: RunWorld;
  let folder: string;
  let store: RemoteFolder;
  let isDown: boolean;
  /** The same store for a machine that reaches it only at times. */
  let atTimes: RemoteStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargen-shared-'));
    store = new RemoteFolder(folder, Date.now);
    isDown = false;
    atTimes = storeWith(store, {
      get: (key) => (isDown ? Promise.resolve(DOWN) : store.get(key)),
      present: (keys) => (isDown ? Promise.resolve(DOWN) : store.present(keys)),
      put: (key, envelope) => (isDown ? Promise.resolve(DOWN) : store.put(key, envelope)),
      claim: (requests, claimant, seconds, mayShorten) =>
        isDown
          ? Promise.resolve(requests.map(() => DOWN))
          : store.claim(requests, claimant, seconds, mayShorten),
    });
    await begin();
  });

  async function begin(jobDuration?: number): Promise<void> {
    emulator = await startEmulator({ seed: 7, ...(jobDuration === undefined ? {} : { jobDuration }) });
    ann = await RunWorld.create(emulator);
    ben = await ann.clone();
  }

  async function end(): Promise<void> {
    await Promise.all([ann.remove(), ben.remove()]);
    await emulator.close();
  }

  afterEach(async () => {
    await end();
    await rm(folder, { recursive: true, force: true });
  });

  function sharing(remote: RemoteStore, isRequired: boolean): Partial<RunControl> {
    return { remote: { store: remote, claims: true, isRequired } };
  }

  function billed(): number {
    return emulator.ledger.billed().length;
  }

  async function waitingToBeShared(world: RunWorld): Promise<number> {
    return (await readdir(world.path('.chargen/store/to-share')).catch(() => [])).length;
  }

  it('lets what was seen held stay held, also for the next process', async () => {
    await end();
    await begin(3_600_000);
    await ann.generate({ key: ANN, control: { ...sharing(store, false), waitMs: 0 } });
    const submitted = emulator.ledger.requests().filter((one) => one.route === 'batches.create').length;
    await ben.generate({ key: BEN, control: { ...sharing(atTimes, false), waitMs: 0 } });
    isDown = true;
    const { report } = await ben.generate({ key: BEN, control: { ...sharing(atTimes, false), waitMs: 60 } });
    expect(report.stop?.kind).toBe('wait-over');
    expect(report.sharing?.unclaimed).toBeUndefined();
    expect(emulator.ledger.requests().filter((one) => one.route === 'batches.create')).toHaveLength(
      submitted,
    );
  });

  it('keeps a run that requires it from submitting, and lays what is in the local store', async () => {
    await ann.generate({ key: ANN, only: ['harbour'], control: sharing(store, true) });
    await rm(ann.path('content/locations/harbour/images'), { recursive: true });
    isDown = true;
    const { report } = await ann.generate({ key: ANN, control: { ...sharing(atTimes, true), waitMs: 1000 } });
    expect(report.stop?.kind).toBe('store');
    expect(report.stopMessage).toMatch(/ECONNREFUSED.*CHARGEN_STORE=optional/);
    expect(billed()).toBe(1);
    expect(outcomes(report)['harbour/dawn']).toBe('reused');
    expect(report.entities.map(({ id, verdict }) => `${id} ${verdict}`)).toContain('location/harbour done');
  });

  it('is waited for by a run that requires it, and nothing is paid twice', async () => {
    isDown = true;
    const back = (event: { kind: string }): void => {
      if (event.kind === 'waiting') isDown = false;
    };
    const [first, second] = await Promise.all([
      ann.generate({ key: ANN, control: sharing(atTimes, true), onEvent: back }),
      ben.generate({ key: BEN, control: sharing(atTimes, true), onEvent: back }),
    ]);
    expect([first.report.stop, second.report.stop]).toEqual([undefined, undefined]);
    expect(billed()).toBe(KEYS);
    expect(paidTwice(emulator)).toEqual([]);
  });

  it('is waited for between claim and create, with the job staged', async () => {
    let calls = 0;
    const breaks = storeWith(atTimes, {
      claim: async (requests, claimant, seconds, mayShorten) => {
        calls += 1;
        // The first claim of what is about to be sent.
        if (calls === 3) return requests.map(() => DOWN);
        return store.claim(requests, claimant, seconds, mayShorten);
      },
    });
    const { report } = await ann.generate({ key: ANN, control: sharing(breaks, true) });
    expect(report.stop).toBeUndefined();
    expect(billed()).toBe(KEYS);
  });

  it.each([true, false])(
    'is not taken for down if it refuses the token (required: %s)',
    async (isRequired) => {
      const denied = storeWith(store, {
        present: () => Promise.resolve(DENIED),
        claim: (requests) => Promise.resolve(requests.map(() => DENIED)),
      });
      const { report, events } = await ann.generate({ key: ANN, control: sharing(denied, isRequired) });
      expect(report.stop?.kind).toBe('store');
      expect(report.stopMessage).toContain('it answered 401');
      expect(events.filter((event) => event.kind === 'waiting')).toEqual([]);
      expect(billed()).toBe(0);
    },
  );

  it('gets what a machine that may only read had to share, as soon as that one may write', async () => {
    await ann.generate({ key: ANN, only: ['harbour'] });
    const readOnly = storeWith(store, {
      put: () => Promise.resolve(READ_ONLY),
      claim: (requests) => Promise.resolve(requests.map(() => READ_ONLY)),
    });
    isDown = true;
    await ann.generate({ key: ANN, only: ['harbour'], control: sharing(atTimes, false) });
    // Paid for while the store was down.
    await ann.write('content/locations/harbour/imagery.yaml', harbourOf('A harbour in fog.'));
    await ann.generate({
      key: ANN,
      only: ['harbour'],
      control: { ...sharing(atTimes, false), waitMs: 2000 },
    });
    const paid = billed();
    const notes = await waitingToBeShared(ann);
    expect(notes).toBeGreaterThan(0);
    const { report } = await ann.generate({ key: ANN, control: sharing(readOnly, false) });
    expect(report.stop?.kind).toBe('store');
    expect(billed()).toBe(paid);
    expect(await waitingToBeShared(ann)).toBe(notes);
    expect(report.sharing?.unshared).toMatchObject({ answers: 1, why: READ_ONLY.why });
    await ann.generate({ key: ANN, only: ['harbour'], control: sharing(store, false) });
    expect(await waitingToBeShared(ann)).toBe(0);
  });

  it('is offered at the end what could not be given before, if it comes back in time', async () => {
    let puts = 0;
    const late = storeWith(store, {
      put: (key, envelope) => {
        puts += 1;
        return puts <= 2 ? Promise.resolve(DOWN) : store.put(key, envelope);
      },
    });
    const { report } = await ann.generate({ key: ANN, control: sharing(late, true) });
    expect(report.sharing).toBeUndefined();
    expect(await waitingToBeShared(ann)).toBe(0);
    expect((await ann.pictures()).size).toBe(SCENES);
  });

  it('warns of as many as it may be paid for twice, once', async () => {
    isDown = true;
    const { report, events } = await ann.generate({ key: ANN, control: sharing(atTimes, false) });
    const warned = events.flatMap((event) =>
      event.kind === 'warning' && event.message.includes('paid for twice') ? [event.message] : [],
    );
    expect(warned).toHaveLength(1);
    expect(report.sharing?.unclaimed?.items).toBe(KEYS);
    await ben.generate({ key: BEN, control: sharing(store, false) });
    expect(paidTwice(emulator).length).toBeLessThanOrEqual(KEYS);
  });

  it('has no claim left on what came to nothing, also if a later process learns that', async () => {
    await end();
    await begin(300);
    emulator.faults.arm({ fault: { kind: 'job-failed' } });
    await ann.generate({ key: ANN, only: ['harbour'], control: { ...sharing(store, true), waitMs: 0 } });
    const before = await store.claims();
    expect(before.kind === 'listed' && before.found.length).toBe(2);
    const { report } = await ann.generate({ key: ANN, only: ['harbour'], control: sharing(store, true) });
    expect(report.totals.failed).toBe(1);
    expect(await store.claims()).toEqual({ kind: 'listed', found: [] });
  });
});

function harbourOf(prompt: string): string {
  return `entity_type: location\nname: The Harbour\nscenes:\n  - id: dawn\n    title: Dawn\n    prompt: ${prompt}\n`;
}

it('names the variable that is missing if a shared store is required and none is named', () => {
  expect(() => runControl({ CHARGEN_STORE: 'required' }, DEFAULT_SETTINGS)).toThrow(
    /^CHARGEN_STORE is "required", and CHARGEN_STORE_REMOTE names no shared store/,
  );
  expect(runControl({ CI: 'true' }, DEFAULT_SETTINGS).remote).toBeUndefined();
});
