import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from 'gemini-emulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  moveFromShared,
  REAL_PLACES,
  RemoteFolder,
  RemoteHttp,
  ResultStore,
  type RemoteStore,
  type RunControl,
  surveyShared,
  type RunEvent,
} from '../src/index.js';
import { EMPTY_STORE, storeWith } from './support/shared-stores.js';
import { FILES, KEYS, outcomes, paidTwice, RunWorld, SCENES } from './support/run-world.js';

/** With a key of its own, no machine finds the jobs of another at Google: only the shared store can help. */
const ANN = 'key-of-ann';
const BEN = 'key-of-ben';

const DAY = 24 * 3_600_000;

describe('results that machines share', () => {
  let emulator: Emulator;
  let ann: RunWorld;
  let ben: RunWorld;
  let folder: string;

  beforeEach(async () => {
    emulator = await startEmulator({ seed: 7 });
    folder = await mkdtemp(join(tmpdir(), 'chargen-shared-'));
    ann = await RunWorld.create(emulator);
    ben = await ann.clone();
  });

  afterEach(async () => {
    await Promise.all([ann.remove(), ben.remove(), rm(folder, { recursive: true, force: true })]);
    await emulator.close();
  });

  function sharing(
    store: RemoteStore = new RemoteFolder(folder, Date.now),
    claims = true,
  ): Partial<RunControl> {
    return { remote: { store, claims, isRequired: false } };
  }

  function warnings(events: readonly RunEvent[]): string[] {
    return events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
  }

  function billed(): number {
    return emulator.ledger.billed().length;
  }

  it('give another machine every picture without a key and without a call', async () => {
    await ann.generate({ key: ANN, control: sharing() });
    expect(billed()).toBe(KEYS);
    const requests = emulator.ledger.requests().length;
    const real = new RemoteFolder(folder, Date.now);
    const asked = { lookups: 0, brought: 0, writes: 0 };
    const counted = storeWith(real, {
      present: (keys) => ((asked.lookups += 1), real.present(keys)),
      get: (key) => ((asked.brought += 1), real.get(key)),
      put: (key, envelope) => ((asked.writes += 1), real.put(key, envelope)),
      claim: (...args) => ((asked.writes += 1), real.claim(...args)),
    });
    const { report } = await ben.generate({
      control: sharing(counted),
      door: () => {
        throw new Error('There is no key here.');
      },
    });
    expect(Object.values(outcomes(report))).toEqual(Array<string>(SCENES).fill('reused'));
    expect(emulator.ledger.requests()).toHaveLength(requests);
    expect(await ben.pictures()).toEqual(await ann.pictures());
    // One lookup a wave, and one request a picture.
    expect(asked).toEqual({ lookups: 2, brought: KEYS, writes: 0 });
  });

  it('leave a machine with one changed scene to pay for that scene alone', async () => {
    await ann.generate({ key: ANN, control: sharing() });
    await ben.write(
      FILES.chapter,
      `entity_type: chapter
name: The Storm
scenes:
  - id: leaving
    title: Leaving
    prompt: The boat leaves the harbour.
    references:
      - character: mira
        scene: first
      - location: harbour
        scene: dawn
  - id: wreck
    title: Wreck
    prompt: A wreck on the sand.
`,
    );
    await ben.generate({ key: BEN, control: sharing() });
    expect(billed()).toBe(KEYS + 1);
    expect(emulator.ledger.billed().at(-1)?.key).toContain('chapter/storm/wreck');
  });

  it('leave the shared store if no scene names them and they are old, for the store of the clone that says so', async () => {
    const store = new RemoteFolder(folder, Date.now);
    await ann.generate({ key: ANN, control: sharing() });
    // A clone without pictures knows no key of the second wave: what people asked for names it.
    const survey = async (days: number) => {
      const context = {
        workspaceRoot: ben.root,
        world: await ben.load(),
        settings: { ...DEFAULT_SETTINGS, workspaceId: 'test-world' },
        places: REAL_PLACES,
      };
      const limits = { olderThanMs: 180 * DAY, now: Date.now() + days * DAY };
      const outcome = await surveyShared([context], store, limits);
      if (outcome.kind !== 'surveyed') throw new Error(outcome.kind);
      return { ...outcome, context };
    };
    expect(await survey(400)).toMatchObject({ named: { count: KEYS }, young: { count: 0 }, removable: [] });

    await ben.write(FILES.harbour, 'entity_type: location\nname: The Harbour\nscenes: []\n');
    await ben.write(FILES.chapter, 'entity_type: chapter\nname: The Storm\nscenes: []\n');
    expect(await survey(170)).toMatchObject({
      named: { count: 2 },
      young: { count: KEYS - 2 },
      removable: [],
    });
    const { removable, context } = await survey(400);
    expect(removable).toHaveLength(KEYS - 2);
    const { moved, damaged, why } = await moveFromShared(context, store, removable);
    expect([moved.count, damaged, why]).toEqual([KEYS - 2, [], undefined]);
    expect((await survey(400)).removable).toEqual([]);

    const here = new ResultStore(ben.path('.chargen/store'));
    for (const { key } of removable) {
      expect(await store.get(key)).toEqual({ kind: 'absent' });
      expect((await here.find(key))?.kind).toBe('generated');
    }
    // They are not offered again, and nothing that is named has gone.
    const { report } = await ben.generate({ key: BEN, control: sharing() });
    expect(report.sharing).toBeUndefined();
    expect((await survey(400)).removable).toEqual([]);
    expect(billed()).toBe(KEYS);

    await ben.write(FILES.harbour, 'entity_type: location\nname: "a" "b"\n');
    await expect(survey(400)).rejects.toThrow('unreadable');
  });

  it('are paid for once by two machines that start in the same moment with keys of their own', async () => {
    await startedAnew(150);
    const [first, second] = await Promise.all([
      ann.generate({ key: ANN, control: sharing() }),
      ben.generate({ key: BEN, control: sharing() }),
    ]);
    expect(billed()).toBe(KEYS);
    expect(paidTwice(emulator)).toEqual([]);
    expect((await ann.pictures()).size).toBe(SCENES);
    expect(await ben.pictures()).toEqual(await ann.pictures());
    const waited = [...first.events, ...second.events].filter(
      (event) => event.kind === 'waiting' && event.message.includes('CHARGEN_CLAIMS=ignore'),
    );
    expect(waited.length).toBeGreaterThan(0);
  });

  async function onlyRun(world: RunWorld): Promise<string> {
    const runs = (await readdir(world.path('.chargen/batch'))).filter((name) => /^\d{4}-/.test(name));
    expect(runs).toHaveLength(1);
    return runs[0] ?? '';
  }

  async function startedAnew(jobDuration: number): Promise<void> {
    await emulator.close();
    emulator = await startEmulator({ seed: 7, jobDuration });
    [ann, ben].forEach((world) => Object.assign(world, { emulator }));
  }

  it('are not paid for by a job that was staged before another machine claimed its pictures', async () => {
    await startedAnew(3_600_000);
    emulator.faults.arm({ fault: { kind: 'http-error', status: 403 }, match: { route: 'batches.create' } });
    await ann.generate({ key: ANN, control: sharing() });
    await ben.generate({ key: BEN, control: { ...sharing(), waitMs: 0 } });
    const { report, events } = await ann.generate({ key: ANN, control: { ...sharing(), waitMs: 100 } });
    expect(report.stop?.kind).toBe('wait-over');
    expect(events.some((event) => event.kind === 'job-submitted')).toBe(false);
  });

  it('stay claimed while nobody knows whether the job that asks for them was made', async () => {
    emulator.faults.arm({ fault: { kind: 'drop', when: 'before' }, match: { route: 'batches.create' } });
    const { report } = await ann.generate({ key: ANN, control: sharing() });
    expect(report.stop?.kind).toBe('uncertain');
    const later = new RemoteFolder(folder, () => Date.now() + 24 * 3_600_000);
    const second = await ben.generate({ key: BEN, control: { ...sharing(later), waitMs: 100 } });
    expect(second.report.stop?.kind).toBe('wait-over');
    expect(billed()).toBe(0);
  });

  it('leave a job staged that was interrupted between its last claim and its create', async () => {
    const store = new RemoteFolder(folder, Date.now);
    const abort = new AbortController();
    const last = storeWith(store, {
      claim: (requests, claimant, seconds) => {
        if (seconds > 24 * 3600) abort.abort();
        return store.claim(requests, claimant, seconds);
      },
    });
    const only = ['harbour'];
    const { report } = await ann.generate({ key: ANN, only, control: sharing(last), signal: abort.signal });
    expect(report.stop?.kind).toBe('interrupted');
    const again = await ann.generate({ key: ANN, only, control: { ...sharing(), settleMs: 60_000 } });
    expect(again.report.totals.generated).toBe(1);
    expect(billed()).toBe(1);
  });

  it('are waited for no longer than a claim lasts whose machine never came back', async () => {
    let now = Date.now();
    const store = new RemoteFolder(folder, () => now);
    const asked: string[] = [];
    const dead = storeWith(EMPTY_STORE, {
      claim: (requests, _claimant, seconds) => {
        asked.push(...requests.map(({ key }) => key));
        return store.claim(requests, { id: 'a-dead-machine', label: 'the dead machine' }, seconds);
      },
    });
    const stopped = new AbortController();
    await ann.generate({
      key: ANN,
      control: sharing(dead),
      signal: stopped.signal,
      onEvent: (event) => {
        if (event.kind === 'run-planned') stopped.abort();
      },
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(billed()).toBe(0);
    const { report } = await ben.generate({ key: BEN, control: { ...sharing(store), waitMs: 60 } });
    expect(report.stop?.kind).toBe('wait-over');
    expect(billed()).toBe(0);
    now += 31 * 60_000;
    await ben.generate({ key: BEN, control: sharing(store) });
    expect(billed()).toBe(KEYS);
  });

  it('are waited for although another version of the tool asks for them under other keys', async () => {
    await startedAnew(3_600_000);
    await ann.generate({ key: ANN, control: { ...sharing(), waitMs: 0 } });
    const submitted = emulator.ledger.requests().filter((one) => one.route === 'batches.create').length;
    // A store that knows only the claims on what was asked for, as if all keys were those of another version.
    const store = new RemoteFolder(folder, Date.now);
    const state = await readFile(ann.path('.chargen/batch', await onlyRun(ann), 'state.json'), 'utf8');
    const otherVersion = storeWith(store, {
      claim: (requests, claimant, seconds) =>
        requests.some(({ key }) => state.includes(key))
          ? EMPTY_STORE.claim(requests, claimant, seconds)
          : store.claim(requests, claimant, seconds),
    });
    const { report } = await ben.generate({ key: BEN, control: { ...sharing(otherVersion), waitMs: 60 } });
    expect(report.stop?.kind).toBe('wait-over');
    expect(emulator.ledger.requests().filter((one) => one.route === 'batches.create')).toHaveLength(
      submitted,
    );
  });

  it('are paid for beside a claim by a machine that was told to', async () => {
    const store = new RemoteFolder(folder, Date.now);
    const holder = { label: 'another machine', until: Date.now() + 3_600_000 };
    const held = storeWith(store, {
      claim: (requests) => Promise.resolve(requests.map(() => ({ kind: 'held', holder }))),
    });
    const { report, events } = await ann.generate({ key: ANN, control: sharing(held, false) });
    expect(report.stop).toBeUndefined();
    expect(billed()).toBe(KEYS);
    expect(warnings(events)).toEqual([expect.stringContaining(`up to ${String(KEYS)} of the pictures`)]);
  });

  it('tell a refusal to others, and that of each attempt that an author asks for', async () => {
    const harbour =
      'entity_type: location\nname: The Harbour\nscenes:\n  - id: dawn\n    title: D\n    prompt: Blood. [[refuse:SAFETY]]\n';
    await Promise.all([ann, ben].map((one) => one.write(FILES.harbour, harbour)));
    const first = await ann.generate({ key: ANN, only: ['harbour'], control: sharing() });
    expect(outcomes(first.report)).toEqual({ 'harbour/dawn': 'refused' });
    const second = await ben.generate({ key: BEN, only: ['harbour'], control: sharing() });
    expect(outcomes(second.report)).toEqual({ 'harbour/dawn': 'refused' });
    expect(billed()).toBe(1);
    for (const attempt of [2, 3]) {
      await Promise.all(
        [ann, ben].map((one) => one.write(FILES.harbour, `${harbour}    attempt: ${String(attempt)}\n`)),
      );
      for (const [machine, key] of [
        [ann, ANN],
        [ben, BEN],
      ] as const) {
        const { report } = await machine.generate({ key, only: ['harbour'], control: sharing() });
        expect(outcomes(report)).toEqual({ 'harbour/dawn': 'refused' });
        expect(billed()).toBe(attempt);
      }
    }
  });

  it('do not stand in the way of another attempt, also in a run that does not wait', async () => {
    const harbour =
      'entity_type: location\nname: The Harbour\nscenes:\n  - id: dawn\n    title: D\n    prompt: Blood. [[refuse:SAFETY]]\n';
    await ann.write(FILES.harbour, harbour);
    await ann.generate({ key: ANN, only: ['harbour'], control: sharing() });
    await ann.write(FILES.harbour, `${harbour}    attempt: 2\n`);
    const { events } = await ann.generate({
      key: ANN,
      only: ['harbour'],
      control: { ...sharing(), waitMs: 0 },
    });
    expect(events.filter((event) => event.kind === 'job-submitted')).toHaveLength(1);
  });

  it('that are damaged are not used, and told', async () => {
    await ann.generate({ key: ANN, only: ['harbour'], control: sharing() });
    for (const entry of await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) await writeFile(join(entry.parentPath, entry.name), 'cut');
    }
    const { events } = await ben.generate({ key: BEN, only: ['harbour'], control: sharing() });
    expect(billed()).toBe(2);
    const warning = events.find((event) => event.kind === 'warning');
    expect(warning?.kind === 'warning' && warning.message).toContain('is not used: it is no envelope');
  });

  it('that are of a later format stop a run, which would buy them again', async () => {
    await ann.generate({ key: ANN, only: ['harbour'], control: sharing() });
    for (const entry of await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const [, rest = ''] = /^\{"v":1(.*)$/s.exec(await readFile(path, 'latin1')) ?? [];
      await writeFile(path, `{"v":2${rest}`, 'latin1');
    }
    await expect(ben.generate({ key: BEN, only: ['harbour'], control: sharing() })).rejects.toThrow(
      /in the shared store .* was written by a newer version of chargen \(format 2\): update chargen to go on/,
    );
    expect(billed()).toBe(1);
  });

  it('cost a run nothing while the store is down, and are offered by the next run', async () => {
    await rm(folder, { recursive: true });
    const { report, events } = await ann.generate({ key: ANN, control: sharing() });
    expect(report.stop).toBeUndefined();
    expect((await ann.pictures()).size).toBe(SCENES);
    expect(warnings(events)).toEqual([
      expect.stringContaining(`up to ${String(KEYS)} of the pictures`),
      expect.stringContaining(
        `${String(KEYS)} of the answers that were paid for here are not in the shared store`,
      ),
    ]);
    const store = new RemoteFolder((folder = await mkdtemp(join(tmpdir(), 'chargen-shared-'))), Date.now);
    await ann.generate({ key: ANN, control: sharing(store) });
    await ben.generate({ key: BEN, control: sharing(store) });
    expect(billed()).toBe(KEYS);
  });

  it.each([
    ['fails', () => 500],
    ['is full', (n: number) => (n % 2 === 0 ? 507 : 404)],
    ['says that all is there already, and has nothing', (n: number) => (n % 2 === 0 ? 409 : 404)],
  ])('cost a run nothing where the server %s', async (_name, statusOf: (write: number) => number) => {
    const server = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(statusOf(request.method === 'GET' ? 1 : 0)).end('no'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const store = new RemoteHttp({ url, token: 'x', timeoutMs: 2000, retryPause: 1, now: Date.now });
    const { report } = await ann.generate({ key: ANN, control: sharing(store) });
    expect(report.stop).toBeUndefined();
    expect((await ann.pictures()).size).toBe(SCENES);
    expect(billed()).toBe(KEYS);
    server.closeAllConnections();
    server.close();
  });

  it('cost a run a few timeouts where the server never answers', async () => {
    let requests = 0;
    const server = createServer(() => {
      requests += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const store = new RemoteHttp({ url, token: undefined, timeoutMs: 100, retryPause: 1, now: Date.now });
    await ann.generate({ key: ANN, control: sharing(store) });
    expect((await ann.pictures()).size).toBe(SCENES);
    expect(requests).toBeLessThanOrEqual(4 * KEYS);
    server.closeAllConnections();
    server.close();
  });

  it('are read by a plain store of the clone afterwards, without the shared one', async () => {
    await ann.generate({ key: ANN, control: sharing() });
    await ben.generate({ control: sharing(), key: BEN });
    await rm(folder, { recursive: true });
    const store = new ResultStore(ben.path('.chargen/store'));
    for (const item of emulator.ledger.billed()) {
      expect((await store.find(item.key?.split('@sha256:')[1] ?? ''))?.kind).toBe('generated');
    }
  });
});
